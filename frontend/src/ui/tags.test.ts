import { describe, expect, it } from 'vitest';
import { parseTags, tagsFit } from './tags';

describe('parseTags', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['lunch', ['lunch']],
    ['#점심, #통화', ['점심', '통화']],
    ['a b,c\nd  e,,', ['a', 'b', 'c', 'd', 'e']],
    ['##x #x x', ['x']],
    ['#', []],
  ])('%j is %j', (text, tags) => {
    expect(parseTags(text)).toEqual(tags);
  });
});

it('knows what is too much', () => {
  expect(tagsFit(Array.from({ length: 10 }, (_, i) => `t${i}`))).toBe(true);
  expect(tagsFit(Array.from({ length: 11 }, (_, i) => `t${i}`))).toBe(false);
  expect(tagsFit(['가'.repeat(30)])).toBe(true);
  expect(tagsFit(['가'.repeat(31)])).toBe(false);
});
