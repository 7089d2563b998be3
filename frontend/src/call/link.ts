/** The media connection: one RTCPeerConnection with the fixed lines of the protocol, offered once. */
import { type DataMessage, decodeData } from './messages';
import type { PeerConnection, PeerConnectionFactory } from './ports';
import { type Quality, QualityMeter } from './quality';

/** Enough for 640x480 and 1280x720 at 30 fps; congestion control stays below it by itself. */
const CAMERA_BPS = 2_000_000;
/** ICE often finds its way back by itself within a few seconds. */
const HEAL_MS = 4000;
const MAX_RESTARTS = 3;

export interface RemoteTracks {
  audio: MediaStreamTrack;
  camera: MediaStreamTrack;
  mirror: MediaStreamTrack;
}

export interface LocalTracks {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
}

export type LinkState = 'connecting' | 'connected' | 'interrupted';

export interface LinkEvents {
  offer(sdp: string): void;
  candidate(candidate: RTCIceCandidateInit | null): void;
  data(message: DataMessage): void;
  state(state: LinkState): void;
  /** Restarts did not help, or the description was refused: begin anew. */
  failed(reason: string): void;
}

export class MediaLink {
  readonly #pc: PeerConnection;
  readonly #events: LinkEvents;
  readonly #audio: RTCRtpTransceiver;
  readonly #camera: RTCRtpTransceiver;
  readonly #mirror: RTCRtpTransceiver;
  readonly #meter = new QualityMeter();
  #restarts = 0;
  #closed = false;
  #answered = false;
  #early: (RTCIceCandidateInit | null)[] = [];
  #heal: ReturnType<typeof setTimeout> | undefined;

  constructor(factory: PeerConnectionFactory, ice: RTCIceServer[], local: LocalTracks, events: LinkEvents) {
    this.#events = events;
    const pc = factory({ iceServers: ice, bundlePolicy: 'max-bundle' });
    this.#pc = pc;
    // The order is the protocol's: microphone, camera, mirror, screen, data.
    this.#audio = pc.addTransceiver(local.microphone ?? 'audio', { direction: 'sendrecv' });
    this.#camera = pc.addTransceiver(local.camera ?? 'video', {
      direction: 'sendrecv',
      sendEncodings: [{ maxBitrate: CAMERA_BPS }],
    });
    this.#mirror = pc.addTransceiver('video', { direction: 'recvonly' });
    pc.addTransceiver('video', { direction: 'inactive' });
    const channel = pc.createDataChannel('state', { ordered: true });
    channel.addEventListener('message', (event) => this.#data(event.data));
    preferVP8(this.#camera);
    preferVP8(this.#mirror);
    pc.addEventListener('icecandidate', ({ candidate }) => {
      if (!this.#closed) events.candidate(candidate?.toJSON() ?? null);
    });
    pc.addEventListener('connectionstatechange', () => this.#changed());
  }

  get remote(): RemoteTracks {
    return {
      audio: this.#audio.receiver.track,
      camera: this.#camera.receiver.track,
      mirror: this.#mirror.receiver.track,
    };
  }

  async offer(iceRestart = false): Promise<void> {
    try {
      const offer = await this.#pc.createOffer({ iceRestart });
      if (this.#closed) return;
      await this.#pc.setLocalDescription(offer);
      if (!this.#closed) this.#events.offer(offer.sdp ?? '');
    } catch (error) {
      this.#fail(`make offer: ${String(error)}`);
    }
  }

  async answer(sdp: string): Promise<void> {
    try {
      await this.#pc.setRemoteDescription({ type: 'answer', sdp });
      this.#answered = true;
      const early = this.#early.splice(0);
      for (const candidate of early) await this.candidate(candidate);
    } catch (error) {
      this.#fail(`take answer: ${String(error)}`);
    }
  }

  /** A candidate may overtake the answer; it then waits for it. One that the browser refuses is not fatal. */
  async candidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    if (this.#closed) return;
    if (!this.#answered) {
      this.#early.push(candidate);
      return;
    }
    try {
      await this.#pc.addIceCandidate(candidate ?? undefined);
    } catch {
      // The other candidates still carry the call.
    }
  }

  /** Changes what is sent without a new offer; null stops sending. */
  async replace(kind: keyof LocalTracks, track: MediaStreamTrack | null): Promise<void> {
    if (this.#closed) return;
    await (kind === 'camera' ? this.#camera : this.#audio).sender.replaceTrack(track);
  }

  async quality(): Promise<Quality | null> {
    if (this.#closed) return null;
    const report = await this.#pc.getStats();
    return this.#meter.read(report as Iterable<[string, unknown]>, this.#camera.mid ?? '1', Date.now());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#heal);
    this.#pc.close();
  }

  #changed(): void {
    if (this.#closed) return;
    switch (this.#pc.connectionState) {
      case 'connected':
        clearTimeout(this.#heal);
        this.#restarts = 0;
        this.#events.state('connected');
        break;
      case 'disconnected':
        this.#events.state('interrupted');
        this.#restartAfter(HEAL_MS);
        break;
      case 'failed':
        this.#events.state('interrupted');
        this.#restart();
        break;
      case 'connecting':
        this.#events.state('connecting');
        break;
    }
  }

  #restartAfter(ms: number): void {
    clearTimeout(this.#heal);
    this.#heal = setTimeout(() => this.#restart(), ms);
  }

  #restart(): void {
    if (this.#closed) return;
    clearTimeout(this.#heal);
    this.#restarts++;
    if (this.#restarts > MAX_RESTARTS || this.#pc.signalingState !== 'stable') {
      this.#fail('restart ICE: no way found');
      return;
    }
    this.#answered = false;
    this.#restartAfter(2 * HEAL_MS);
    void this.offer(true);
  }

  #fail(reason: string): void {
    if (!this.#closed) this.#events.failed(reason);
  }

  #data(raw: unknown): void {
    if (this.#closed || typeof raw !== 'string') return;
    const decoded = decodeData(raw);
    if (decoded.ok) this.#events.data(decoded.message);
  }
}

/** VP8 is what the server filters without loss; the others stay as second choice. */
function preferVP8(line: RTCRtpTransceiver): void {
  const codecs = globalThis.RTCRtpReceiver?.getCapabilities?.('video')?.codecs;
  if (codecs === undefined || typeof line.setCodecPreferences !== 'function') return;
  const first = codecs.filter((codec) => codec.mimeType.toLowerCase() === 'video/vp8');
  if (first.length > 0)
    line.setCodecPreferences([...first, ...codecs.filter((codec) => !first.includes(codec))]);
}
