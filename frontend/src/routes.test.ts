import { expect, it } from 'vitest';
import { match, pastedRoom } from './routes';

it.each([
  ['/', { page: 'home' }],
  ['/r/aB3_-x', { page: 'room', slug: 'aB3_-x' }],
  ['/r/aB3_-x/', { page: 'room', slug: 'aB3_-x' }],
  ['/r/', { page: 'missing' }],
  ['/r/a/b', { page: 'missing' }],
  ['/elsewhere', { page: 'missing' }],
])('%s', (path, route) => {
  expect(match(path)).toEqual(route);
});

it.each([
  ['https://example.org/r/aB3_-x', '/r/aB3_-x'],
  [' http://localhost:8080/r/aB3_-x/?from=mail#top ', '/r/aB3_-x'],
  ['/r/abc', '/r/abc'],
  ['aB3_-x', '/r/aB3_-x'],
  ['abc', null],
  ['https://example.org/', null],
  ['two words', null],
  ['', null],
])('pasted %j', (text, path) => {
  expect(pastedRoom(text)).toBe(path);
});
