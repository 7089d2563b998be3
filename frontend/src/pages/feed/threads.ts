/** What is said to a post, as a tree: pure changes to it, each giving a new one. */
import type { Comment, Thread } from '../../api/comments';
import type { Part } from '../../api/http';
import type { Person } from '../../api/people';

/** One's own comment that the server has not taken yet has an id below this. */
const SENT = 0;

export const isSent = ({ id }: Pick<Comment, 'id'>): boolean => id < SENT;

/** Whether a comment is among them, as a thread or as a reply in one. */
export const holds = (threads: readonly Thread[], id: number): boolean =>
  threads.some((thread) => thread.id === id || thread.replies.items.some((one) => one.id === id));

/** A reply as it stands under its thread. */
export interface Placed {
  comment: Comment;
  /** 1: it answers the thread's own comment; more: it answers another reply. */
  depth: number;
  /** Whom it answers, where that is not to be seen from its place alone. */
  to: Person | undefined;
}

/** The replies in the order of a tree: each below what it answers, the older ones first. */
export function placed({ id: root, replies }: Thread): Placed[] {
  const known = new Map(replies.items.map((one) => [one.id, one]));
  const under = new Map<number, Comment[]>();
  for (const one of replies.items) {
    // What it answers may be on a page that is not here.
    const above = known.has(one.parent_id) ? one.parent_id : root;
    under.set(above, [...(under.get(above) ?? []), one]);
  }
  const walk = (above: number, depth: number): Placed[] =>
    (under.get(above) ?? []).flatMap((comment) => [
      { comment, depth, to: depth > 1 ? known.get(above)?.author : undefined },
      ...walk(comment.id, depth + 1),
    ]);
  return walk(root, 1);
}

/** With the next page of replies under one thread. */
export function withMore(threads: Thread[], root: number, { items, next }: Part<Comment>): Thread[] {
  return threads.map((thread) => {
    if (thread.id !== root) return thread;
    const fresh = items.filter((one) => !thread.replies.items.some(({ id }) => id === one.id));
    return { ...thread, replies: { items: inOrder([...thread.replies.items, ...fresh]), next } };
  });
}

/** With a comment that was just made; root: the thread that it is a reply in, 0: it begins one. */
export function withNew(threads: Thread[], root: number, comment: Comment): Thread[] {
  if (root === 0) return [...threads, { ...comment, replies: { items: [], next: '' } }];
  return threads.map((thread) =>
    thread.id === root
      ? { ...thread, replies: { ...thread.replies, items: inOrder([...thread.replies.items, comment]) } }
      : thread,
  );
}

/** With one comment put in the place of another, which may have had another id. */
export function withChanged(threads: Thread[], id: number, now: Comment): Thread[] {
  return threads.map((thread) => {
    if (thread.id === id) return { ...thread, ...now, replies: thread.replies };
    if (!thread.replies.items.some((one) => one.id === id)) return thread;
    const items = thread.replies.items.map((one) => (one.id === id ? now : one));
    return { ...thread, replies: { ...thread.replies, items: inOrder(items) } };
  });
}

/** Without a comment: it stays as an empty one where something answers it, and takes empty ones above with it. */
export function without(threads: Thread[], id: number): Thread[] {
  return threads.flatMap((thread) => {
    if (thread.id === id) return isAnswered(thread, id) ? [emptied(thread)] : [];
    const gone = thread.replies.items.find((one) => one.id === id);
    if (gone === undefined) return [thread];
    if (isAnswered(thread, id)) return withChanged([thread], id, emptied(gone));
    const items = thread.replies.items.filter((one) => one.id !== id);
    const less = { ...thread, replies: { ...thread.replies, items } };
    const above = [thread, ...items].find((one) => one.id === gone.parent_id);
    return above?.empty && !isAnswered(less, above.id) ? without([less], above.id) : [less];
  });
}

/** Whether something in the thread answers a comment of it, as far as can be known here. */
function isAnswered({ id: root, replies }: Thread, id: number): boolean {
  return replies.items.some((one) => one.parent_id === id) || (id === root && replies.next !== '');
}

function emptied<T extends Comment>({ author: _, ...rest }: T): Omit<T, 'author'> {
  return { ...rest, content: '', empty: true, edited: false };
}

/** The older first; what the server has not taken yet comes last. */
function inOrder(comments: Comment[]): Comment[] {
  const place = (one: Comment) => (isSent(one) ? Number.MAX_SAFE_INTEGER + one.id : one.id);
  return [...comments].sort((a, b) => (isSent(a) && isSent(b) ? b.id - a.id : place(a) - place(b)));
}
