/** How often a page that shows rooms looks at them again, ms. */
export const EVERY_MS = 20_000;

/** Does something again and again while the page is seen, and at once when it is seen again. */
export function often(signal: AbortSignal, work: () => void, every = EVERY_MS): void {
  const seen = () => document.visibilityState === 'visible';
  const timer = setInterval(() => {
    if (seen()) work();
  }, every);
  signal.addEventListener('abort', () => clearInterval(timer));
  document.addEventListener('visibilitychange', () => seen() && work(), { signal });
}
