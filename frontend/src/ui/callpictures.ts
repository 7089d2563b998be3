/** The pictures of a call that were taken here: what becomes of them. */
import { posts } from '../api';
import { wantsLogin } from '../api/client';
import { type Call, EntryError, type Shot, type ShotWish } from '../call';
import { session } from '../session.svelte';

export class CallPictures {
  readonly #signal: AbortSignal;
  readonly #call: Call;
  /** Addresses that are being asked for anew. */
  readonly #asked = new Set<string>();

  constructor(signal: AbortSignal, call: Call) {
    this.#signal = signal;
    this.#call = call;
  }

  async take(wish: ShotWish): Promise<void> {
    const refusal = await this.#call.takeScreenshot(wish);
    if (wantsLogin(new EntryError(refusal))) session.lost();
  }

  posted(shot: Shot, post: number, alt: string): void {
    this.#call.keepShot({ ...shot, post, alt });
    this.#call.notify('posted');
  }

  deleted(shot: Shot): void {
    this.#call.forgetShot(shot.id);
    this.#call.notify('photo_deleted');
  }

  /** The addresses of pictures end after a while; each is asked for anew once. */
  async refresh(shot: Shot): Promise<void> {
    if (this.#asked.has(shot.url)) return;
    this.#asked.add(shot.url);
    try {
      const { url, thumbs } = await posts.photo(this.#signal, shot.id);
      this.#call.keepShot({ ...shot, url, thumbs });
    } catch (error) {
      if (error instanceof EntryError && error.code === 'photo_not_found') this.#call.forgetShot(shot.id);
    }
  }
}
