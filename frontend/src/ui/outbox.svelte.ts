/** Pictures on their way to the server, one at a time: each with its progress, to be stopped or sent again. */
import { fileProblem, type Progress } from '../api/upload';
import { EntryError } from '../call/ports';

export interface Outgoing {
  id: number;
  file: File;
  /** The address of the file within this page. */
  preview: string;
  /** null: its turn has not come. */
  progress: Progress | null;
  /** The code of what went wrong; empty: nothing. */
  problem: string;
}

export type Send<T> = (
  signal: AbortSignal,
  file: File,
  onprogress: (progress: Progress) => void,
) => Promise<T>;

export class Outbox<T> {
  all = $state.raw<Outgoing[]>([]);

  readonly #send: Send<T>;
  readonly #arrived: (answer: T) => void;
  #last = 0;
  /** Which one is being sent, and how to stop it. */
  #now: { id: number; stop: AbortController } | null = null;

  constructor(send: Send<T>, arrived: (answer: T) => void) {
    this.#send = send;
    this.#arrived = arrived;
  }

  /** What cannot be sent is said at once, and costs no way to the server. */
  add(files: Iterable<File>): void {
    const fresh = [...files].map((file) => ({
      id: ++this.#last,
      file,
      preview: URL.createObjectURL(file),
      progress: null,
      problem: fileProblem(file),
    }));
    this.all = [...this.all, ...fresh];
    void this.#go();
  }

  /** Stops it where it is on its way, and forgets it. */
  drop(id: number): void {
    const one = this.all.find((other) => other.id === id);
    if (one !== undefined) URL.revokeObjectURL(one.preview);
    this.all = this.all.filter((other) => other.id !== id);
    if (this.#now?.id === id) this.#now.stop.abort();
  }

  again(id: number): void {
    this.#change(id, { problem: '', progress: null });
    void this.#go();
  }

  /** Whoever goes away wants none of them any more. */
  close(): void {
    for (const { id } of this.all) this.drop(id);
  }

  async #go(): Promise<void> {
    if (this.#now !== null) return;
    const next = this.all.find((one) => one.problem === '');
    if (next === undefined) return;
    const { id, file } = next;
    const stop = new AbortController();
    this.#now = { id, stop };
    this.#change(id, { progress: { phase: 'sending', part: 0 } });
    try {
      const answer = await this.#send(stop.signal, file, (progress) => this.#change(id, { progress }));
      // It is there all the same when the stop came too late: then it is one of the person's pictures.
      this.drop(id);
      this.#arrived(answer);
    } catch (error) {
      const problem = error instanceof EntryError ? error.code : 'internal';
      if (!stop.signal.aborted) this.#change(id, { progress: null, problem });
    }
    this.#now = null;
    void this.#go();
  }

  #change(id: number, change: Partial<Outgoing>): void {
    this.all = this.all.map((one) => (one.id === id ? { ...one, ...change } : one));
  }
}
