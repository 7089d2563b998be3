import { describe, expect, it } from 'vitest';
import { entered, parseTags, soughtTag, tagKey, tagName, tagsFit, typed } from './tags';

describe('parseTags', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['lunch', ['lunch']],
    ['#점심, #통화', ['점심', '통화']],
    ['a b,c\nd  e,,', ['a', 'b', 'c', 'd', 'e']],
    ['##x #x x', ['x']],
    ['#', []],
    ['#a#b，c、d　e', ['a', 'b', 'c', 'd', 'e']],
    ['Lunch LUNCH ｌｕｎｃｈ', ['lunch']],
  ])('%j is %j', (text, tags) => {
    expect(parseTags(text)).toEqual(tags);
  });
});

it('writes a tag in one way', () => {
  expect(tagName('##Ｃafé')).toBe('café');
  expect(tagName('통화')).toBe('통화');
});

it('knows what is too much', () => {
  expect(tagsFit(Array.from({ length: 10 }, (_, i) => `t${i}`))).toBe(true);
  expect(tagsFit(Array.from({ length: 11 }, (_, i) => `t${i}`))).toBe(false);
  expect(tagsFit(['가'.repeat(30)])).toBe(true);
  expect(tagsFit(['가'.repeat(31)])).toBe(false);
});

describe('typed', () => {
  it.each([
    ['lunch', [], 'lunch'],
    ['lunch ', ['lunch'], ''],
    ['lunch,', ['lunch'], ''],
    ['lunch, ca', ['lunch'], 'ca'],
    ['#lunch#', ['lunch'], ''],
    ['#', [], '#'],
    ['#lu', [], '#lu'],
    [' , ', [], ''],
    ['점심 통화 ', ['점심', '통화'], ''],
    ['점심\n', ['점심'], ''],
  ])('%j leaves the chips %j and the text %j', (text, tags, rest) => {
    expect(typed({ tags: [], text })).toEqual({ tags, text: rest });
  });

  it('takes no tag twice', () => {
    expect(typed({ tags: ['lunch'], text: 'Lunch ' })).toEqual({ tags: ['lunch'], text: '' });
  });

  it('keeps what does not fit as text', () => {
    const tags = Array.from({ length: 10 }, (_, i) => `t${i}`);
    expect(typed({ tags, text: 'more ' })).toEqual({ tags, text: 'more' });
    const long = 'x'.repeat(31);
    expect(typed({ tags: [], text: `a ${long} b ` })).toEqual({ tags: ['a', 'b'], text: long });
  });
});

it('makes tags of all that is typed at its end', () => {
  expect(entered({ tags: ['a'], text: '#b c' })).toEqual({ tags: ['a', 'b', 'c'], text: '' });
  expect(entered({ tags: ['a'], text: '  ' })).toEqual({ tags: ['a'], text: '' });
});

it('looks for the word that is being typed', () => {
  expect(soughtTag('#Lu')).toBe('lu');
  expect(soughtTag('#')).toBe('');
});

describe('tagKey', () => {
  const press = (key: string, more = {}) => tagKey({ key, isComposing: false, keyCode: 13, ...more });

  it('knows the keys of the field', () => {
    expect(['Enter', 'Backspace', 'ArrowDown', 'ArrowUp', 'Escape', 'a'].map((key) => press(key))).toEqual([
      'enter',
      'back',
      'down',
      'up',
      'close',
      '',
    ]);
  });

  it('leaves a key to the input method while a letter is being put together', () => {
    expect(press('Enter', { isComposing: true })).toBe('');
    expect(press('Enter', { keyCode: 229 })).toBe('');
    expect(press('Backspace', { isComposing: true })).toBe('');
  });
});
