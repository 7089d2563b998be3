import { describe, expect, it } from 'vitest';
import type { From, Part } from '../api/http';
import { EntryError } from '../call/ports';
import { Paged } from './paged.svelte';

interface Row {
  id: number;
  name?: string;
}

/** A list whose pages are answered by hand, in any order. */
function byHand() {
  const asked: { from: From; answer: (part: Part<Row>) => void; refuse: (error: unknown) => void }[] = [];
  const list = new Paged<Row>(
    (from) => new Promise((answer, refuse) => asked.push({ from, answer, refuse })),
  );
  return { list, asked };
}

const rows = (...ids: number[]): Row[] => ids.map((id) => ({ id }));

describe('a list in pages', () => {
  it('grows by the next page, and knows the end', async () => {
    const { list, asked } = byHand();
    const first = list.reload();
    expect(list.loading).toBe(true);
    expect(list.loaded).toBe(false);
    asked[0]?.answer({ items: rows(5, 4), next: 'c' });
    await first;
    expect([list.loading, list.loaded, list.next]).toEqual([false, true, 'c']);
    const second = list.more();
    void list.more();
    expect(asked.map(({ from }) => from.cursor)).toEqual(['', 'c']);
    // The 4 moved on while one read.
    asked[1]?.answer({ items: rows(4, 3), next: '' });
    await second;
    expect(list.items).toEqual(rows(5, 4, 3));
    await list.more();
    expect(asked).toHaveLength(2);
  });

  it('forgets the answer to a question that was asked anew', async () => {
    const { list, asked } = byHand();
    const old = list.reload();
    const fresh = list.reload();
    expect(asked[0]?.from.signal.aborted).toBe(true);
    asked[1]?.answer({ items: rows(2), next: '' });
    await fresh;
    asked[0]?.answer({ items: rows(9), next: 'x' });
    await old;
    expect(list.items).toEqual(rows(2));
    expect([list.next, list.loading]).toEqual(['', false]);
  });

  it('keeps its rows where the server refuses', async () => {
    const { list, asked } = byHand();
    const first = list.reload();
    asked[0]?.answer({ items: rows(1), next: 'c' });
    await first;
    const second = list.more();
    asked[1]?.refuse(new EntryError('offline'));
    await second;
    expect([list.problem, list.items, list.loading]).toEqual(['offline', rows(1), false]);
    const third = list.more();
    expect(list.problem).toBe('');
    asked[2]?.refuse(new Error('?'));
    await third;
    expect(list.problem).toBe('internal');
  });

  it('hears nothing after it was stopped', async () => {
    const { list, asked } = byHand();
    const first = list.reload();
    list.stop();
    asked[0]?.refuse(new Error('aborted'));
    await first;
    expect([list.problem, list.loading, list.loaded]).toEqual(['', false, false]);
  });

  it('changes one row and takes one away', async () => {
    const { list, asked } = byHand();
    const first = list.reload();
    asked[0]?.answer({ items: rows(1, 2, 3), next: '' });
    await first;
    list.replace({ id: 2, name: 'two' });
    list.remove(1);
    list.replace({ id: 99 });
    expect(list.items).toEqual([{ id: 2, name: 'two' }, { id: 3 }]);
  });

  it('asks again for what failed, and begins anew where the list has changed', async () => {
    const { list, asked } = byHand();
    const first = list.reload();
    asked[0]?.answer({ items: rows(5), next: 'c' });
    await first;
    for (const code of ['offline', 'cursor_invalid']) {
      const failing = asked.length === 1 ? list.more() : list.retry();
      asked.at(-1)?.refuse(new EntryError(code));
      await failing;
    }
    const again = list.retry();
    expect(asked.map(({ from }) => from.cursor)).toEqual(['', 'c', 'c', '']);
    asked.at(-1)?.answer({ items: rows(6, 5), next: '' });
    await again;
    expect(list.items).toEqual(rows(6, 5));
  });
});
