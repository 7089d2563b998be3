/** The main feed as it was left: who comes back to it finds the same posts at the same place. */
import { feed } from '../../api';
import type { Post } from '../../api/posts';
import { Paged } from '../../ui/paged.svelte';

/** How the browser's history remembers which showing of the feed an address was. */
const MARK = 'feed';

/** How long it is kept: the addresses of pictures that are not for everybody run out after half an hour. */
const KEPT_MS = 20 * 60_000;

class Kept {
  readonly list = new Paged<Post>((from) => feed.main(from));
  /** How far down one was. */
  scroll = 0;
  /** Which showing of the feed this is; 0: it was not shown yet. */
  #showing = 0;
  /** For whom it was fetched: others may see other posts. */
  #reader = 0;
  #since = 0;

  /**
   * Shows the feed to a reader (0: nobody known): as it was, where the history leads back to the showing that is
   * kept, else from the beginning. True: it is as it was.
   */
  show(reader: number): boolean {
    const known = this.#showing !== 0 && showingOf(history.state) === this.#showing;
    if (known && reader === this.#reader && Date.now() - this.#since < KEPT_MS) {
      // What was on its way when one left was dropped.
      if (!this.list.loaded) void this.list.reload();
      return true;
    }
    if (reader !== this.#reader) {
      this.list.items = [];
      this.list.next = '';
    }
    this.#reader = reader;
    this.#since = Date.now();
    this.#showing++;
    this.scroll = 0;
    history.replaceState({ [MARK]: this.#showing }, '');
    this.list.loaded = this.list.items.length > 0;
    void this.list.reload();
    return false;
  }

  /** A post as this reader saw it last; null: it is not among those that are kept. */
  post(id: number, reader: number): Post | null {
    return (reader === this.#reader && this.list.items.find((one) => one.id === id)) || null;
  }
}

/** The showing that an entry of the history is about; -1: none. */
function showingOf(state: unknown): number {
  const told = typeof state === 'object' && state !== null && MARK in state ? state[MARK] : null;
  return typeof told === 'number' ? told : -1;
}

export const kept = new Kept();
