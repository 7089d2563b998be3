import { describe, expect, it } from 'vitest';
import type { Comment, Thread } from '../../api/comments';
import { holds, placed, withChanged, withMore, withNew, without } from './threads';

const said = (id: number, parent = 0, more: Partial<Comment> = {}): Comment => ({
  id,
  post: 1,
  parent_id: parent,
  author: {
    id: 100 + id,
    username: `u${id}`,
    nickname: `U${id}`,
    avatar: { photo_id: 0, url: '', blurhash: '' },
  },
  content: `says ${id}`,
  empty: false,
  edited: false,
  created: '2026-01-02T03:04:05Z',
  updated: '2026-01-02T03:04:05Z',
  ...more,
});
const thread = (top: Comment, items: Comment[] = [], next = ''): Thread => ({
  ...top,
  replies: { items, next },
});
const shape = (threads: Thread[]) =>
  threads.map(({ id, empty, replies }) => [
    empty ? `(${id})` : id,
    ...replies.items.map((one) => (one.empty ? `(${one.id})` : one.id)),
  ]);

describe('replies', () => {
  it('stand below what they answer, and say whom where they answer a reply', () => {
    const tree = placed(thread(said(1), [said(2, 1), said(3, 1), said(4, 2), said(5, 4), said(6, 1)]));
    expect(tree.map(({ comment, depth, to }) => [comment.id, depth, to?.nickname])).toEqual([
      [2, 1, undefined],
      [4, 2, 'U2'],
      [5, 3, 'U4'],
      [3, 1, undefined],
      [6, 1, undefined],
    ]);
  });

  it('are not lost where what they answer is not here', () => {
    expect(placed(thread(said(1), [said(9, 7)])).map(({ comment }) => comment.id)).toEqual([9]);
  });

  it('grow by a page, each once and in order', () => {
    const before = [thread(said(1), [said(2, 1), said(9, 1)], 'c'), thread(said(8))];
    const after = withMore(before, 1, { items: [said(3, 1), said(9, 1)], next: '' });
    expect(shape(after)).toEqual([[1, 2, 3, 9], [8]]);
    expect(after[0]?.replies.next).toBe('');
  });
});

describe('a new comment', () => {
  it('begins a thread, or stands under one', () => {
    const one = withNew([], 0, said(1));
    expect(shape(withNew(one, 1, said(-1, 1)))).toEqual([[1, -1]]);
    expect(shape(withNew(one, 7, said(8, 7)))).toEqual([[1]]);
  });

  it('gets its own place when the server has taken it', () => {
    const sent = withNew(withNew([thread(said(1), [said(2, 1)])], 1, said(-1, 1)), 1, said(-2, 1));
    expect(shape(sent)).toEqual([[1, 2, -1, -2]]);
    expect(shape(withChanged(sent, -2, said(3, 1)))).toEqual([[1, 2, 3, -1]]);
    expect(shape(withChanged(withNew([], 0, said(-1)), -1, said(4)))).toEqual([[4]]);
  });
});

describe('a comment that goes', () => {
  it('goes altogether where nothing answers it', () => {
    expect(shape(without([thread(said(1)), thread(said(2), [said(3, 2)])], 1))).toEqual([[2, 3]]);
    expect(shape(without([thread(said(2), [said(3, 2)])], 3))).toEqual([[2]]);
  });

  it('stays empty where something does, without a word or a name', () => {
    const [top] = without([thread(said(1), [said(2, 1)])], 1);
    expect(top).toMatchObject({ empty: true, content: '' });
    expect(top).not.toHaveProperty('author');
    expect(shape(without([thread(said(1), [said(2, 1), said(3, 2)])], 2))).toEqual([[1, '(2)', 3]]);
    expect(shape(without([thread(said(1), [], 'more')], 1))).toEqual([['(1)']]);
  });

  it('takes the empty ones above it along', () => {
    const tree = [thread(said(1, 0, { empty: true }), [said(2, 1, { empty: true }), said(3, 2)])];
    expect(without(tree, 3)).toEqual([]);
    const other = [
      thread(said(1, 0, { empty: true }), [said(2, 1, { empty: true }), said(3, 2), said(4, 1)]),
    ];
    expect(shape(without(other, 3))).toEqual([['(1)', 4]]);
  });
});

describe('holds', () => {
  const threads = [thread(said(1)), thread(said(2), [said(3, 2)])];

  it.each([1, 2, 3])('finds %i, a thread or a reply', (id) => expect(holds(threads, id)).toBe(true));
  it('does not find what is not there', () => expect(holds(threads, 4)).toBe(false));
});
