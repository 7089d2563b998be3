/** A room server and a media stack made of plain objects, for the tests of the call core. */
import type { ClientMessage, Filters, Participant } from './messages';
import type {
  Devices,
  Door,
  Entry,
  PeerConnection,
  PeerConnectionFactory,
  SocketFactory,
  SocketHandlers,
} from './ports';
import { DeviceError, EntryError, type Shot, type ShotWish } from './ports';

export const FILTERS: Filters = {
  modes: ['off', 'blur', 'picture', 'mood', 'tint'],
  pictures: [{ id: 'beach', name: { ko: '바다', en: 'Beach' }, colours: ['#8fd6f2'] }],
  moods: ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'],
  mood_enabled: true,
  consent_version: 3,
};

export function shotOf(id: number): Shot {
  const thumbs = { small: `/s${id}`, medium: `/m${id}`, large: `/l${id}` };
  const draft = { title: 'Lunch', tags: ['lunch'] };
  return { id, alt: 'Two people', width: 1280, height: 480, url: `/o${id}`, thumbs, draft, post: 0 };
}

export function person(id: string, name: string): Participant {
  const filter = { mode: 'off', picture: '', strength: 'strong', state: 'off' } as const;
  return { id, name, demo: false, audio: true, video: true, filter, mood_shared: false };
}

/** One accepted socket as the server sees it. */
export class FakeLine {
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

  of<T extends ClientMessage['type']>(type: T): (ClientMessage & { type: T })[] {
    return this.received.filter((message): message is ClientMessage & { type: T } => message.type === type);
  }
}

/** Answers as the room server does: welcome after hello, pong, chat echoed, an answer to each offer. */
export class FakeServer implements Door {
  readonly lines: FakeLine[] = [];
  joins = 0;
  demos = 0;
  /** What was wished for, and how each is to be answered; until then the other person is thinking. */
  readonly shots: {
    wish: ShotWish;
    signal: AbortSignal;
    give: (shot: Shot) => void;
    refuse: (error: unknown) => void;
  }[] = [];
  /** Codes that the next joins are refused with. */
  refusals: string[] = [];
  peer: Participant | null = null;
  /** What the seat remembers of the person who says hello. */
  you: Partial<Participant> = {};
  silent = false;

  async join(): Promise<Entry> {
    this.joins++;
    const code = this.refusals.shift();
    if (code !== undefined) throw new EntryError(code);
    const room = { id: 7, slug: 'abc', title: '', filters: FILTERS };
    const ticket = `ticket-${this.joins}`;
    return {
      ticket,
      participant_id: 'p1',
      room,
      socket_url: '/ws/call/',
      ice_servers: [{ urls: ['stun:x'] }],
    };
  }

  async demo(): Promise<void> {
    this.demos++;
  }

  takeScreenshot(_: Entry, wish: ShotWish, signal: AbortSignal): Promise<Shot> {
    return new Promise((give, refuse) => {
      signal.addEventListener('abort', () => refuse(signal.reason), { once: true });
      this.shots.push({ wish, signal, give, refuse });
    });
  }

  readonly sockets: SocketFactory = (path, subprotocol, handlers) => {
    const line = new FakeLine(path, subprotocol, handlers);
    this.lines.push(line);
    queueMicrotask(() => handlers.open());
    return {
      send: (text) => this.#take(line, JSON.parse(text) as ClientMessage),
      close: () => {
        line.closed = true;
      },
    };
  };

  get line(): FakeLine {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error('no socket was opened');
    return line;
  }

  #take(line: FakeLine, message: ClientMessage): void {
    line.received.push(message);
    if (this.silent) return;
    if (message.type === 'hello') {
      const room = { id: 7, slug: 'abc', title: '' };
      const you = { ...person('p1', 'Jiwoo'), ...this.you };
      line.say({ type: 'welcome', protocol: 1, you, peer: this.peer, room, filters: FILTERS, grace_s: 20 });
    } else if (message.type === 'offer') {
      line.say({ type: 'answer', sdp: `answer to ${message.sdp}` });
    } else if (message.type === 'ping') {
      line.say({ type: 'pong', t: message.t });
    } else if (message.type === 'chat') {
      const { id, text } = message;
      line.say({ type: 'chat', id, from: 'p1', name: 'Jiwoo', text, at: '2026-01-02T03:04:05Z' });
    }
  }
}

export class FakeTrack extends EventTarget {
  enabled = true;
  contentHint = '';
  stopped = false;

  constructor(
    readonly kind: string,
    readonly device = '',
  ) {
    super();
  }

  stop(): void {
    this.stopped = true;
  }

  getSettings(): MediaTrackSettings {
    return { deviceId: this.device };
  }

  /** As a device that is pulled out does. */
  end(): void {
    this.dispatchEvent(new Event('ended'));
  }
}

/** Opens what it is asked for, but the devices that are busy. */
export function fakeDevices(): Devices & { opened: FakeTrack[]; busy: Set<string> } {
  const opened: FakeTrack[] = [];
  const busy = new Set<string>();
  const open = async (kind: string, id: string) => {
    if (busy.has(id)) throw new DeviceError('busy');
    const track = new FakeTrack(kind, id);
    opened.push(track);
    return track as unknown as MediaStreamTrack;
  };
  return { opened, busy, camera: (id) => open('video', id), microphone: (id) => open('audio', id) };
}

export class FakePeer extends EventTarget {
  readonly lines: { kind: unknown; init: RTCRtpTransceiverInit | undefined; sent: unknown }[] = [];
  readonly candidates: (RTCIceCandidateInit | undefined)[] = [];
  readonly channel = new EventTarget();
  channelLabel = '';
  offers: RTCOfferOptions[] = [];
  remoteSdp: string[] = [];
  connectionState: RTCPeerConnectionState = 'new';
  signalingState: RTCSignalingState = 'stable';
  closed = false;

  constructor(readonly config: RTCConfiguration) {
    super();
  }

  addTransceiver(kind: unknown, init?: RTCRtpTransceiverInit) {
    const line = { kind, init, sent: typeof kind === 'string' ? null : kind };
    this.lines.push(line);
    return {
      mid: String(this.lines.length - 1),
      receiver: { track: new FakeTrack('remote') },
      sender: {
        async replaceTrack(track: unknown) {
          line.sent = track;
        },
      },
    };
  }

  createDataChannel(label: string) {
    this.channelLabel = label;
    return this.channel;
  }

  async createOffer(options: RTCOfferOptions) {
    this.offers.push(options);
    return { type: 'offer', sdp: `offer ${this.offers.length}` };
  }

  async setLocalDescription() {
    this.signalingState = 'have-local-offer';
  }

  async setRemoteDescription({ sdp }: { sdp: string }) {
    this.remoteSdp.push(sdp);
    this.signalingState = 'stable';
  }

  async addIceCandidate(candidate?: RTCIceCandidateInit) {
    this.candidates.push(candidate);
  }

  async getStats() {
    return new Map();
  }

  close() {
    this.closed = true;
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  data(message: Record<string, unknown>): void {
    this.channel.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }

  find(candidate: RTCIceCandidateInit | null): void {
    const event = new Event('icecandidate');
    const value = candidate === null ? null : { toJSON: () => candidate };
    this.dispatchEvent(Object.assign(event, { candidate: value }));
  }
}

export function fakePeers(): { factory: PeerConnectionFactory; peers: FakePeer[] } {
  const peers: FakePeer[] = [];
  const factory: PeerConnectionFactory = (config) => {
    const peer = new FakePeer(config);
    peers.push(peer);
    return peer as unknown as PeerConnection;
  };
  return { factory, peers };
}
