/** Whether a press on a link takes the person away from the page they write in. */
export interface Leading {
  origin: string;
  pathname: string;
  search: string;
  /** In which window it opens; empty: this one. */
  target: string;
  download: string;
}

export interface Where {
  origin: string;
  pathname: string;
  search: string;
}

/** Links to another page of this site, in this window. What leaves the site the browser asks about itself. */
export function leadsAway(link: Leading, here: Where): boolean {
  if ((link.target !== '' && link.target !== '_self') || link.download !== '') return false;
  if (link.origin !== here.origin) return false;
  return link.pathname !== here.pathname || link.search !== here.search;
}

/** As much of the browser's Navigation interface as the question before the way back needs. */
export interface Navigate extends Event {
  navigationType: string;
  destination: { key: string };
}

interface Navigation {
  addEventListener(type: 'navigate', listener: (event: Navigate) => void): void;
  removeEventListener(type: 'navigate', listener: (event: Navigate) => void): void;
  traverseTo(key: string): void;
}

/** Missing in older browsers. */
export const { navigation } = globalThis as { navigation?: Navigation };
