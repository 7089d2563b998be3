/**
 * What rings, as one value that events turn into the next. Events may come twice, late or not at all: whatever
 * is over stays over, and what nobody ends stops by itself.
 */
import type { Person, Reason, Ring } from './messages';

/** Somebody rings us. */
export interface Incoming {
  ring: Ring;
  /** When it stops by itself, by this machine's clock. */
  until: number;
  /** The person has decided, and the server is being told. */
  answer: '' | 'accept' | 'decline';
}

/** `failed`: it never rang, see code; `unknown`: the line was lost while it ended. */
export type Outcome = Reason | 'failed' | 'unknown';

/** We ring somebody, from this page. */
export interface Outgoing {
  person: Person;
  /** The room to meet in; 0: it is being made. */
  room: number;
  /** The room was made for this call alone. */
  own: boolean;
  /** null: the server has not answered yet. */
  ring: Ring | null;
  until: number;
  /** null: not over yet. */
  outcome: Outcome | null;
  /** The server's code where it failed. */
  code: string;
}

export interface RingState {
  incoming: readonly Incoming[];
  outgoing: Outgoing | null;
  /** How rings ended, so that an event that comes too late wakes none. */
  over: ReadonlyMap<number, Reason>;
}

export const QUIET: RingState = { incoming: [], outgoing: null, over: new Map() };

/** The server tells the end first, unless the line is dead. */
const SLACK_MS = 2000;
const LIFE_MS = 30_000;
const REMEMBERED = 50;

/**
 * How long a ring goes on from now. Only the span between the server's two times is used: this machine's clock
 * may be wrong by more than a ring lasts.
 */
function lifeMs({ created, expires_at }: Ring): number {
  const span = Date.parse(expires_at) - Date.parse(created);
  return span > 0 && span <= 10 * LIFE_MS ? span : LIFE_MS;
}

const untilOf = (ring: Ring, now: number) => now + lifeMs(ring) + SLACK_MS;

function comes(ring: Ring, now: number): Incoming {
  return { ring, until: untilOf(ring, now), answer: '' };
}

/** The server's hello: what it does not name rings no more. */
export function greeted(state: RingState, rings: readonly Ring[], me: number, now: number): RingState {
  const ringing = rings.filter((ring) => ring.state === 'ringing' && !state.over.has(ring.id));
  const incoming = ringing
    .filter((ring) => ring.callee.id === me)
    .map((ring) => state.incoming.find((known) => known.ring.id === ring.id) ?? comes(ring, now));
  const { outgoing } = state;
  const lost =
    outgoing?.ring != null &&
    outgoing.outcome === null &&
    !ringing.some(({ id }) => id === outgoing.ring?.id);
  if (!lost) return { ...state, incoming };
  return {
    ...state,
    incoming,
    outgoing: { ...outgoing, outcome: now >= outgoing.until ? 'missed' : 'unknown' },
  };
}

/** Somebody began to ring us, or we them. */
export function rang(state: RingState, ring: Ring, me: number, now: number): RingState {
  if (ring.state !== 'ringing' || state.over.has(ring.id)) return state;
  const { incoming, outgoing } = state;
  if (ring.callee.id === me) {
    if (incoming.some((known) => known.ring.id === ring.id)) return state;
    return { ...state, incoming: [...incoming, comes(ring, now)] };
  }
  // A hello that was written before the ring began made us believe that it was over.
  if (outgoing?.ring?.id === ring.id && outgoing.outcome === 'unknown') {
    return { ...state, outgoing: { ...outgoing, outcome: null, until: untilOf(ring, now) } };
  }
  return state;
}

export function stopped(state: RingState, id: number, reason: Reason): RingState {
  if (state.over.has(id)) return state;
  const over = new Map([...state.over, [id, reason] as const].slice(-REMEMBERED));
  const incoming = state.incoming.filter(({ ring }) => ring.id !== id);
  const { outgoing } = state;
  const ours = outgoing?.ring?.id === id && (outgoing.outcome === null || outgoing.outcome === 'unknown');
  return { over, incoming, outgoing: ours ? { ...outgoing, outcome: reason } : outgoing };
}

/** The person wants to ring somebody; room 0: one is made for it. */
export function calling(state: RingState, person: Person, room: number, own: boolean): RingState {
  const outgoing = { person, room, own, ring: null, until: 0, outcome: null, code: '' };
  return { ...state, outgoing };
}

/** The server's answer to our ring, which its events may have overtaken. */
export function begun(state: RingState, ring: Ring, now: number): RingState {
  const { outgoing } = state;
  if (outgoing === null) return state;
  const outcome = state.over.get(ring.id) ?? (ring.state === 'ringing' ? null : ring.state);
  return { ...state, outgoing: { ...outgoing, ring, until: untilOf(ring, now), outcome } };
}

export function failed(state: RingState, code: string): RingState {
  const { outgoing } = state;
  return outgoing === null ? state : { ...state, outgoing: { ...outgoing, outcome: 'failed', code } };
}

export function hungUp(state: RingState): RingState {
  return { ...state, outgoing: null };
}

export function answering(state: RingState, id: number, answer: Incoming['answer']): RingState {
  const incoming = state.incoming.map((known) => (known.ring.id === id ? { ...known, answer } : known));
  return { ...state, incoming };
}

/** What nobody ended stops. */
export function expired(state: RingState, now: number): RingState {
  const incoming = state.incoming.filter(({ until }) => until > now);
  const { outgoing } = state;
  const late = outgoing?.ring != null && outgoing.outcome === null && outgoing.until <= now;
  if (!late && incoming.length === state.incoming.length) return state;
  return { ...state, incoming, outgoing: late ? { ...outgoing, outcome: 'missed' } : outgoing };
}

/** When something stops by itself next; null: nothing does. */
export function nextEnd({ incoming, outgoing }: RingState): number | null {
  const ends = incoming.map(({ until }) => until);
  if (outgoing?.ring != null && outgoing.outcome === null) ends.push(outgoing.until);
  return ends.length === 0 ? null : Math.min(...ends);
}
