/** What the call needs from its surroundings. The browser gives the real ones, the tests give fakes. */
import type { Filters } from './messages';

export interface SocketHandlers {
  open(): void;
  message(text: string): void;
  /** Called once; also when the connection could not be opened. */
  close(): void;
}

export interface Socket {
  send(text: string): void;
  close(): void;
}

/** Opens a socket to a path on this origin with the subprotocol. Handlers are called later, never at once. */
export type SocketFactory = (path: string, subprotocol: string, handlers: SocketHandlers) => Socket;

export type PeerConnection = Pick<
  RTCPeerConnection,
  | 'addEventListener'
  | 'addIceCandidate'
  | 'addTransceiver'
  | 'close'
  | 'connectionState'
  | 'createDataChannel'
  | 'createOffer'
  | 'getStats'
  | 'localDescription'
  | 'setLocalDescription'
  | 'setRemoteDescription'
  | 'signalingState'
>;

export type PeerConnectionFactory = (config: RTCConfiguration) => PeerConnection;

/** Opens one device. Rejects with DeviceError. */
export interface Devices {
  camera(id: string, signal: AbortSignal): Promise<MediaStreamTrack>;
  microphone(id: string, signal: AbortSignal): Promise<MediaStreamTrack>;
}

export type DeviceProblem = 'denied' | 'missing' | 'busy' | 'insecure' | 'other';

export class DeviceError extends Error {
  constructor(
    readonly problem: DeviceProblem,
    options?: ErrorOptions,
  ) {
    super(`open device: ${problem}`, options);
    this.name = 'DeviceError';
  }
}

export interface RoomInfo {
  id: number;
  slug: string;
  title: string;
  filters: Filters;
}

export interface Entry {
  ticket: string;
  participant_id: string;
  room: RoomInfo;
  socket_url: string;
  ice_servers: RTCIceServer[];
}

/** Whom a picture of the call shows, as the one sees it who takes it. */
export type Layout = 'both' | 'other' | 'me';

export interface ShotWish {
  layout: Layout;
  /** As both see it in the call; else as the cameras sent it. */
  filtered: boolean;
  /** Write the names into the picture. */
  names: boolean;
  /** Of the texts that are suggested. */
  language: 'ko' | 'en';
}

/** A picture of this call that belongs to who took it. Its addresses open it for half an hour at least. */
export interface Shot {
  id: number;
  alt: string;
  width: number;
  height: number;
  url: string;
  thumbs: { small: string; medium: string; large: string };
  /** What a post of it could say. */
  draft: { title: string; tags: string[] };
  /** The post that shows it; 0: none. */
  post: number;
}

/** The HTTP side of a room. Rejects with EntryError. */
export interface Door {
  join(signal: AbortSignal): Promise<Entry>;
  demo(entry: Entry, signal: AbortSignal): Promise<void>;
  /** Takes as long as the other person needs to answer; an abort withdraws the question. */
  takeScreenshot(entry: Entry, wish: ShotWish, signal: AbortSignal): Promise<Shot>;
}

/** A refusal of the server with its stable code, or `offline` where none came. */
export class EntryError extends Error {
  constructor(
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(`enter room: ${code}`, options);
    this.name = 'EntryError';
  }
}
