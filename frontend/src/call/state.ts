/** What a call looks like at one moment, and how each event changes it. Pure: no clock, no network. */
import type { LinkState, RemoteTracks } from './link';
import {
  type Allow,
  type DataMessage,
  type Filters,
  followsMood,
  type Mode,
  type Mood,
  type Participant,
  type ServerMessage,
  type Strength,
} from './messages';
import type { Layout, RoomInfo, Shot, ShotWish } from './ports';
import { type Quality, UNKNOWN_QUALITY } from './quality';

export type Phase = 'joining' | 'live' | 'reconnecting' | 'ended';
export type EndReason = 'left' | 'replaced' | 'closed' | 'lost' | 'room_full' | 'room_not_found' | 'refused';

export interface MoodView {
  label: Mood;
  confidence: number;
  /** The mood that the background shows; it follows more slowly than the label. */
  scene: string;
}

export interface ChatLine {
  id: string;
  from: string;
  name: string;
  text: string;
  /** RFC 3339 by the server's clock; empty while the server has not confirmed the line. */
  at: string;
  mine: boolean;
  pending: boolean;
}

/** Something worth telling once. `serial` grows, so that the same notice twice is two notices. */
export interface Notice {
  serial: number;
  code: string;
  name: string;
  demo: boolean;
}

/** The other person's wish to take a picture, open until it is answered or over. */
export interface CaptureAsk {
  id: string;
  layout: Layout;
  filtered: boolean;
  /** Until when (ms) the server waits for the answer. */
  until: number;
}

/** A picture that is being taken here. */
export interface Capturing {
  wish: ShotWish;
  /** It is taken and not yet kept. */
  taken: boolean;
}

export interface FilterWish {
  mode: Mode;
  /** An offered one's id, or `own:` and the number of one of one's own. */
  picture: string;
  /** Of a blur. */
  strength: Strength;
}

export interface CallState {
  phase: Phase;
  /** How many attempts to come back were made since the line was lost. */
  attempt: number;
  end: { reason: EndReason; code: string } | null;
  room: RoomInfo | null;
  filters: Filters | null;
  you: Participant | null;
  peer: Participant | null;
  /** Until when (ms) the other person's seat is kept while their line is lost. */
  peerAwayUntil: number | null;
  /** Since when (ms) both are here. */
  togetherSince: number | null;
  media: LinkState;
  remote: RemoteTracks | null;
  microphone: boolean;
  camera: boolean;
  wish: FilterWish;
  filterReason: string;
  peerFilterReason: string;
  consent: boolean;
  shareMood: boolean;
  mood: MoodView | null;
  peerMood: MoodView | null;
  chat: ChatLine[];
  work: { fps: number; ms: number; dropped: number } | null;
  quality: Quality;
  captureAsk: CaptureAsk | null;
  /** The other person may take pictures of this call without asking. */
  captureAllowed: boolean;
  capturing: Capturing | null;
  /** The pictures that were taken here in this call, newest first. */
  shots: Shot[];
  /** How many pictures of this call were taken, whoever took them. */
  taken: number;
  notice: Notice | null;
}

export type CallEvent =
  | { type: 'entered'; room: RoomInfo }
  | { type: 'message'; message: ServerMessage; now: number }
  | { type: 'data'; message: DataMessage }
  | { type: 'link'; state: LinkState }
  | { type: 'remote'; tracks: RemoteTracks | null }
  | { type: 'lost'; attempt: number }
  | { type: 'ended'; reason: EndReason; code?: string }
  | { type: 'wish'; wish: FilterWish }
  | { type: 'consent'; mood: boolean }
  | { type: 'share'; on: boolean }
  | { type: 'devices'; microphone: boolean; camera: boolean }
  | { type: 'said'; id: string; text: string }
  | { type: 'answered'; allow: Allow }
  | { type: 'allowed'; on: boolean }
  | { type: 'capturing'; wish: ShotWish | null }
  | { type: 'shot'; shot: Shot }
  | { type: 'shot_gone'; id: number }
  | { type: 'quality'; quality: Quality }
  | { type: 'notice'; code: string };

const CHAT_KEPT = 500;

