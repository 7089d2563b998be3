import { expect, it } from 'vitest';
import { PICTURE_TYPES, type Progress } from '../api/upload';
import { EntryError } from '../call/ports';
import { Outbox } from './outbox.svelte';

const picture = (name: string, type = PICTURE_TYPES[0]) => new File(['abc'], name, { type: type ?? '' });
const settled = () => new Promise((resolve) => setTimeout(resolve));

function rig() {
  const sends: {
    name: string;
    signal: AbortSignal;
    progress: (progress: Progress) => void;
    arrive: (answer: string) => void;
    refuse: (error: unknown) => void;
  }[] = [];
  const arrived: string[] = [];
  const outbox = new Outbox<string>(
    (signal, { name }, progress) =>
      new Promise((arrive, refuse) => {
        signal.addEventListener('abort', () => refuse(signal.reason));
        sends.push({ name, signal, progress, arrive, refuse });
      }),
    (answer) => arrived.push(answer),
  );
  return { outbox, sends, arrived };
}

it('sends one after the other, and says how far each is', async () => {
  const { outbox, sends, arrived } = rig();
  outbox.add([picture('a.jpg'), picture('b.jpg')]);
  expect(sends.map(({ name }) => name)).toEqual(['a.jpg']);
  sends[0]?.progress({ phase: 'sending', part: 0.5 });
  expect(outbox.all.map(({ progress }) => progress)).toEqual([{ phase: 'sending', part: 0.5 }, null]);
  sends[0]?.arrive('A');
  await settled();
  expect(arrived).toEqual(['A']);
  expect(sends.map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg']);
  sends[1]?.arrive('B');
  await settled();
  expect(arrived).toEqual(['A', 'B']);
  expect(outbox.all).toEqual([]);
});

it('does not send what cannot be a picture', async () => {
  const { outbox, sends } = rig();
  outbox.add([picture('a.svg', 'image/svg+xml'), new File([], 'b.png', { type: 'image/png' })]);
  await settled();
  expect(sends).toEqual([]);
  expect(outbox.all.map(({ problem }) => problem)).toEqual(['picture_type_unsupported', 'picture_invalid']);
});

it('keeps what was refused, to be sent again', async () => {
  const { outbox, sends, arrived } = rig();
  outbox.add([picture('a.jpg'), picture('b.jpg')]);
  sends[0]?.refuse(new EntryError('server_busy'));
  await settled();
  expect(outbox.all[0]).toMatchObject({ problem: 'server_busy', progress: null });
  // The next one does not wait for it.
  sends[1]?.arrive('B');
  await settled();
  outbox.again(outbox.all[0]?.id ?? 0);
  sends[2]?.arrive('A');
  await settled();
  expect(arrived).toEqual(['B', 'A']);
});

it('stops one, or all of them', async () => {
  const { outbox, sends, arrived } = rig();
  outbox.add([picture('a.jpg'), picture('b.jpg'), picture('c.jpg')]);
  outbox.drop(outbox.all[0]?.id ?? 0);
  expect(sends[0]?.signal.aborted).toBe(true);
  await settled();
  expect(sends[1]?.name).toBe('b.jpg');
  outbox.close();
  await settled();
  expect(sends).toHaveLength(2);
  expect(sends[1]?.signal.aborted).toBe(true);
  expect(outbox.all).toEqual([]);
  expect(arrived).toEqual([]);
});
