/** Waits for a server that is away. */
import { backoffMs, pause } from '../call/backoff';

/** Whether this page is the kept shell, which the service worker gave because the server did not answer. */
export const openedAway = (): boolean => 'away' in document.documentElement.dataset;

/** Asks whether the server is there. */
export type Ask = (signal: AbortSignal) => Promise<boolean>;

const askHealth: Ask = async (signal) => (await fetch('/healthz', { cache: 'no-store', signal })).ok;

/** Whether this page was loaded anew at the same address. */
const reloaded = (): boolean =>
  performance.getEntriesByType('navigation').some((entry) => 'type' in entry && entry.type === 'reload');

/**
 * Loads the page anew when the server is back. A server that never was away cannot be waited for: then once is
 * enough, for the files of a newer build.
 */
export async function reloadWhenBack(signal: AbortSignal): Promise<void> {
  const refused = await whenBack(signal);
  if (refused > 0 || openedAway() || !reloaded()) location.reload();
}

/**
 * Resolves when the server answers, with how often it did not; rejects with the signal's reason. A network that
 * comes back is asked at once.
 */
export async function whenBack(signal: AbortSignal, ask: Ask = askHealth): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    const wake = new AbortController();
    const online = () => wake.abort();
    addEventListener('online', online, { once: true });
    try {
      await pause(signal, backoffMs(attempt + 2), wake.signal);
    } finally {
      removeEventListener('online', online);
    }
    if (await ask(signal).catch(() => false)) return attempt;
    signal.throwIfAborted();
  }
}
