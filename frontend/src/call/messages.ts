/** The wire messages of protocol version 1, mirrored from the server's sfu/signal/PROTOCOL.md. */
import { flag, type Infer, list, nullable, number, object, oneOf, optional, type Shape, text } from './shape';

export const SUBPROTOCOL = 'pp-enter.v1';
export const CHAT_LIMIT = 2000;

export const MODES = ['off', 'blur', 'picture', 'mood', 'tint'] as const;
export const STRENGTHS = ['light', 'strong'] as const;
export const MOODS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'] as const;

const mode = oneOf(...MODES);
const mood = oneOf(...MOODS);
const layout = oneOf('both', 'other', 'me');
const filterState = oneOf('off', 'starting', 'active', 'degraded', 'failed');

/** What it is of other modes than the blur does not matter. */
const strength = optional(oneOf(...STRENGTHS), 'strong');

const filter = object({
  mode,
  picture: optional(text, ''),
  strength,
  state: optional(filterState, 'off'),
});

const participant = object({
  id: text,
  name: text,
  demo: optional(flag, false),
  audio: flag,
  video: flag,
  filter,
  mood_shared: optional(flag, false),
});

/** Modes and moods that this page does not know are left out: a newer server may offer more. */
function known<T>(shape: Shape<T>): Shape<T[]> {
  return (value, path) =>
    list((item, where) => {
      try {
        return shape(item, where);
      } catch {
        return null;
      }
    })(value, path).filter((item) => item !== null) as T[];
}

export const filters = object({
  modes: known(mode),
  pictures: optional(
    list(
      object({
        id: text,
        name: object({ ko: text, en: text }),
        colours: optional(list(text), [] as string[]),
      }),
    ),
    [],
  ),
  moods: optional(known(mood), []),
  mood_enabled: flag,
  consent_version: number,
});

const serverShapes = {
  welcome: object({
    protocol: number,
    you: participant,
    peer: nullable(participant),
    room: object({ id: number, slug: text, title: optional(text, '') }),
    filters,
    grace_s: number,
  }),
  answer: object({ sdp: text }),
  candidate: object({ candidate: nullable(candidateInit) }),
  peer_joined: object({ peer: participant }),
  peer_away: object({ participant_id: text, grace_s: number }),
  peer_left: object({ participant_id: text, reason: oneOf('left', 'lost', 'closed') }),
  peer_media: object({ participant_id: text, audio: flag, video: flag }),
  filter_state: object({
    participant_id: text,
    mode,
    picture: optional(text, ''),
    strength,
    state: filterState,
    reason: optional(text, ''),
  }),
  filters: object({ filters }),
  peer_mood: object({ participant_id: text, shared: flag }),
  chat: object({ id: text, from: text, name: text, text, at: text }),
  capture_ask: object({ id: text, from: text, layout, filtered: flag, expires_s: number }),
  capture_result: object({
    id: text,
    by: text,
    layout,
    filtered: flag,
    taken: flag,
    reason: optional(text, ''),
  }),
  pong: object({ t: number }),
  error: object({ code: text, message: text, fatal: flag, ref: optional(text, '') }),
  bye: object({ code: oneOf('left', 'replaced', 'closed', 'shutdown') }),
};

const dataShapes = {
  mood: object({ participant_id: text, label: mood, confidence: number, scene: optional(text, '') }),
  stats: object({ participant_id: text, fps: number, ms: number, dropped: number }),
};

type Union<S extends Record<string, Shape<unknown>>> = {
  [K in keyof S]: { type: K } & Infer<S[K]>;
}[keyof S];

export type Mode = (typeof MODES)[number];
export type Strength = (typeof STRENGTHS)[number];
export type Mood = (typeof MOODS)[number];
export type FilterStateName = Infer<typeof filterState>;
export type FilterView = Infer<typeof filter>;
export type Participant = Infer<typeof participant>;
export type Filters = Infer<typeof filters>;
export type ServerMessage = Union<typeof serverShapes>;
export type DataMessage = Union<typeof dataShapes>;

/** The answer to who wants to take a picture; `call`: and all further ones of this call as they are filtered. */
export type Allow = 'once' | 'call' | 'no';

export type ClientMessage =
  | { type: 'hello'; ticket: string }
  | { type: 'offer'; sdp: string }
  | { type: 'candidate'; candidate: RTCIceCandidateInit | null }
  | { type: 'filter'; mode: Mode; picture?: string; strength?: Strength }
  | { type: 'motion'; reduced: boolean }
  | { type: 'consent'; mood: boolean; version: number }
  | { type: 'share_mood'; on: boolean }
  | { type: 'media'; audio: boolean; video: boolean }
  | { type: 'chat'; id: string; text: string }
  | { type: 'capture_answer'; id: string; allow: Allow }
  | { type: 'capture_allow'; on: boolean }
  | { type: 'ping'; t: number }
  | { type: 'leave' };

/** These show what was read from the face, and rest on its owner's yes. */
export const followsMood = (mode: Mode | undefined): boolean => mode === 'mood' || mode === 'tint';

/** What came of one text: a message, a type that this page does not know (ignored), or a broken message. */
export type Decoded<M> =
  | { ok: true; message: M }
  | { ok: false; unknown: true; type: string }
  | { ok: false; unknown: false; reason: string };

export function decodeServer(raw: string): Decoded<ServerMessage> {
  return decode<ServerMessage>(serverShapes, raw);
}

export function decodeData(raw: string): Decoded<DataMessage> {
  return decode<DataMessage>(dataShapes, raw);
}

export function encode(message: ClientMessage): string {
  return JSON.stringify(message);
}

function decode<M>(shapes: Record<string, Shape<unknown>>, raw: string): Decoded<M> {
  try {
    const value: unknown = JSON.parse(raw);
    const { type } = object({ type: text })(value, '');
    const shape = Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    if (shape === undefined) return { ok: false, unknown: true, type };
    return { ok: true, message: { type, ...(shape(value, '') as object) } as M };
  } catch (error) {
    return { ok: false, unknown: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function candidateInit(value: unknown, path: string): RTCIceCandidateInit {
  return object({
    candidate: text,
    sdpMid: nullable(text),
    sdpMLineIndex: nullable(number),
    usernameFragment: nullable(text),
  })(value, path);
}
