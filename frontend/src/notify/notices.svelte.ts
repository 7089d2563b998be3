/** What happens to the person who is logged in, as it happens: one socket for the whole page. */
import { api, notifications } from '../api';
import { browserSockets } from '../browser/net';
import { onReturn } from '../browser/returns';
import { oneTab, tellTabs } from '../browser/tabs';
import { session } from '../session.svelte';
import { calls } from './calls.svelte';
import { Line, type LineState } from './line';
import type { News, ServerMessage } from './messages';
import { unread } from './unread.svelte';

type Hearer = (news: News) => void;

const REMEMBERED = 200;

class Notices {
  /** How the line to the server stands. */
  state = $state<LineState>('connecting');
  #hearers = new Set<Hearer>();
  /** Events may come twice. */
  #heard = new Set<number>();
  #share: (count: number) => void = () => {};

  /** How many notifications wait to be read. */
  get unread(): number {
    return unread.count ?? session.me?.unread ?? 0;
  }

  /** fn is told of each new notification once; returns how to stop that. */
  onNews(fn: Hearer): () => void {
    this.#hearers.add(fn);
    return () => this.#hearers.delete(fn);
  }

  /** Marks some notifications as read, or all. Rejects with EntryError. */
  async read(signal: AbortSignal, ids?: number[]): Promise<void> {
    unread.count = await notifications.read(signal, ids);
    this.#share(unread.count);
  }

  /** Listens for a person until the signal aborts. */
  async listen(me: number, signal: AbortSignal): Promise<void> {
    const line = new Line({
      sockets: browserSockets,
      // One tab at a time: the others find the new token when it is their turn.
      renew: (stop) => oneTab('renew', stop, async () => (await api.me(stop)) !== null),
      message: (message) => this.#hear(message, me),
      state: (state) => {
        this.state = state;
      },
      log: (text) => console.info(text),
    });
    this.#share = tellTabs(`unread.${me}`, signal, (count) => {
      unread.count = count;
    });
    onReturn(signal, { online: () => line.wake(), seen: () => line.turn() });
    addEventListener('pagehide', () => calls.leave(), { signal });
    signal.addEventListener('abort', () => this.#forget(), { once: true });
    try {
      if ((await line.run(signal)) === 'nobody') session.lost();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #hear(message: ServerMessage, me: number): void {
    if (message.type === 'hello') {
      // Somebody else logged in meanwhile, in another tab.
      if (message.user !== me) void session.load(new AbortController().signal).catch(() => {});
      unread.count = message.unread;
    }
    if (message.type === 'notification') this.#add(message);
    else calls.hear(message, me);
  }

  #add(news: News): void {
    if (this.#heard.has(news.id)) return;
    this.#heard = new Set([...this.#heard, news.id].slice(-REMEMBERED));
    unread.count = this.unread + 1;
    for (const hearer of [...this.#hearers]) hearer(news);
  }

  #forget(): void {
    unread.count = null;
    this.#heard = new Set();
    this.#share = () => {};
    calls.forget();
  }
}

export const notices = new Notices();
