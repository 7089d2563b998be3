/** What is said to one post, and what one says: seen at once, and taken back where the server refuses. */
import { comments } from '../../api';
import type { Comment, Thread } from '../../api/comments';
import type { Person } from '../../api/people';
import { Paged } from '../../ui/paged.svelte';
import { holds, withChanged, withMore, withNew, without } from './threads';

/** How many more pages are fetched for the sake of one comment. */
const REACH = 10;

export class Talk {
  readonly list: Paged<Thread>;
  /** One's own new comments, as long as the list does not reach to them. */
  #mine = $state.raw<Thread[]>([]);
  readonly threads = $derived.by(() => {
    const known = new Set(this.list.items.map(({ id }) => id));
    return [...this.list.items, ...this.#mine.filter(({ id }) => !known.has(id))];
  });
  /** The threads whose next replies are on their way. */
  loading = $state.raw<ReadonlySet<number>>(new Set());

  readonly #post: number;
  readonly #signal: AbortSignal;
  /** What was said is said, even where its author goes on at once. */
  readonly #lasting = new AbortController().signal;
  readonly #counted: (more: number) => void;
  #last = 0;

  /** counted: there are now so many more comments, or fewer. */
  constructor(post: number, signal: AbortSignal, counted: (more: number) => void) {
    this.#post = post;
    this.#signal = signal;
    this.#counted = counted;
    this.list = new Paged<Thread>((from) => comments.threads(from, post));
    signal.addEventListener('abort', () => this.list.stop());
  }

  /** Fetches on until a comment is here, within reason; whether it is. */
  async reach(id: number): Promise<boolean> {
    for (let page = 0; page < REACH && !holds(this.threads, id) && this.list.next !== ''; page++) {
      await this.list.more();
      if (this.list.problem !== '') break;
    }
    return holds(this.threads, id);
  }

  /** The next replies under a thread. Rejects with EntryError. */
  async more({ id, replies }: Thread): Promise<void> {
    if (this.loading.has(id)) return;
    this.loading = new Set([...this.loading, id]);
    try {
      const from = { cursor: replies.next, signal: this.#signal };
      const part = await comments.replies(from, this.#post, id);
      this.#change((threads) => withMore(threads, id, part));
    } finally {
      this.loading = new Set([...this.loading].filter((one) => one !== id));
    }
  }

  /** Says something to the post, or in a thread (root) to one of its comments (parent). Rejects with EntryError. */
  async say(author: Person, content: string, root = 0, parent = 0): Promise<void> {
    const id = --this.#last;
    const now = new Date().toISOString();
    const sent: Comment = {
      id,
      post: this.#post,
      parent_id: parent,
      author,
      content,
      empty: false,
      edited: false,
      created: now,
      updated: now,
    };
    this.#add(root, sent);
    this.#counted(1);
    try {
      const taken = await comments.create(this.#lasting, this.#post, parent, content);
      this.#change((threads) => withChanged(threads, id, taken));
    } catch (error) {
      this.#change((threads) => without(threads, id));
      this.#counted(-1);
      throw error;
    }
  }

  /** Writes a comment anew. Rejects with EntryError. */
  async edit(comment: Comment, content: string): Promise<void> {
    this.#change((threads) => withChanged(threads, comment.id, { ...comment, content, edited: true }));
    try {
      const now = await comments.edit(this.#lasting, comment.id, content);
      this.#change((threads) => withChanged(threads, comment.id, now));
    } catch (error) {
      this.#change((threads) => withChanged(threads, comment.id, comment));
      throw error;
    }
  }

  /** Rejects with EntryError, and then it is still there. */
  async remove({ id }: Comment, signal: AbortSignal): Promise<void> {
    await comments.remove(signal, id);
    this.#change((threads) => without(threads, id));
    this.#counted(-1);
  }

  #add(root: number, comment: Comment): void {
    if (root === 0) this.#mine = withNew(this.#mine, 0, comment);
    else this.#change((threads) => withNew(threads, root, comment));
  }

  #change(change: (threads: Thread[]) => Thread[]): void {
    this.list.items = change(this.list.items);
    this.#mine = change(this.#mine);
  }
}
