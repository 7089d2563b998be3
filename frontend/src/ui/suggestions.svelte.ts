/** Words that a field suggests while somebody types: asked for with a pause, the last question counts. */
const PAUSE_MS = 180;

export class Suggestions {
  words = $state.raw<string[]>([]);
  /** The one that the keys have chosen; -1: none. */
  chosen = $state(-1);

  readonly #ask: (signal: AbortSignal, q: string) => Promise<string[]>;
  #running: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sought = '';

  constructor(ask: (signal: AbortSignal, q: string) => Promise<string[]>) {
    this.#ask = ask;
  }

  /** Looks for words like q, without those that are taken; an empty q wants none. */
  seek(q: string, taken: readonly string[]): void {
    if (q === this.#sought) return;
    this.close();
    if (q === '') return;
    this.#sought = q;
    this.#timer = setTimeout(() => void this.#load(q, taken), PAUSE_MS);
  }

  /** Goes one up or down, over the end back to what is typed. */
  move(by: 1 | -1): void {
    const places = this.words.length + 1;
    this.chosen = ((this.chosen + 1 + by + places) % places) - 1;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
    this.#sought = '';
    this.words = [];
    this.chosen = -1;
  }

  async #load(q: string, taken: readonly string[]): Promise<void> {
    const mine = new AbortController();
    this.#running = mine;
    try {
      const words = await this.#ask(mine.signal, q);
      if (this.#running === mine) this.words = words.filter((word) => !taken.includes(word));
    } catch {
      // One can write without suggestions.
    }
  }
}
