import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { flashTitle } from './title';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('shows both titles by turns, and gives the own one back', () => {
  const page = { title: 'Feed' };
  const stop = new AbortController();
  flashTitle(stop.signal, 'Ring', page, 10);
  const seen = [page.title];
  for (let turn = 0; turn < 3; turn++) {
    vi.advanceTimersByTime(10);
    seen.push(page.title);
  }
  expect(seen).toEqual(['Ring', 'Feed', 'Ring', 'Feed']);
  vi.advanceTimersByTime(10);
  stop.abort();
  expect(page.title).toBe('Feed');
  vi.advanceTimersByTime(100);
  expect(page.title).toBe('Feed');
});

it('keeps a title that the page chose meanwhile', () => {
  const page = { title: 'Feed' };
  const stop = new AbortController();
  flashTitle(stop.signal, 'Ring', page, 10);
  page.title = 'Post';
  vi.advanceTimersByTime(10);
  expect(page.title).toBe('Ring');
  stop.abort();
  expect(page.title).toBe('Post');
});
