import { expect, it } from 'vitest';
import { APART, follow, lengthParts, secondsOf } from './length';

it('adds the times together, and leaves out those alone', () => {
  let known = follow(APART, null, 1000);
  expect(secondsOf(known, 9000)).toBe(0);
  known = follow(known, 2000, 2000);
  expect(secondsOf(known, 2300)).toBe(1);
  expect(secondsOf(known, 5500)).toBe(3);
  known = follow(known, 2000, 6000);
  known = follow(known, null, 12_000);
  expect(secondsOf(known, 60_000)).toBe(10);
  known = follow(known, 60_000, 60_000);
  expect(secondsOf(known, 65_000)).toBe(15);
});

it('counts another person at the same moment as more time', () => {
  const known = follow(follow(APART, 1000, 1000), 4000, 4000);
  expect(known).toEqual({ past: 3000, since: 4000 });
});

it.each([
  [0, '0 seconds'],
  [59, '59 seconds'],
  [60, '1 minutes'],
  [754, '12 minutes 34 seconds'],
  [3600, '1 hours'],
  [3725, '1 hours 2 minutes'],
])('%i seconds are %s', (seconds, text) => {
  expect(
    lengthParts(seconds)
      .map(({ unit, value }) => `${value} ${unit}`)
      .join(' '),
  ).toBe(text);
});
