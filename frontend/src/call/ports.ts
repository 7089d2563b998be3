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

/** The HTTP side of entering a room. Rejects with EntryError. */
export interface Door {
  join(signal: AbortSignal): Promise<Entry>;
  demo(entry: Entry, signal: AbortSignal): Promise<void>;
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
