/** One socket to the room: typed messages in and out, and a pulse that notices a dead line. */
import { type ClientMessage, decodeServer, encode, type ServerMessage, SUBPROTOCOL } from './messages';
import type { Socket, SocketFactory } from './ports';

const PULSE_MS = 5000;
/** A line is dead when neither a pong nor anything else came for this long. */
const SILENCE_MS = 13_000;
const OPEN_MS = 8000;
/** How long a line that is doubted has to prove itself. */
const PROBE_MS = 3000;

export interface SignallingEvents {
  message(message: ServerMessage): void;
  /** The line is gone; called once, not after close(). */
  lost(): void;
  /** A text that breaks the protocol; it was ignored. */
  broken(reason: string): void;
}

export class Signalling {
  readonly #socket: Socket;
  readonly #events: SignallingEvents;
  #open = false;
  #closed = false;
  #heard = Date.now();
  #pulse: ReturnType<typeof setInterval> | undefined;
  readonly #opening: ReturnType<typeof setTimeout>;
  #probing: ReturnType<typeof setTimeout> | undefined;

  constructor(factory: SocketFactory, path: string, ticket: string, events: SignallingEvents) {
    this.#events = events;
    this.#opening = setTimeout(() => this.#lose(), OPEN_MS);
    this.#socket = factory(path, SUBPROTOCOL, {
      open: () => this.#opened(ticket),
      message: (text) => this.#read(text),
      close: () => this.#lose(),
    });
  }

  /** Sends when the line is open; what is sent on a dead line is lost, the next session says it anew. */
  send(message: ClientMessage): void {
    if (this.#open && !this.#closed) this.#socket.send(encode(message));
  }

  /** After a sleep or on another network: is the line still there? It is lost unless something comes soon. */
  probe(): void {
    if (!this.#open || this.#closed || this.#probing !== undefined) return;
    this.#probing = setTimeout(() => this.#lose(), PROBE_MS);
    this.send({ type: 'ping', t: Date.now() });
  }

  close(): void {
    if (this.#closed) return;
    this.#stop();
    this.#socket.close();
  }

  #opened(ticket: string): void {
    if (this.#closed) return;
    clearTimeout(this.#opening);
    this.#open = true;
    this.#heard = Date.now();
    this.send({ type: 'hello', ticket });
    this.#pulse = setInterval(() => this.#beat(), PULSE_MS);
  }

  #beat(): void {
    if (Date.now() - this.#heard > SILENCE_MS) this.#lose();
    else this.send({ type: 'ping', t: Date.now() });
  }

  #read(text: string): void {
    if (this.#closed) return;
    this.#heard = Date.now();
    clearTimeout(this.#probing);
    this.#probing = undefined;
    const decoded = decodeServer(text);
    if (decoded.ok) this.#events.message(decoded.message);
    else if (!decoded.unknown) this.#events.broken(decoded.reason);
  }

  #lose(): void {
    if (this.#closed) return;
    this.#stop();
    this.#socket.close();
    this.#events.lost();
  }

  #stop(): void {
    this.#closed = true;
    clearTimeout(this.#opening);
    clearTimeout(this.#probing);
    clearInterval(this.#pulse);
  }
}
