import { describe, expect, it } from 'vitest';
import { byKey, named, nameOf, nearest, USUAL } from './corner';

const stage = { left: 100, top: 50, width: 800, height: 600 };
const box = (left: number, top: number) => ({ left, top, width: 200, height: 150 });

describe('the nearest corner', () => {
  it.each([
    [110, 60, 'topleft'],
    [690, 60, 'topright'],
    [110, 490, 'bottomleft'],
    [690, 490, 'bottomright'],
    [399, 274, 'topleft'],
    [401, 276, 'bottomright'],
    [-300, 2000, 'bottomleft'],
  ])('of a box at %d, %d is %s', (left, top, name) => {
    expect(nameOf(nearest(box(left, top), stage))).toBe(name);
  });
});

describe('a corner', () => {
  it.each(['topleft', 'topright', 'bottomleft', 'bottomright'] as const)('%s keeps its name', (name) => {
    expect(nameOf(named(name))).toBe(name);
  });

  it.each(['', 'middle', 'topleftright', 'left'])('that is called %j is the usual one', (name) => {
    expect(named(name)).toEqual(USUAL);
  });

  it('is left by the arrow keys, one side at a time', () => {
    expect(byKey(USUAL, 'ArrowLeft')).toEqual({ right: false, bottom: true });
    expect(byKey(USUAL, 'ArrowUp')).toEqual({ right: true, bottom: false });
    expect(byKey({ right: false, bottom: false }, 'ArrowRight')).toEqual({ right: true, bottom: false });
    expect(byKey({ right: false, bottom: false }, 'ArrowDown')).toEqual({ right: false, bottom: true });
    expect(byKey(USUAL, 'Enter')).toBeNull();
  });
});
