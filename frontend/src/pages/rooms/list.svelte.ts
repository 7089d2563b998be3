/** Rooms as they stand now: a list that is also fetched anew without a word. */
import type { From, Part } from '../../api/http';
import type { RoomCard } from '../../api/rooms';
import { Paged } from '../../ui/paged.svelte';
import { withFresh } from './rooms';

export class RoomList extends Paged<RoomCard> {
  readonly #again: (from: From) => Promise<Part<RoomCard>>;

  constructor(fetch: (from: From) => Promise<Part<RoomCard>>) {
    super(fetch);
    this.#again = fetch;
  }

  /** Looks at the first page again. What goes wrong then is no news: the next look comes soon. */
  async refresh(signal: AbortSignal): Promise<void> {
    if (!this.loaded || this.loading) return;
    const before = this.items;
    try {
      const fresh = await this.#again({ cursor: '', signal });
      // What came in the meantime is newer.
      if (signal.aborted || this.loading || this.items !== before) return;
      const { items, next } = withFresh({ items: before, next: this.next }, fresh);
      this.items = items;
      this.next = next;
    } catch {
      // The rows of before stay.
    }
  }
}
