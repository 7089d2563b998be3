import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EntryError } from '../call/ports';
import { person, ringOf } from './fake';
import type { Ring } from './messages';

const world = vi.hoisted(() => ({
  rings: {
    makeRoom: vi.fn(),
    endRoom: vi.fn(),
    ring: vi.fn(),
    accept: vi.fn(),
    decline: vi.fn(),
    cancel: vi.fn(),
  },
  go: vi.fn(),
  said: [] as string[],
}));

vi.mock('../api', () => ({ rings: world.rings }));
vi.mock('../router.svelte', () => ({ router: { go: world.go } }));
vi.mock('../session.svelte', () => ({ session: { me: { nickname: 'me' } } }));
vi.mock('../i18n/index.svelte', () => ({
  t: (key: string) => key,
  tCode: (_: string, code: string) => code,
}));
vi.mock('../ui/messages.svelte', () => ({ messages: { say: (text: string) => world.said.push(text) } }));

const { calls } = await import('./calls.svelte');

const ME = 8;
const FRIEND = person(9);
const ROOM = 46;
const OURS = ringOf(6, ME, 9);
const THEIRS = ringOf(5, 9, ME);

/** An answer of the server that comes when the test says so. */
function later<T>() {
  let give: (value: T) => void = () => {};
  let refuse: (error: unknown) => void = () => {};
  const answer = new Promise<T>((resolve, reject) => {
    give = resolve;
    refuse = reject;
  });
  return { answer, give, refuse };
}

