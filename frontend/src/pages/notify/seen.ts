/** Which rows the person has really seen: a good part of them, for a moment, in a window that is not hidden. */
import type { Attachment } from 'svelte/attachments';

const MOMENT_MS = 700;
/** Those that are seen together are told together. */
const TOGETHER_MS = 300;

export class Seen {
  readonly #tell: (ids: number[]) => void;
  readonly #found = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (ids: number[]) => void) {
    this.#tell = tell;
  }

  /** For a row that is not read yet. */
  watch(id: number): Attachment<HTMLElement> {
    return (element) => {
      let moment: ReturnType<typeof setTimeout> | undefined;
      let inside = false;
      const look = () => {
        clearTimeout(moment);
        if (!inside || document.visibilityState !== 'visible') return;
        moment = setTimeout(() => {
          stop();
          this.add(id);
        }, MOMENT_MS);
      };
      const observer = new IntersectionObserver(
        ([entry]) => {
          inside = entry?.isIntersecting === true;
          look();
        },
        { threshold: 0.6 },
      );
      const stop = () => {
        clearTimeout(moment);
        observer.disconnect();
        document.removeEventListener('visibilitychange', look);
      };
      observer.observe(element);
      document.addEventListener('visibilitychange', look);
      return stop;
    };
  }

  add(id: number): void {
    this.#found.add(id);
    this.#timer ??= setTimeout(() => this.#flush(), TOGETHER_MS);
  }

  /** Tells what was seen and not told yet. */
  stop(): void {
    if (this.#timer !== undefined) this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const ids = [...this.#found];
    this.#found.clear();
    this.#tell(ids);
  }
}
