import { expect, it } from 'vitest';
import type { From, Part } from '../../api/http';
import type { RoomCard } from '../../api/rooms';
import { EntryError } from '../../call/ports';
import { RoomList } from './list.svelte';

const signal = new AbortController().signal;
const room = (id: number): RoomCard => ({
  id,
  slug: `s${id}`,
  url: `/r/s${id}`,
  title: '',
  content: '',
  mine: false,
  state: 'live',
  visibility: 'public',
  max: 2,
  present: 0,
  allow_guests: false,
  tags: [],
  view_count: 0,
  created: '2026-01-01T00:00:00Z',
});

/** A list whose every answer is given by hand. */
function asked() {
  const asks: { from: From; answer: (part: Part<RoomCard> | Error) => void }[] = [];
  const list = new RoomList(
    (from) =>
      new Promise((resolve, reject) => {
        asks.push({ from, answer: (part) => (part instanceof Error ? reject(part) : resolve(part)) });
      }),
  );
  const give = async (...rows: number[]) => {
    asks.shift()?.answer({ items: rows.map(room), next: '' });
    await Promise.resolve();
  };
  const ids = () => list.items.map(({ id }) => id);
  return { list, asks, give, ids };
}

it('takes in what is new without showing that it looks', async () => {
  const { list, asks, give, ids } = asked();
  const first = list.reload();
  await give(2, 1);
  await first;
  const again = list.refresh(signal);
  expect(list.loading).toBe(false);
  expect(asks[0]?.from.cursor).toBe('');
  await give(3, 2);
  await again;
  expect(ids()).toEqual([3, 2]);
});

it('keeps its rows, and is silent, where the server cannot be reached', async () => {
  const { list, asks, give, ids } = asked();
  const first = list.reload();
  await give(1);
  await first;
  const again = list.refresh(signal);
  asks.shift()?.answer(new EntryError('offline'));
  await again;
  expect(ids()).toEqual([1]);
  expect(list.problem).toBe('');
});

it('forgets an answer that is older than what it has, and asks nothing before there is something', async () => {
  const { list, asks, give, ids } = asked();
  await list.refresh(signal);
  expect(asks).toEqual([]);
  const first = list.reload();
  await give(1);
  await first;
  const slow = list.refresh(signal);
  const late = asks.shift();
  const second = list.reload();
  await give(2, 1);
  await second;
  late?.answer({ items: [room(1)], next: '' });
  await slow;
  expect(ids()).toEqual([2, 1]);
});