const hear = {
  ring: (ring: Ring) => calls.hear({ type: 'ring', ...ring }, ME),
  stopped: (id: number, reason: 'accepted' | 'declined' | 'cancelled') =>
    calls.hear({ type: 'ring_stopped', ring_id: id, room_id: ROOM, reason }, ME),
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  vi.stubGlobal('location', { pathname: '/rooms/' });
  world.rings.makeRoom.mockResolvedValue(ROOM);
  world.rings.ring.mockResolvedValue(OURS);
  world.rings.accept.mockResolvedValue({ ...THEIRS, state: 'accepted' });
  for (const name of ['endRoom', 'decline', 'cancel'] as const)
    world.rings[name].mockResolvedValue(undefined);
});
afterEach(() => {
  calls.forget();
  world.said.length = 0;
  vi.clearAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const ended = () => world.rings.endRoom.mock.calls.map(([, room]) => room);

describe('ringing somebody', () => {
  it('makes a room for the two, and goes there when they answer', async () => {
    const done = calls.ring(FRIEND);
    expect(calls.outgoing).toMatchObject({ person: FRIEND, ring: null, outcome: null });
    await done;
    expect(world.rings.ring.mock.calls[0]?.slice(1)).toEqual([ROOM, 9]);
    expect(calls.outgoing?.ring).toEqual(OURS);
    hear.stopped(6, 'accepted');
    expect(world.go).toHaveBeenCalledExactlyOnceWith(OURS.room.url);
    expect(calls.outgoing).toBeNull();
    expect(ended()).toEqual([]);
  });

  it('stays where it is when that is the room', async () => {
    vi.stubGlobal('location', { pathname: `${OURS.room.url}/` });
    await calls.ring(FRIEND, ROOM);
    hear.stopped(6, 'accepted');
    expect(world.rings.makeRoom).not.toHaveBeenCalled();
    expect(world.go).not.toHaveBeenCalled();
    expect(calls.outgoing).toBeNull();
  });

  it('rings one at a time', async () => {
    await calls.ring(FRIEND);
    await calls.ring(person(10));
    expect(world.rings.ring).toHaveBeenCalledTimes(1);
    expect(calls.outgoing?.person.id).toBe(9);
  });

  it('ends a room that was made for nothing, and no other', async () => {
    await calls.ring(FRIEND);
    hear.stopped(6, 'declined');
    expect(calls.outgoing?.outcome).toBe('declined');
    calls.dismiss();
    expect(ended()).toEqual([ROOM]);
    world.rings.ring.mockResolvedValue(ringOf(7, ME, 9));
    await calls.ring(FRIEND, 3);
    hear.stopped(7, 'declined');
    calls.dismiss();
    expect(ended()).toEqual([ROOM]);
    expect(calls.outgoing).toBeNull();
  });

  it('tries again in a room of its own', async () => {
    await calls.ring(FRIEND);
    hear.stopped(6, 'declined');
    world.rings.makeRoom.mockResolvedValue(77);
    const ring = ringOf(7, ME, 9);
    world.rings.ring.mockResolvedValue({ ...ring, room: { ...ring.room, id: 77 } });
    await calls.again();
    expect(ended()).toEqual([ROOM]);
    expect(world.rings.ring.mock.calls[1]?.[1]).toBe(77);
    expect(calls.outgoing).toMatchObject({ room: 77, outcome: null });
  });

  it('is missed by itself', async () => {
    await calls.ring(FRIEND);
    vi.advanceTimersByTime(31_999);
    expect(calls.outgoing?.outcome).toBeNull();
    vi.advanceTimersByTime(1);
    expect(calls.outgoing?.outcome).toBe('missed');
  });

  it('says why it could not', async () => {
    world.rings.ring.mockRejectedValue(new EntryError('ring_friends_only'));
    await calls.ring(FRIEND);
    expect(calls.outgoing).toMatchObject({ outcome: 'failed', code: 'ring_friends_only' });
    calls.dismiss();
    expect(ended()).toEqual([ROOM]);
  });

  it('goes to their room where they rang at the same moment', async () => {
    world.rings.ring.mockResolvedValue({ ...THEIRS, state: 'accepted' });
    await calls.ring(FRIEND);
    expect(world.go).toHaveBeenCalledExactlyOnceWith(THEIRS.room.url);
    expect(ended()).toEqual([ROOM]);
  });
});

describe('giving up', () => {
  it('ends the room that was made, or takes the ring back', async () => {
    await calls.ring(FRIEND);
    calls.cancel();
    expect(ended()).toEqual([ROOM]);
    expect(world.rings.cancel).not.toHaveBeenCalled();
    await calls.ring(FRIEND, 3);
    calls.leave();
    expect(world.rings.cancel.mock.calls.map(([, room]) => room)).toEqual([3]);
    expect(calls.outgoing).toBeNull();
  });

  it('rings nobody when it comes before the room', async () => {
    const room = later<number>();
    world.rings.makeRoom.mockReturnValue(room.answer);
    const done = calls.ring(FRIEND);
    calls.cancel();
    room.give(ROOM);
    await done;
    expect(world.rings.ring).not.toHaveBeenCalled();
    expect(ended()).toEqual([ROOM]);
    expect(calls.outgoing).toBeNull();
  });

  it('takes back what the server answers too late', async () => {
    const ring = later<Ring>();
    world.rings.ring.mockReturnValue(ring.answer);
    const done = calls.ring(FRIEND);
    await vi.advanceTimersByTimeAsync(0);
    calls.cancel();
    ring.give({ ...OURS, room: { ...OURS.room, id: ROOM } });
    await done;
    expect(ended()).toEqual([ROOM]);
    expect(calls.outgoing).toBeNull();
  });
});

describe('being rung', () => {
  it('goes to the room with a yes, also when the event comes before the answer', async () => {
    hear.ring(THEIRS);
    const answer = later<Ring>();
    world.rings.accept.mockReturnValue(answer.answer);
    const { incoming } = calls;
    if (incoming === null) throw new Error('nothing rings');
    const done = calls.accept(incoming);
    expect(calls.incoming?.answer).toBe('accept');
    hear.stopped(5, 'accepted');
    answer.give({ ...THEIRS, state: 'accepted' });
    await done;
    expect(world.go).toHaveBeenCalledExactlyOnceWith(THEIRS.room.url);
    expect(world.said).toEqual([]);
    expect(calls.incoming).toBeNull();
  });

  it('takes the call of whom one was about to ring', async () => {
    hear.ring(THEIRS);
    await calls.ring(FRIEND);
    expect(world.rings.accept).toHaveBeenCalledTimes(1);
    expect(world.rings.makeRoom).not.toHaveBeenCalled();
  });

  it('stops when another page answered, and says so', () => {
    hear.ring(THEIRS);
    hear.stopped(5, 'accepted');
    expect(calls.incoming).toBeNull();
    expect(world.said).toEqual(['ring.elsewhere']);
    expect(world.go).not.toHaveBeenCalled();
  });

  it('stops when it was too late for an answer, and stays when the server could not be asked', async () => {
    hear.ring(THEIRS);
    world.rings.decline.mockRejectedValueOnce(new EntryError('offline'));
    const ask = async () => {
      if (calls.incoming !== null) await calls.decline(calls.incoming);
    };
    await ask();
    expect(calls.incoming?.answer).toBe('');
    world.rings.decline.mockRejectedValueOnce(new EntryError('ring_over'));
    await ask();
    expect(calls.incoming).toBeNull();
    expect(world.said).toEqual(['offline', 'ring_over']);
  });
});
