import { expect, it } from 'vitest';
import { blurhash } from './blurhash';

it('draws one colour where the hash holds no more', () => {
  // One component: its colour is what four digits of base 83 say.
  const red = 0xff0000;
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~';
  let rest = red;
  let text = '';
  for (let i = 0; i < 4; i++) {
    text = (digits[rest % 83] ?? '') + text;
    rest = Math.floor(rest / 83);
  }
  const pixels = blurhash(`00${text}`, 2, 1);
  expect([...(pixels ?? [])]).toEqual([255, 0, 0, 255, 255, 0, 0, 255]);
});

it('draws a picture of several waves', () => {
  const pixels = blurhash('LEHV6nWB2yk8pyo0adR*.7kCMdnj', 8, 6);
  expect(pixels).toHaveLength(4 * 8 * 6);
  expect(new Set(pixels).size).toBeGreaterThan(20);
});

it.each(['', '0', 'LEHV6nWB2yk8pyo0adR*.7kCMdn', 'LEHV6nWB2yk8pyo0adR*.7kCMdn"'])(
  'knows that %j is none',
  (hash) => {
    expect(blurhash(hash, 4, 4)).toBeNull();
  },
);
