/** The tie between oneself and one other person: how it stands, and what one does about it. */
import type { FriendRequest, People, Profile } from '../api/people';
import { EntryError } from '../call/ports';
import { type Act, afterAct, isOvertaken } from './relation';

export class Tie {
  profile = $state.raw<Profile | null>(null);
  /** What the server was told and has not answered yet; null: nothing. */
  busy = $state.raw<Act | null>(null);

  readonly #people: People;
  readonly #gone: AbortSignal;

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
   * Does it; one thing at a time. Following shows at once, and is taken back where the server refuses; the rest
   * waits for the server's answer. Rejects with EntryError; where somebody was faster, how it stands now is known
   * by then.
   */
  async act(act: Act): Promise<void> {
    const before = this.profile;
    if (before === null || this.busy !== null) return;
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
