/** Where the other person's picture is shown: in the page, in a small window, on the whole screen. */
import {
  closeStage,
  fills,
  floats,
  toggleFloating,
  toggleFull,
  watchFloating,
  watchFull,
} from '../browser/stage';

export class Stage {
  readonly #signal: AbortSignal;
  #video: HTMLVideoElement | null = null;
  #watch = new AbortController();
  readonly canFill = fills();
  /** There is a picture, and a browser that shows it in a window of its own. */
  canFloat = $state(false);
  floating = $state(false);
  full = $state(false);

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    watchFull(signal, (on) => (this.full = on));
    signal.addEventListener('abort', closeStage);
  }

  /** The element that shows the other person; null: nobody is there. */
  show(video: HTMLVideoElement | null): void {
    this.#watch.abort();
    this.#watch = new AbortController();
    this.#video = video;
    this.canFloat = video !== null && floats();
    this.floating = false;
    if (video === null) return;
    watchFloating(AbortSignal.any([this.#signal, this.#watch.signal]), video, (on) => (this.floating = on));
  }

  /** False: the browser would not. */
  async float(): Promise<boolean> {
    return this.#video === null || toggleFloating(this.#video);
  }

  async fill(): Promise<boolean> {
    return toggleFull();
  }
}
