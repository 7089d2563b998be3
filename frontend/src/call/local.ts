/** The person's own microphone and camera: which is open, switched on, and by which device. */
import { DeviceError, type DeviceProblem, type Devices } from './ports';

export type Kind = 'microphone' | 'camera';

export class LocalMedia {
  readonly #devices: Devices;
  readonly #ids: Record<Kind, string>;
  readonly #tracks: Record<Kind, MediaStreamTrack | null> = { microphone: null, camera: null };
  readonly #turn: Record<Kind, Promise<unknown>> = {
    microphone: Promise.resolve(),
    camera: Promise.resolve(),
  };
  /** Devices that are gone though the person did not switch them off. */
  readonly #lost = new Set<Kind>();
  #microphoneOn = true;
  #closed = false;

  /** Told after each change, with the track that is now to be sent. */
  onchange: ((kind: Kind, track: MediaStreamTrack | null) => void) | null = null;
  /** Told when a device ends by itself: it was pulled out, or may not be used any more. */
  onlost: ((kind: Kind) => void) | null = null;

  constructor(devices: Devices, ids: Record<Kind, string>) {
    this.#devices = devices;
    this.#ids = { ...ids };
  }

  get tracks(): Record<Kind, MediaStreamTrack | null> {
    return { ...this.#tracks };
  }

  get switched(): Record<Kind, boolean> {
    const { microphone, camera } = this.#tracks;
    return { microphone: microphone !== null && this.#microphoneOn, camera: camera !== null };
  }

  device(kind: Kind): string {
    return this.#ids[kind];
  }

  /** Opens or reopens a device, the one with this id where given; returns the problem or null. */
  open(signal: AbortSignal, kind: Kind, id = this.#ids[kind]): Promise<DeviceProblem | null> {
    return this.#inTurn(kind, async () => {
      this.#ids[kind] = id;
      // Many phones open one camera at a time.
      if (kind === 'camera') this.#tracks.camera?.stop();
      try {
        const track = await this.#devices[kind](id, signal);
        if (this.#closed || signal.aborted) {
          track.stop();
          return null;
        }
        this.#take(kind, track);
        return null;
      } catch (error) {
        if (signal.aborted) return null;
        this.#take(kind, null);
        this.#lost.add(kind);
        return error instanceof DeviceError ? error.problem : 'other';
      }
    });
  }

  /**
   * Takes another device of the kind. Where that cannot be opened the one before comes back, and the problem is
   * returned. A camera that is switched off stays off: the choice is for when it is switched on.
   */
  async change(signal: AbortSignal, kind: Kind, id: string): Promise<DeviceProblem | null> {
    const track = this.#tracks[kind];
    if (kind === 'camera' && track === null && !this.#lost.has(kind)) {
      this.#ids[kind] = id;
      return null;
    }
    const before = track?.getSettings().deviceId ?? this.#ids[kind];
    const problem = await this.open(signal, kind, id);
    if (problem !== null && track !== null && before !== id) await this.open(signal, kind, before);
    return problem;
  }

  /** The microphone stays open when muted, so that it is back at once; its track then carries silence. */
  async switchMicrophone(signal: AbortSignal, on: boolean): Promise<DeviceProblem | null> {
    this.#microphoneOn = on;
    const track = this.#tracks.microphone;
    if (on && track === null) return this.open(signal, 'microphone');
    if (track !== null) track.enabled = on;
    this.#tell('microphone');
    return null;
  }

  /** The camera is closed when it is switched off: its light goes out. */
  switchCamera(signal: AbortSignal, on: boolean): Promise<DeviceProblem | null> {
    if (on) return this.open(signal, 'camera');
    return this.#inTurn('camera', async () => {
      this.#lost.delete('camera');
      this.#take('camera', null);
      return null;
    });
  }

  close(): void {
    this.#closed = true;
    this.onchange = null;
    this.onlost = null;
    for (const track of Object.values(this.#tracks)) track?.stop();
    this.#tracks.microphone = null;
    this.#tracks.camera = null;
  }

  #take(kind: Kind, track: MediaStreamTrack | null): void {
    const old = this.#tracks[kind];
    this.#tracks[kind] = track;
    if (track !== null) {
      this.#lost.delete(kind);
      track.contentHint = kind === 'camera' ? 'motion' : 'speech';
      if (kind === 'microphone') track.enabled = this.#microphoneOn;
      // A device that was pulled out ends its track by itself.
      track.addEventListener('ended', () => {
        if (this.#tracks[kind] !== track) return;
        this.#take(kind, null);
        this.#lost.add(kind);
        this.onlost?.(kind);
      });
    }
    old?.stop();
    this.#tell(kind);
  }

  #tell(kind: Kind): void {
    this.onchange?.(kind, this.#tracks[kind]);
  }

  /** Two quick presses of one switch act one after the other, so that the last one wins. */
  #inTurn<T>(kind: Kind, work: () => Promise<T>): Promise<T> {
    const result = this.#turn[kind].then(work, work);
    this.#turn[kind] = result.catch(() => undefined);
    return result;
  }
}
