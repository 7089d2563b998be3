/** A list that comes page by page, and what one does to its rows. */
import type { From, Part } from '../api/http';
import { EntryError } from '../call/ports';

export class Paged<T extends { id: number }> {
  items = $state.raw<T[]>([]);
  /** Where the next page begins; empty: all is here. */
  next = $state('');
  loading = $state(false);
  /** Something was fetched at all, so that an empty list is really empty. */
  loaded = $state(false);
  /** The code of what went wrong last; empty: nothing. */
  problem = $state('');

  readonly #fetch: (from: From) => Promise<Part<T>>;
  #running: AbortController | null = null;
  /** Where the page begins that was asked for last. */
  #wanted = '';

  constructor(fetch: (from: From) => Promise<Part<T>>) {
    this.#fetch = fetch;
  }

  /** From the beginning; the rows of before stay until the new ones are there. */
  reload(): Promise<void> {
    return this.#load('');
  }

  /** What failed, once more: the rows that are there stay. */
  retry(): Promise<void> {
    return this.#load(this.problem === 'cursor_invalid' ? '' : this.#wanted);
  }

  more(): Promise<void> {
    return this.next === '' || this.loading ? Promise.resolve() : this.#load(this.next);
  }

  replace(row: T): void {
    this.items = this.items.map((old) => (old.id === row.id ? row : old));
  }

  remove(id: number): void {
    this.items = this.items.filter((row) => row.id !== id);
  }

  /** Whoever goes away wants no answer any more. */
  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.loading = false;
  }

  async #load(cursor: string): Promise<void> {
    this.stop();
    const mine = new AbortController();
    this.#wanted = cursor;
    this.#running = mine;
    this.loading = true;
    this.problem = '';
    try {
      const { items, next } = await this.#fetch({ cursor, signal: mine.signal });
      if (this.#running !== mine) return;
      this.items = cursor === '' ? items : joined(this.items, items);
      this.next = next;
      this.loaded = true;
    } catch (error) {
      if (this.#running !== mine) return;
      this.problem = error instanceof EntryError ? error.code : 'internal';
    }
    this.#running = null;
    this.loading = false;
  }
}

/** A row that moved between two pages stays where it is: no list shows one twice. */
function joined<T extends { id: number }>(rows: readonly T[], more: readonly T[]): T[] {
  const known = new Set(rows.map(({ id }) => id));
  return [...rows, ...more.filter(({ id }) => !known.has(id))];
}
