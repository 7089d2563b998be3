/** A server of events made of plain objects, for the tests of the core. */
import type { SocketFactory, SocketHandlers } from '../call/ports';
import type { ClientMessage, Person, Ring } from './messages';

export function person(id: number, nickname = `p${id}`): Person {
  return { id, username: nickname, nickname, avatar: { photo_id: 0, url: '/a', blurhash: '' } };
}

const CREATED = Date.parse('2026-01-02T03:04:05Z');

/** Rings for 30 s by the server's clock. */
export function ringOf(id: number, caller: number, callee: number): Ring {
  return {
    id,
    room: { id: 40 + id, slug: `s${id}`, url: `/r/s${id}`, title: 'Lunch' },
    caller: person(caller),
    callee: person(callee),
    state: 'ringing',
    created: new Date(CREATED).toISOString(),
    expires_at: new Date(CREATED + 30_000).toISOString(),
  };
}

/** One socket as the server sees it. */
export class FakeSocket {
  readonly received: ClientMessage[] = [];
  closed = false;

  constructor(
    readonly path: string,
    readonly subprotocol: string,
    readonly handlers: SocketHandlers,
  ) {}

  say(message: Record<string, unknown>): void {
    this.handlers.message(JSON.stringify(message));
  }

  hello(rings: Ring[] = [], unread = 0): void {
    this.say({ type: 'hello', protocol: 1, user: 8, unread, rings });
  }

  /** The last words, and then the end of the connection. */
  bye(code: string): void {
    this.say({ type: 'bye', code });
    this.handlers.close();
  }

  pings(): number {
    return this.received.filter(({ type }) => type === 'ping').length;
  }
}

/** Opens each socket at once, says hello where it is `up`, and answers pings unless `silent`. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  up = true;
  silent = false;

  readonly factory: SocketFactory = (path, subprotocol, handlers) => {
    const socket = new FakeSocket(path, subprotocol, handlers);
    this.sockets.push(socket);
    queueMicrotask(() => (this.up ? handlers.open() : handlers.close()));
    return {
      send: (text) => this.#hear(socket, JSON.parse(text) as ClientMessage),
      close: () => {
        socket.closed = true;
      },
    };
  };

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (last === undefined) throw new Error('no socket was opened');
    return last;
  }

  #hear(socket: FakeSocket, message: ClientMessage): void {
    socket.received.push(message);
    if (this.silent) return;
    if (message.type === 'hello') socket.hello();
    else socket.say({ type: 'pong', t: message.t });
  }
}
