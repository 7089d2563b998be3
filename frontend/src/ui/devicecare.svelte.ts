/** Looks after the devices of a running call: what is wrong, what there is to choose from, what came back. */
import { type AnyKind, type DeviceChoice, isDenied, listDevices } from '../browser/devices';
import { memory } from '../browser/memory';
import type { DeviceProblem, Kind, LocalMedia } from '../call';

/** `unplugged`: it was open, and went away by itself. */
export interface DeviceTrouble {
  kind: Kind;
  why: DeviceProblem | 'unplugged';
}

const KINDS: Kind[] = ['camera', 'microphone'];

export class DeviceCare {
  readonly #signal: AbortSignal;
  readonly #local: LocalMedia;
  /** The devices that were open last, by kind. */
  readonly #used: Record<Kind, string> = { camera: '', microphone: '' };
  trouble = $state.raw<DeviceTrouble | null>(null);
  choices = $state.raw<Record<AnyKind, DeviceChoice[]>>({ camera: [], microphone: [], speaker: [] });
  #speaker = $state(memory.get('speaker'));

  constructor(signal: AbortSignal, local: LocalMedia) {
    this.#signal = signal;
    this.#local = local;
    local.onlost = (kind) => void this.#lost(kind);
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#changed(), { signal });
    void this.refresh();
  }

  /** Where the sound comes out; empty: where the system wants it. */
  get speaker(): string {
    return this.choices.speaker.some(({ id }) => id === this.#speaker) ? this.#speaker : '';
  }

  /** The device that is open; without one, the one that would be. */
  inUse(kind: Kind): string {
    return this.#local.tracks[kind]?.getSettings().deviceId ?? this.#local.device(kind);
  }

  async switch(kind: Kind, on: boolean): Promise<void> {
    const work =
      kind === 'camera'
        ? this.#local.switchCamera(this.#signal, on)
        : this.#local.switchMicrophone(this.#signal, on);
    this.#settle(kind, await work);
  }

  async change(kind: Kind, id: string): Promise<void> {
    memory.set(kind, id);
    this.#settle(kind, await this.#local.change(this.#signal, kind, id));
  }

  changeSpeaker(id: string): void {
    memory.set('speaker', id);
    this.#speaker = id;
  }

  /** The person goes on without. */
  dismiss(): void {
    this.trouble = null;
  }

  async refresh(): Promise<void> {
    for (const kind of KINDS) this.#used[kind] = this.inUse(kind) || this.#used[kind];
    try {
      this.choices = await listDevices();
    } catch {
      // A browser that does not tell leaves nothing to choose from.
    }
  }

  #settle(kind: Kind, why: DeviceProblem | null): void {
    if (this.#signal.aborted) return;
    if (why !== null) this.trouble = { kind, why };
    else if (this.trouble?.kind === kind) this.trouble = null;
    void this.refresh();
  }

  /** A permission that is taken back ends a device, too. */
  async #lost(kind: Kind): Promise<void> {
    this.trouble = { kind, why: 'unplugged' };
    if (await isDenied(kind)) this.trouble = { kind, why: 'denied' };
  }

  /** The device that was pulled out and is plugged in again takes its place, unless the person went on without. */
  async #changed(): Promise<void> {
    await this.refresh();
    const { trouble } = this;
    if (trouble?.why !== 'unplugged') return;
    const { kind } = trouble;
    if (this.choices[kind].some(({ id }) => id === this.#used[kind])) {
      await this.change(kind, this.#used[kind]);
    }
  }
}
