/** What rings on this page, and what one does about it. */
import { rings } from '../api';
import { EntryError } from '../call/ports';
import { t } from '../i18n/index.svelte';
import { router } from '../router.svelte';
import { session } from '../session.svelte';
import { messages } from '../ui/messages.svelte';
import { problemOf, sayProblem } from '../ui/problem';
import type { Person, Ring, ServerMessage } from './messages';
import {
  answering,
  begun,
  calling,
  expired,
  failed,
  greeted,
  hungUp,
  type Incoming,
  nextEnd,
  type Outgoing,
  QUIET,
  type RingState,
  rang,
  stopped,
} from './rings';

class Calls {
  #state = $state.raw<RingState>(QUIET);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Grows with each call, so that an answer that comes too late belongs to none. */
  #attempt = 0;

  /** Who rings us; the first of them where there are several. */
  get incoming(): Incoming | null {
    return this.#state.incoming[0] ?? null;
  }

  /** Whom we ring from this page. */
  get outgoing(): Outgoing | null {
    return this.#state.outgoing;
  }

  /**
   * Rings a friend and shows how it goes. Without a room one is made for the two. Resolves when it rings, or when
   * the person was told why it does not.
   */
  async ring(person: Person, room?: number): Promise<void> {
    const { outgoing, incoming } = this.#state;
    if (outgoing !== null && outgoing.outcome === null) return;
    const theirs = incoming.find(({ ring }) => ring.caller.id === person.id);
    if (theirs !== undefined) return this.accept(theirs);
    if (outgoing !== null) this.dismiss();
    await this.#call(person, room ?? 0, room === undefined);
  }

  /** The same once more. */
  async again(): Promise<void> {
    const { outgoing } = this.#state;
    if (outgoing === null || outgoing.outcome === null) return;
    const { person, room, own, outcome } = outgoing;
    this.dismiss();
    // Somebody may be waiting in a room whose ring was lost; the others that were made for a call have ended.
    await this.#call(person, own && outcome !== 'unknown' ? 0 : room, own);
  }

  /** Stops ringing. */
  cancel(): void {
    const { outgoing } = this.#state;
    if (outgoing === null) return;
    this.#attempt++;
    this.#apply(hungUp(this.#state));
    if (outgoing.ring !== null) this.#takeBack(outgoing.room, outgoing.own);
  }

  /** Closes what shows how the call ended. A room that was made for it alone ends, too. */
  dismiss(): void {
    const { outgoing } = this.#state;
    if (outgoing === null || outgoing.outcome === null) return;
    this.#apply(hungUp(this.#state));
    if (outgoing.own && outgoing.room !== 0 && outgoing.outcome !== 'unknown') endQuietly(outgoing.room);
  }

  /** Goes to the room although it is not known how the ring ended. */
  enter(): void {
    const ring = this.#state.outgoing?.ring;
    this.#apply(hungUp(this.#state));
    if (ring) visit(ring);
  }

  async accept({ ring: { id, room } }: Incoming): Promise<void> {
    this.#apply(answering(this.#state, id, 'accept'));
    try {
      const ring = await rings.accept(NEVER, room.id);
      this.#apply(stopped(this.#state, id, 'accepted'));
      visit(ring);
    } catch (error) {
      this.#refused(id, error);
    }
  }

  async decline({ ring: { id, room } }: Incoming): Promise<void> {
    this.#apply(answering(this.#state, id, 'decline'));
    try {
      await rings.decline(NEVER, room.id);
      this.#apply(stopped(this.#state, id, 'declined'));
    } catch (error) {
      this.#refused(id, error);
    }
  }

  /** An event of the person's own. */
  hear(message: ServerMessage, me: number): void {
    const now = Date.now();
    if (message.type === 'hello') this.#apply(greeted(this.#state, message.rings, me, now));
    if (message.type === 'ring') this.#apply(rang(this.#state, message, me, now));
    if (message.type !== 'ring_stopped') return;
    const known = this.#state.incoming.find(({ ring }) => ring.id === message.ring_id);
    this.#apply(stopped(this.#state, message.ring_id, message.reason));
    if (known === undefined || known.answer !== '') return;
    const name = known.ring.caller.nickname;
    if (message.reason === 'accepted') messages.say(t('ring.elsewhere'));
    if (message.reason === 'cancelled') messages.say(t('ring.gaveup', { name }));
  }

  /** The page goes away: nobody would take the call from here any more. */
  leave(): void {
    if (this.#state.outgoing?.outcome === null) this.cancel();
  }

  /** Nobody is logged in any more. */
  forget(): void {
    this.#attempt++;
    this.#apply(QUIET);
  }

  async #call(person: Person, known: number, own: boolean): Promise<void> {
    const attempt = ++this.#attempt;
    this.#apply(calling(this.#state, person, known, own));
    let room = known;
    try {
      if (room === 0) room = await rings.makeRoom(NEVER, titleFor(person));
      if (attempt !== this.#attempt) return endQuietly(room);
      this.#apply(calling(this.#state, person, room, own));
      const ring = await rings.ring(NEVER, room, person.id);
      // They rang us at the same moment: their room is the one.
      if (own && ring.room.id !== room) endQuietly(room);
      if (attempt === this.#attempt) this.#apply(begun(this.#state, ring, Date.now()));
      else this.#takeBack(ring.room.id, own && ring.room.id === room);
    } catch (error) {
      if (attempt === this.#attempt) this.#apply(failed(this.#state, problemOf(error)));
      else if (own && room !== 0) endQuietly(room);
    }
  }

  #takeBack(room: number, own: boolean): void {
    if (own) endQuietly(room);
    else rings.cancel(NEVER, room).catch(overAnyway);
  }

  #refused(id: number, error: unknown): void {
    const over = problemOf(error) === 'ring_over' || problemOf(error) === 'ring_not_found';
    this.#apply(over ? stopped(this.#state, id, 'cancelled') : answering(this.#state, id, ''));
    sayProblem(error);
  }

  #apply(next: RingState): void {
    const { outgoing } = next;
    const answered = outgoing?.outcome === 'accepted' ? outgoing.ring : null;
    this.#state = answered === null ? next : hungUp(next);
    this.#wait();
    if (answered !== null) visit(answered);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const end = nextEnd(this.#state);
    if (end === null) return;
    this.#timer = setTimeout(() => this.#apply(expired(this.#state, Date.now())), end - Date.now());
  }
}

/** What is done about a ring is done to its end, whatever becomes of the page. */
const NEVER = new AbortController().signal;
const TITLE_LIMIT = 100;

function titleFor({ nickname }: Person): string {
  const title = t('ring.room', { me: session.me?.nickname ?? '', name: nickname });
  return [...title].slice(0, TITLE_LIMIT).join('');
}

function visit({ room: { url } }: Ring): void {
  if (location.pathname.replace(/\/$/, '') !== url) router.go(url);
}

function endQuietly(room: number): void {
  rings.endRoom(NEVER, room).catch(overAnyway);
}

/** Whoever ended it first, or the clock, did the same. */
function overAnyway(error: unknown): void {
  if (!(error instanceof EntryError)) throw error;
}

export const calls = new Calls();
