import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { whenBack } from './back';

const page = new EventTarget();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('asks again and again until the server answers', async () => {
  const answers = [() => Promise.reject(new TypeError('refused')), async () => false, async () => true];
  const ask = vi.fn(() => (answers.shift() ?? (async () => true))());
  const back = whenBack(new AbortController().signal, ask);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await back).toBe(2);
  expect(ask).toHaveBeenCalledTimes(3);
});

it('asks at once when the network comes back', async () => {
  const ask = vi.fn(async () => true);
  const back = whenBack(new AbortController().signal, ask);
  page.dispatchEvent(new Event('online'));
  expect(await back).toBe(0);
  expect(ask).toHaveBeenCalledTimes(1);
});

it('ends with whoever waits', async () => {
  const gone = new AbortController();
  const ask = vi.fn(async () => false);
  const back = whenBack(gone.signal, ask);
  gone.abort(new Error('gone'));
  await expect(back).rejects.toThrow('gone');
  expect(ask).not.toHaveBeenCalled();
});
