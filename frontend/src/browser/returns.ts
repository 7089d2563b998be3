/** Tells when the network is there again, and when the person turns back to the page. */
export function onReturn(signal: AbortSignal, tell: { online: () => void; seen: () => void }): void {
  addEventListener('online', tell.online, { signal });
  // A page that comes out of the browser's cache has lost its sockets, and a machine that slept, too.
  addEventListener('pageshow', ({ persisted }) => persisted && tell.seen(), { signal });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && tell.seen(), {
    signal,
  });
}
