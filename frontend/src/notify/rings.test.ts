import { describe, expect, it } from 'vitest';
import { person, ringOf } from './fake';
import {
  answering,
  begun,
  calling,
  expired,
  failed,
  greeted,
  hungUp,
  nextEnd,
  QUIET,
  type RingState,
  rang,
  stopped,
} from './rings';

const ME = 8;
const NOW = 1000;
/** The span of a ring, and what the server gets to tell its end first. */
const END = NOW + 32_000;

const incoming = ringOf(5, 7, ME);
const outgoing = ringOf(6, ME, 9);
const ringing = rang(QUIET, incoming, ME, NOW);
const called = begun(calling(QUIET, person(9), 46, true), outgoing, NOW);

const ids = (state: RingState) => state.incoming.map(({ ring }) => ring.id);

describe('who rings us', () => {
  it('is shown once, whatever comes twice', () => {
    expect(ids(ringing)).toEqual([5]);
    expect(rang(ringing, incoming, ME, NOW + 500)).toBe(ringing);
    expect(greeted(ringing, [incoming], ME, NOW + 500).incoming).toEqual(ringing.incoming);
  });

  it('stops with whatever reason, and stays stopped when its beginning comes after its end', () => {
    const over = stopped(ringing, 5, 'cancelled');
    expect(ids(over)).toEqual([]);
    expect(ids(rang(over, incoming, ME, NOW))).toEqual([]);
    expect(ids(greeted(over, [incoming], ME, NOW))).toEqual([]);
    expect(stopped(over, 5, 'accepted')).toBe(over);
    expect(ids(rang(stopped(QUIET, 5, 'missed'), incoming, ME, NOW))).toEqual([]);
  });

  it('is restored by the hello, which also ends what was not heard', () => {
    expect(ids(greeted(QUIET, [incoming, outgoing], ME, NOW))).toEqual([5]);
    expect(ids(greeted(ringing, [], ME, NOW))).toEqual([]);
    expect(ids(greeted(QUIET, [{ ...incoming, state: 'missed' }], ME, NOW))).toEqual([]);
  });

  it('stops by itself by our own clock, however wrong that is', () => {
    expect(nextEnd(ringing)).toBe(END);
    expect(expired(ringing, END - 1)).toBe(ringing);
    expect(ids(expired(ringing, END))).toEqual([]);
    expect(nextEnd(expired(ringing, END))).toBeNull();
    const odd = { ...incoming, expires_at: incoming.created };
    expect(nextEnd(rang(QUIET, odd, ME, NOW))).toBe(END);
  });

  it('keeps what the person has decided', () => {
    const decided = answering(ringing, 5, 'decline');
    expect(decided.incoming[0]?.answer).toBe('decline');
    expect(greeted(decided, [incoming], ME, NOW).incoming[0]?.answer).toBe('decline');
  });

  it('can be two', () => {
    const both = rang(ringing, ringOf(7, 3, ME), ME, NOW + 100);
    expect(ids(both)).toEqual([5, 7]);
    expect(ids(stopped(both, 5, 'declined'))).toEqual([7]);
  });
});

describe('whom we ring', () => {
  it('rings after the answer, and only from the page that called', () => {
    expect(called.outgoing).toMatchObject({ ring: { id: 6 }, outcome: null, until: END });
    expect(nextEnd(called)).toBe(END);
    expect(rang(QUIET, outgoing, ME, NOW)).toBe(QUIET);
    expect(greeted(QUIET, [outgoing], ME, NOW).outgoing).toBeNull();
  });

  it.each(['accepted', 'declined', 'busy', 'cancelled', 'missed'] as const)(
    'learns that it was %s',
    (reason) => {
      expect(stopped(called, 6, reason).outgoing?.outcome).toBe(reason);
    },
  );

  it('learns the end that overtook the answer, and the one that the answer says', () => {
    const early = stopped(calling(QUIET, person(9), 46, true), 6, 'declined');
    expect(begun(early, outgoing, NOW).outgoing?.outcome).toBe('declined');
    const busy = begun(calling(QUIET, person(9), 46, true), { ...outgoing, state: 'busy' }, NOW);
    expect(busy.outgoing?.outcome).toBe('busy');
  });

  it('keeps the first end, and is not touched by others', () => {
    const declined = stopped(called, 6, 'declined');
    expect(stopped(declined, 6, 'missed')).toBe(declined);
    expect(stopped(called, 99, 'declined').outgoing?.outcome).toBeNull();
  });

  it('is missed by itself', () => {
    expect(expired(called, END - 1)).toBe(called);
    expect(expired(called, END).outgoing?.outcome).toBe('missed');
  });

  it('admits that it does not know the end when the line was lost meanwhile', () => {
    const lost = greeted(called, [], ME, NOW + 5000);
    expect(lost.outgoing?.outcome).toBe('unknown');
    expect(stopped(lost, 6, 'accepted').outgoing?.outcome).toBe('accepted');
    expect(greeted(called, [], ME, END).outgoing?.outcome).toBe('missed');
    expect(greeted(called, [outgoing], ME, NOW + 5000).outgoing?.outcome).toBeNull();
  });

  it('goes on when the hello was only older than the ring', () => {
    const lost = greeted(called, [], ME, NOW);
    expect(rang(lost, outgoing, ME, NOW + 50).outgoing?.outcome).toBeNull();
  });

  it('may fail, and may be hung up before any answer', () => {
    const state = failed(calling(QUIET, person(9), 0, true), 'ring_friends_only');
    expect(state.outgoing).toMatchObject({ outcome: 'failed', code: 'ring_friends_only' });
    expect(hungUp(called).outgoing).toBeNull();
    expect(begun(QUIET, outgoing, NOW)).toBe(QUIET);
    expect(failed(QUIET, 'x')).toBe(QUIET);
  });
});

it('forgets old ends', () => {
  let state = QUIET;
  for (let id = 1; id <= 80; id++) state = stopped(state, id, 'missed');
  expect(state.over.size).toBeLessThan(60);
  expect(state.over.has(80)).toBe(true);
});
