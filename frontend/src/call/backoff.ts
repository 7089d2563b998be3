/** Attempts to come back: for three minutes or so, which is a tunnel, or a server that is set up anew. */
export const MAX_ATTEMPTS = 24;

/** Waits between attempts: half a second, doubling, at most eight, with some chance in it. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(8000, 500 * 2 ** Math.max(0, attempt - 1));
  return Math.round(base * (0.75 + random() * 0.5));
}

/** Resolves after ms, or at once when woken; rejects with the signal's reason when that aborts. */
export function pause(signal: AbortSignal, ms: number, wake?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      wake?.removeEventListener('abort', done);
      resolve();
    };
    const stop = () => {
      clearTimeout(timer);
      wake?.removeEventListener('abort', done);
      reject(signal.reason);
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', stop, { once: true });
    wake?.addEventListener('abort', done, { once: true });
  });
}
