/** The wire messages of a user's own events, mirrored from the server's api/notify/PROTOCOL.md, version 1. */
import { flag, type Infer, list, nullable, number, object, oneOf, type Shape, text } from '../call/shape';

export const SUBPROTOCOL = 'pp-enter.notify.v1';
export const PATH = '/ws/notify/';

export const REASONS = ['accepted', 'declined', 'busy', 'cancelled', 'missed'] as const;

const person = object({
  id: number,
  username: text,
  nickname: text,
  avatar: object({ photo_id: number, url: text, blurhash: text }),
});

const ring = object({
  id: number,
  room: object({ id: number, slug: text, url: text, title: text }),
  caller: person,
  callee: person,
  state: oneOf('ringing', ...REASONS),
  created: text,
  expires_at: text,
});

const news = object({
  id: number,
  // Any word: new kinds come without a new version.
  kind: text,
  /** null: somebody whose account is gone. */
  actor: nullable(person),
  request_id: number,
  post_id: number,
  post_title: text,
  comment_id: number,
  facechat_id: number,
  created: text,
  read: flag,
});

const serverShapes = {
  hello: object({ protocol: number, user: number, unread: number, rings: list(ring) }),
  notification: news,
  ring,
  ring_stopped: object({ ring_id: number, room_id: number, reason: oneOf(...REASONS) }),
  pong: object({ t: number }),
  bye: object({ code: text }),
};

type Union<S extends Record<string, Shape<unknown>>> = {
  [K in keyof S]: { type: K } & Infer<S[K]>;
}[keyof S];

export type Person = Infer<typeof person>;
/** One person's wish that another one come into a room now. */
export type Ring = Infer<typeof ring>;
/** How a ring ended. */
export type Reason = (typeof REASONS)[number];
/** Something that happened to the person. */
export type News = Infer<typeof news>;
export type ServerMessage = Union<typeof serverShapes>;

export type ClientMessage = { type: 'hello' } | { type: 'ping'; t: number };

/** What came of one text: a message, a type that this page does not know (ignored), or a broken message. */
export type Decoded =
  | { ok: true; message: ServerMessage }
  | { ok: false; unknown: true; type: string }
  | { ok: false; unknown: false; reason: string };

export function decode(raw: string): Decoded {
  try {
    const value: unknown = JSON.parse(raw);
    const { type } = object({ type: text })(value, '');
    const shapes: Record<string, Shape<object>> = serverShapes;
    const shape = Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    if (shape === undefined) return { ok: false, unknown: true, type };
    return { ok: true, message: { type, ...shape(value, '') } as ServerMessage };
  } catch (error) {
    return { ok: false, unknown: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

export function encode(message: ClientMessage): string {
  return JSON.stringify(message);
}
