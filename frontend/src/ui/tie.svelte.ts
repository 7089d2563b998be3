/** The tie between oneself and one other person: how it stands, and what one does about it. */
import type { FriendRequest, People, Profile } from '../api/people';
import { EntryError } from '../call/ports';
import { type Act, afterAct, isOvertaken, offers } from './relation';

export class Tie {
  profile = $state.raw<Profile | null>(null);
  /** What the server was told and has not answered yet; null: nothing. */
  busy = $state.raw<Act | null>(null);

  readonly #people: People;
  readonly #gone: AbortSignal;
  /** Settles when what is under way is over; never rejects. */
  #running: Promise<unknown> = Promise.resolve();

  constructor(people: People, gone: AbortSignal, profile: Profile | null = null) {
    this.#people = people;
    this.#gone = gone;
    this.profile = profile;
  }

  /** Asks how it stands. Rejects with EntryError. */
  async load(user: number): Promise<void> {
    this.profile = await this.#people.profile(this.#gone, user);
  }

  /**
   * Does it; one thing after the other, and what makes no sense any more not at all: false. Following shows at
   * once, and is taken back where the server refuses; the rest waits for the server's answer. Rejects with
   * EntryError; where somebody was faster, how it stands now is known by then.
   */
  async act(act: Act): Promise<boolean> {
    if (this.busy === act) return false;
    while (this.busy !== null) await this.#running;
    const before = this.profile;
    if (before === null || !offers(before, act)) return false;
    const acting = this.#act(act, before);
    this.#running = acting.catch(() => {});
    await acting;
    return true;
  }

  async #act(act: Act, before: Profile): Promise<void> {
    this.busy = act;
    const early = act === 'follow' || act === 'unfollow';
    if (early) this.profile = afterAct(before, act);
    try {
      const answer = await this.#send(act, before);
      if (!early) this.profile = afterAct(before, act, answer);
    } catch (error) {
      this.profile = before;
      if (error instanceof EntryError && isOvertaken(error.code)) await this.load(before.id).catch(() => {});
      throw error;
    } finally {
      this.busy = null;
    }
  }

  async #send(act: Act, { id, request_id }: Profile): Promise<FriendRequest | null> {
    const people = this.#people;
    const gone = this.#gone;
    switch (act) {
      case 'ask':
        return people.befriend(gone, id);
      case 'accept':
        return people.accept(gone, request_id);
      case 'reject':
      case 'cancel':
        await people[act](gone, request_id);
        return null;
      default:
        await people[act](gone, id);
        return null;
    }
  }
}