export function initialState(start: Partial<CallState> = {}): CallState {
  return {
    phase: 'joining',
    attempt: 0,
    end: null,
    room: null,
    filters: null,
    you: null,
    peer: null,
    peerAwayUntil: null,
    togetherSince: null,
    media: 'connecting',
    remote: null,
    microphone: false,
    camera: false,
    wish: { mode: 'off', picture: '', strength: 'strong' },
    filterReason: '',
    peerFilterReason: '',
    consent: false,
    shareMood: false,
    mood: null,
    peerMood: null,
    chat: [],
    work: null,
    quality: UNKNOWN_QUALITY,
    captureAsk: null,
    captureAllowed: false,
    capturing: null,
    shots: [],
    taken: 0,
    notice: null,
    ...start,
  };
}

export function reduce(state: CallState, event: CallEvent): CallState {
  switch (event.type) {
    case 'entered':
      return { ...state, room: event.room, filters: event.room.filters };
    case 'message':
      return reduceMessage(state, event.message, event.now);
    case 'data':
      return reduceData(state, event.message);
    case 'link':
      return { ...state, media: event.state };
    case 'remote':
      return { ...state, remote: event.tracks };
    case 'lost':
      return {
        ...state,
        phase: 'reconnecting',
        attempt: event.attempt,
        media: 'connecting',
        remote: null,
        mood: null,
        peerMood: null,
        quality: UNKNOWN_QUALITY,
      };
    case 'ended':
      return {
        ...state,
        phase: 'ended',
        end: { reason: event.reason, code: event.code ?? '' },
        remote: null,
      };
    case 'wish':
      return { ...state, wish: event.wish, ...(followsMood(event.wish.mode) ? {} : { mood: null }) };
    case 'consent':
      return event.mood
        ? { ...state, consent: true }
        : { ...state, consent: false, shareMood: false, mood: null };
    case 'share':
      return { ...state, shareMood: event.on };
    case 'devices':
      return { ...state, microphone: event.microphone, camera: event.camera };
    case 'said':
      return addLine(state, {
        id: event.id,
        from: state.you?.id ?? '',
        name: state.you?.name ?? '',
        text: event.text,
        at: '',
        mine: true,
        pending: true,
      });
    case 'answered':
      return {
        ...state,
        captureAsk: null,
        captureAllowed: event.allow === 'call' || (state.captureAllowed && event.allow === 'once'),
      };
    case 'allowed':
      return { ...state, captureAllowed: event.on };
    case 'capturing':
      return { ...state, capturing: event.wish === null ? null : { wish: event.wish, taken: false } };
    case 'shot':
      return { ...state, shots: withShot(state.shots, event.shot) };
    case 'shot_gone':
      return { ...state, shots: state.shots.filter(({ id }) => id !== event.id) };
    case 'quality':
      return { ...state, quality: event.quality };
    case 'notice':
      return withNotice(state, event.code);
  }
}

function reduceMessage(state: CallState, message: ServerMessage, now: number): CallState {
  switch (message.type) {
    case 'welcome':
      return {
        ...state,
        phase: 'live',
        attempt: 0,
        you: message.you,
        filters: message.filters,
        ...withPeer(state, message.peer, now),
      };
    case 'peer_joined': {
      const back = state.peerAwayUntil !== null && state.peer?.id === message.peer.id;
      const next = { ...state, ...withPeer(state, message.peer, now) };
      return withNotice(next, back ? 'peer_back' : 'peer_joined', message.peer);
    }
    case 'peer_away':
      if (state.peer?.id !== message.participant_id) return state;
      return { ...state, peerAwayUntil: now + message.grace_s * 1000, peerMood: null };
    case 'peer_left': {
      if (state.peer?.id !== message.participant_id) return state;
      return withNotice({ ...state, ...withPeer(state, null, now) }, `peer_${message.reason}`, state.peer);
    }
    case 'peer_media':
      return withParticipant(state, message.participant_id, { audio: message.audio, video: message.video });
    case 'peer_mood':
      return {
        ...withParticipant(state, message.participant_id, { mood_shared: message.shared }),
        ...(message.shared || state.peer?.id !== message.participant_id ? {} : { peerMood: null }),
      };
    case 'filters':
      return { ...state, filters: message.filters };
    case 'filter_state':
      return filterChanged(state, message);
    case 'chat':
      return addLine(state, {
        id: message.id,
        from: message.from,
        name: message.name,
        text: message.text,
        at: message.at,
        mine: message.from === state.you?.id,
        pending: false,
      });
    case 'capture_ask': {
      const { id, layout, filtered, expires_s } = message;
      return { ...state, captureAsk: { id, layout, filtered, until: now + expires_s * 1000 } };
    }
    case 'capture_result':
      return captured(state, message);
    case 'error':
      return withNotice(state, message.code);
    case 'answer':
    case 'candidate':
    case 'pong':
    case 'bye':
      return state;
  }
}

