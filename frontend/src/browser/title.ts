/** The window's title says what happens while somebody looks elsewhere. */

export interface Titled {
  title: string;
}

/**
 * Shows another title and the page's own by turns until the signal aborts; then the page's own is there again, also
 * where the page changed it meanwhile.
 */
export function flashTitle(
  signal: AbortSignal,
  flash: string,
  page: Titled = document,
  everyMs = 1000,
): void {
  let own = page.title;
  const keep = () => {
    if (page.title !== flash) own = page.title;
  };
  const turn = () => {
    const shown = page.title === flash;
    keep();
    page.title = shown ? own : flash;
  };
  turn();
  const timer = setInterval(turn, everyMs);
  signal.addEventListener(
    'abort',
    () => {
      clearInterval(timer);
      keep();
      page.title = own;
    },
    { once: true },
  );
}
