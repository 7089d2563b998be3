import { describe, expect, it } from 'vitest';
import type { From } from '../../api/http';
import type { Photo, PhotoKind } from '../../api/posts';
import { kindOf, photoOf, postable, ratioOf } from './photolist';

it.each([
  ['', ''],
  ['?kind=upload', 'upload'],
  ['?kind=screenshot&x=1', 'screenshot'],
  ['?kind=avatar', ''],
  ['?kind=toString', ''],
])('the address %j asks for the kind %j', (search, kind) => {
  expect(kindOf(search)).toBe(kind);
});

it.each([
  ['', 0],
  ['?photo=12', 12],
  ['?photo=0', 0],
  ['?photo=-1', 0],
  ['?photo=1e3', 0],
  ['?photo=99999999999999999999', 0],
])('the address %j asks for the picture %i', (search, id) => {
  expect(photoOf(search)).toBe(id);
});

describe('postable', () => {
  const pages: Record<string, { kinds: PhotoKind[]; next: string }> = {
    '': { kinds: ['avatar', 'upload'], next: 'b' },
    b: { kinds: ['avatar', 'background'], next: 'c' },
    c: { kinds: ['screenshot'], next: 'd' },
    d: { kinds: ['avatar'], next: '' },
  };
  const list = async ({ cursor }: From) => {
    const { kinds, next } = pages[cursor] ?? { kinds: [], next: '' };
    return { items: kinds.map((kind, id) => ({ id, kind }) as Photo), next };
  };
  const { signal } = new AbortController();

  it.each([
    ['', ['upload'], 'b'],
    ['b', ['screenshot'], 'd'],
    ['d', [], ''],
  ])('gives from %j on %j and where to go on', async (cursor, kinds, next) => {
    const part = await postable(list, { cursor, signal });
    expect([part.items.map(({ kind }) => kind), part.next]).toEqual([kinds, next]);
  });
});

it('lets no picture be a thread or a wall', () => {
  expect(ratioOf({ width: 1280, height: 720 })).toBeCloseTo(1.78, 2);
  expect(ratioOf({ width: 10, height: 1000 })).toBe(0.6);
  expect(ratioOf({ width: 1000, height: 10 })).toBe(2.8);
  expect(ratioOf({ width: 0, height: 0 })).toBe(1);
});
