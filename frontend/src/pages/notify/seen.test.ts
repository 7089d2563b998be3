import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Seen } from './seen';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('tells together what is seen together, once', () => {
  const told: number[][] = [];
  const seen = new Seen((ids) => told.push(ids));
  seen.add(1);
  vi.advanceTimersByTime(100);
  seen.add(2);
  seen.add(1);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([[1, 2]]);
  seen.add(3);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([[1, 2], [3]]);
});

it('tells the rest when it stops, and nothing where there is none', () => {
  const told: number[][] = [];
  const seen = new Seen((ids) => told.push(ids));
  seen.stop();
  seen.add(4);
  seen.stop();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([[4]]);
});