function reduceData(state: CallState, message: DataMessage): CallState {
  if (message.type === 'stats') {
    if (message.participant_id !== state.you?.id) return state;
    return { ...state, work: { fps: message.fps, ms: message.ms, dropped: message.dropped } };
  }
  const mood = { label: message.label, confidence: message.confidence, scene: message.scene };
  if (message.participant_id === state.you?.id) return state.consent ? { ...state, mood } : state;
  if (message.participant_id === state.peer?.id) return { ...state, peerMood: mood };
  return state;
}

/** Both are told of a picture that was taken. Why one was not, its taker learns from the answer to the request. */
function captured(state: CallState, message: ServerMessage & { type: 'capture_result' }): CallState {
  const mine = message.by === state.you?.id;
  const open = state.captureAsk?.id === message.id ? null : state.captureAsk;
  const next = { ...state, captureAsk: open };
  if (!message.taken) return next;
  const capturing = mine && state.capturing !== null ? { ...state.capturing, taken: true } : state.capturing;
  const code = mine ? 'captured' : 'captured_by_peer';
  return withNotice({ ...next, capturing, taken: state.taken + 1 }, code, state.peer ?? undefined);
}

/** A shot with a known id replaces that one. */
function withShot(shots: Shot[], shot: Shot): Shot[] {
  const at = shots.findIndex(({ id }) => id === shot.id);
  return at < 0 ? [shot, ...shots] : shots.with(at, shot);
}

function filterChanged(state: CallState, message: ServerMessage & { type: 'filter_state' }): CallState {
  const { participant_id: id, reason } = message;
  const { mode, picture, strength } = message;
  const filter = { mode, picture, strength, state: message.state };
  const next = withParticipant(state, id, { filter });
  if (id === state.you?.id) return { ...next, filterReason: reason };
  if (id !== state.peer?.id) return next;
  return { ...next, peerFilterReason: reason, ...(followsMood(mode) ? {} : { peerMood: null }) };
}

function withParticipant(state: CallState, id: string, change: Partial<Participant>): CallState {
  if (state.you?.id === id) return { ...state, you: { ...state.you, ...change } };
  if (state.peer?.id === id) return { ...state, peer: { ...state.peer, ...change } };
  return state;
}

/** The clock runs on while the same other person comes back; it begins anew with another one. */
function withPeer(state: CallState, peer: Participant | null, now: number): Partial<CallState> {
  const same = peer !== null && peer.id === state.peer?.id;
  return {
    peer,
    peerAwayUntil: null,
    captureAllowed: same && state.captureAllowed,
    captureAsk: same ? state.captureAsk : null,
    peerMood: same ? state.peerMood : null,
    peerFilterReason: same ? state.peerFilterReason : '',
    togetherSince: peer === null ? null : same ? (state.togetherSince ?? now) : now,
  };
}

/** A line with a known id replaces that line: the server's echo confirms what was said here. */
function addLine(state: CallState, line: ChatLine): CallState {
  const at = state.chat.findIndex((other) => other.id === line.id && other.mine === line.mine);
  const chat = at < 0 ? [...state.chat, line] : state.chat.with(at, line);
  return { ...state, chat: chat.slice(-CHAT_KEPT) };
}

function withNotice(state: CallState, code: string, about?: Participant): CallState {
  const { name = '', demo = false } = about ?? {};
  return { ...state, notice: { serial: (state.notice?.serial ?? 0) + 1, code, name, demo } };
}
