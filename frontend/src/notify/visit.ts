/** One socket to the server, from its opening to its end, with a pulse that notices a dead line. */
import type { Socket, SocketFactory } from '../call/ports';
import { type ClientMessage, decode, encode, PATH, type ServerMessage, SUBPROTOCOL } from './messages';

/** The server may take so long to say hello. */
export const GREETING_MS = 10_000;
export const PULSE_MS = 25_000;
/** The line is dead when nothing came for so long after a ping. */
export const SILENCE_MS = 8000;

/** Why it ended: the server's code, or '' where it said none. */
export interface End {
  code: string;
  /** The server had said hello. */
  greeted: boolean;
}

export interface VisitEvents {
  message(message: ServerMessage): void;
  /** A text that breaks the protocol; it was ignored. */
  broken(reason: string): void;
}

export class Visit {
  readonly ended: Promise<End>;
  readonly #events: VisitEvents;
  readonly #socket: Socket;
  readonly #opening: ReturnType<typeof setTimeout>;
  #settle: (end: End) => void = () => {};
  #pulse: ReturnType<typeof setInterval> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #greeted = false;
  #over = false;

  constructor(factory: SocketFactory, events: VisitEvents) {
    this.#events = events;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#opening = setTimeout(() => this.#finish(''), GREETING_MS);
    this.#socket = factory(PATH, SUBPROTOCOL, {
      // The cookie says who it is; where it is stale this makes the server say so at once.
      open: () => this.#send({ type: 'hello' }),
      message: (text) => this.#read(text),
      close: () => this.#finish(''),
    });
  }

  /** Asks whether the other side is still there, as after a sleep. */
  check(): void {
    if (!this.#greeted || this.#over || this.#silence !== undefined) return;
    this.#silence = setTimeout(() => this.#finish(''), SILENCE_MS);
    this.#send({ type: 'ping', t: Date.now() });
  }

  close(): void {
    this.#finish('');
  }

  #send(message: ClientMessage): void {
    if (!this.#over) this.#socket.send(encode(message));
  }

  #read(text: string): void {
    if (this.#over) return;
    clearTimeout(this.#silence);
    this.#silence = undefined;
    const decoded = decode(text);
    if (!decoded.ok) {
      if (!decoded.unknown) this.#events.broken(decoded.reason);
      return;
    }
    const { message } = decoded;
    if (message.type === 'hello') this.#greet();
    if (message.type === 'bye') this.#finish(message.code);
    else if (message.type !== 'pong') this.#events.message(message);
  }

  #greet(): void {
    clearTimeout(this.#opening);
    this.#greeted = true;
    this.#pulse ??= setInterval(() => this.check(), PULSE_MS);
  }

  #finish(code: string): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#opening);
    clearTimeout(this.#silence);
    clearInterval(this.#pulse);
    this.#socket.close();
    this.#settle({ code, greeted: this.#greeted });
  }
}
