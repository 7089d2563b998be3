/** Where the person is. Links inside the page go through here without a reload. */
import { untrack } from 'svelte';
import { match, type Route } from './routes';

class Router {
  route = $state.raw<Route>(match(location.pathname));
  /** Grows with each move, so that a page begins anew even at the same address. */
  visit = $state(0);
  /** The person came here to meet the demo partner. */
  demo = $state(false);

  constructor() {
    addEventListener('popstate', () => this.#read());
  }

  go(path: string, { demo = false, instead = false } = {}): void {
    this.demo = demo;
    // `instead`: the way back does not lead to where one is now.
    if (instead) history.replaceState(null, '', path);
    else if (path !== location.pathname + location.search) history.pushState(null, '', path);
    this.#read();
    scrollTo(0, 0);
  }

  #read(): void {
    this.route = match(location.pathname);
    // Who sends the person elsewhere does not depend on where they are.
    this.visit = untrack(() => this.visit) + 1;
  }
}

export const router = new Router();

/** For onclick of a link: an ordinary press stays in the page, one for a new tab does not. */
export function inside(event: MouseEvent & { currentTarget: HTMLAnchorElement }): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
    return;
  event.preventDefault();
  router.go(event.currentTarget.pathname + event.currentTarget.search);
}
