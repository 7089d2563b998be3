import { expect, it } from 'vitest';
import { tagAddress } from '../../ui/address';
import { finds, readSeek, type Seek, seekAddress } from './seek';

const search = (address: string) => address.slice(address.indexOf('?'));

it.each<[Seek, string]>([
  [{ text: '', part: 'all' }, '/search/'],
  [{ text: '  ', part: 'tags' }, '/search/?in=tags'],
  [{ text: 'a&b #c', part: 'all' }, '/search/?q=a%26b+%23c'],
  [{ text: '여행', part: 'people' }, '/search/?q=%EC%97%AC%ED%96%89&in=people'],
])('%j stands in the address as %s', (seek, address) => {
  expect(seekAddress(seek)).toBe(address);
  expect(readSeek(search(address))).toEqual({ ...seek, text: seek.text.trim() });
});

it('a tag leads to the posts that have it', () => {
  expect(readSeek(search(tagAddress('여행&c')))).toEqual({ text: '#여행&c', part: 'posts' });
});

it('an address that asks for what there is not finds all, and no more than the server takes', () => {
  expect(readSeek('?in=rooms')).toEqual({ text: '', part: 'all' });
  expect(readSeek(`?q=${'x'.repeat(300)}`).text).toHaveLength(100);
});

it.each([
  ['', false],
  [' #!', false],
  ['#a', true],
  ['한', true],
  ['7', true],
])('%j can find something: %s', (text, can) => {
  expect(finds(text)).toBe(can);
});
