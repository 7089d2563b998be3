/** What the pages of this browser do together. */
const PREFIX = 'ppenter.';

/** Runs a task while no other tab runs one of that name; at once where the browser cannot tell. */
export async function oneTab<T>(name: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  const { locks } = navigator as { locks?: LockManager };
  return locks === undefined ? task() : await locks.request(PREFIX + name, { signal }, task);
}

/** A tab that sleeps, or waits for a dead network, holds up the others for so long at most. */
const PATIENCE_MS = 10_000;

/** Runs a task while no other tab runs one of that name, unless that takes too long. */
export async function soon<T>(name: string, task: () => Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(PATIENCE_MS);
  let begun = false;
  const begin = () => {
    begun = true;
    return task();
  };
  try {
    return await oneTab(name, late, begin);
  } catch (error) {
    if (begun) throw error;
    return task();
  }
}

/** Tells a number to the other tabs, and hears theirs until the signal aborts. */
export function tellTabs(
  name: string,
  signal: AbortSignal,
  hear: (value: number) => void,
): (value: number) => void {
  if (typeof BroadcastChannel === 'undefined') return () => {};
  const channel = new BroadcastChannel(PREFIX + name);
  channel.addEventListener('message', ({ data }) => {
    if (typeof data === 'number') hear(data);
  });
  let open = true;
  signal.addEventListener('abort', () => {
    open = false;
    channel.close();
  });
  return (value) => {
    if (open) channel.postMessage(value);
  };
}
