/** Waits for a server that is away. */
import { backoffMs, pause } from '../call/backoff';

/** Whether this page is the kept shell, which the service worker gave because the server did not answer. */
export const openedAway = (): boolean => 'away' in document.documentElement.dataset;

/** Asks whether the server is there. */
export type Ask = (signal: AbortSignal) => Promise<boolean>;

const askHealth: Ask = async (signal) => (await fetch('/healthz', { cache: 'no-store', signal })).ok;

/** Resolves when the server answers; rejects with the signal's reason. A network that comes back is asked at once. */
export async function whenBack(signal: AbortSignal, ask: Ask = askHealth): Promise<void> {
  for (let attempt = 2; ; attempt++) {
    const wake = new AbortController();
    const online = () => wake.abort();
    addEventListener('online', online, { once: true });
    try {
      await pause(signal, backoffMs(attempt), wake.signal);
    } finally {
      removeEventListener('online', online);
    }
    if (await ask(signal).catch(() => false)) return;
    signal.throwIfAborted();
  }
}
