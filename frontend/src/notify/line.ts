/** The way to a person's own events: a socket that comes again by itself for as long as they are logged in. */
import { pause } from '../call/backoff';
import type { SocketFactory } from '../call/ports';
import type { ServerMessage } from './messages';
import { Visit } from './visit';

/** `away`: the server does not want this page for now; it comes again when the person turns to the page. */
export type LineState = 'connecting' | 'open' | 'waiting' | 'away';

export interface LineConfig {
  sockets: SocketFactory;
  /** Gets a new access token where one is needed; false: nobody is logged in. Rejects where it cannot tell. */
  renew(signal: AbortSignal): Promise<boolean>;
  message(message: ServerMessage): void;
  state(state: LineState): void;
  log(text: string): void;
}

/** Why a line ended for good: nobody is logged in, or the server does not understand this page. */
export type LineEnd = 'nobody' | 'unwanted';

const TOKEN: ReadonlySet<string> = new Set([
  'token_invalid',
  'token_expired',
  'session_ended',
  'login_required',
]);

/** Waits between attempts to come back: a second, doubling, at most a minute, with much chance in it. */
export function waitMs(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(60_000, 1000 * 2 ** Math.max(0, attempt - 1));
  return Math.round(base * (0.5 + random()));
}

export class Line {
  readonly #config: LineConfig;
  #visit: Visit | null = null;
  #wake = new AbortController();
  #turn = new AbortController();

  constructor(config: LineConfig) {
    this.#config = config;
  }

  /** Until the line ends for good; rejects with the signal's reason when that aborts. */
  async run(signal: AbortSignal): Promise<LineEnd> {
    let failures = 0;
    let renewed = false;
    for (;;) {
      const { code, greeted } = await this.#stay(signal);
      if (greeted) {
        failures = 0;
        renewed = false;
      }
      if (code === 'bad_message') return 'unwanted';
      if (code === 'replaced') {
        await this.#rest(signal);
        continue;
      }
      if (TOKEN.has(code) && !renewed) {
        renewed = true;
        const known = await this.#renew(signal);
        if (known === false) return 'nobody';
        if (known === true) continue;
      }
      this.#config.state('waiting');
      failures++;
      await pause(signal, waitMs(failures), this.#wake.signal);
      // A token that was refused although it is new may be good for another time.
      renewed = false;
    }
  }

  /** The network is there again, or the machine woke up: the line is looked at now. */
  wake(): void {
    this.#visit?.check();
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  /** The person turned to this page. */
  turn(): void {
    this.wake();
    this.#turn.abort();
    this.#turn = new AbortController();
  }

  async #stay(signal: AbortSignal) {
    signal.throwIfAborted();
    const { sockets, message, state, log } = this.#config;
    state('connecting');
    const visit = new Visit(sockets, {
      message: (heard) => {
        if (heard.type === 'hello') state('open');
        message(heard);
      },
      broken: (reason) => log(`event is not understood: ${reason}`),
    });
    const stop = () => visit.close();
    signal.addEventListener('abort', stop, { once: true });
    this.#visit = visit;
    const end = await visit.ended;
    this.#visit = null;
    signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
    return end;
  }

  /** null: the server could not be asked. */
  async #renew(signal: AbortSignal): Promise<boolean | null> {
    try {
      return await this.#config.renew(signal);
    } catch {
      signal.throwIfAborted();
      return null;
    }
  }

  /** Another page took this one's place: this one comes again once the person turns to it. */
  #rest(signal: AbortSignal): Promise<void> {
    this.#config.state('away');
    return pause(signal, NEVER_MS, this.#turn.signal);
  }
}

/** As long as a timer can wait: more than three weeks. */
const NEVER_MS = 2 ** 31 - 1;
