/** The real devices of this browser. */
import { DeviceError, type DeviceProblem, type Devices, type Kind } from '../call';

/** What the server filters well on a small machine; a camera gives what it has. */
export const CAMERA = { width: 640, height: 480, frameRate: 30 };

export const browserDevices: Devices = {
  async camera(id, signal) {
    const video = {
      width: { ideal: CAMERA.width },
      height: { ideal: CAMERA.height },
      frameRate: { ideal: CAMERA.frameRate, max: CAMERA.frameRate },
    };
    const usual = { video: { ...video, facingMode: 'user' } };
    return first((await chosen(id, { video: { ...video, ...exactly(id) } }, usual, signal)).getVideoTracks());
  },
  async microphone(id, signal) {
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return first(
      (await chosen(id, { audio: { ...audio, ...exactly(id) } }, { audio }, signal)).getAudioTracks(),
    );
  },
};

/** A mere wish for a device is one that browsers may overlook. */
const exactly = (id: string) => ({ deviceId: { exact: id } });

/** The device that was chosen; where it is gone, the one that the browser would take. */
async function chosen(
  id: string,
  wish: MediaStreamConstraints,
  usual: MediaStreamConstraints,
  signal: AbortSignal,
): Promise<MediaStream> {
  if (id === '') return open(usual, signal);
  try {
    return await open(wish, signal);
  } catch (error) {
    if (!(error instanceof DeviceError) || error.problem !== 'missing') throw error;
    return open(usual, signal);
  }
}

async function open(constraints: MediaStreamConstraints, signal: AbortSignal): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) throw new DeviceError('insecure');
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(constraints);
  } catch (cause) {
    throw new DeviceError(problem(cause), { cause });
  }
  if (signal.aborted) {
    for (const track of stream.getTracks()) track.stop();
    throw signal.reason;
  }
  return stream;
}

function first(tracks: MediaStreamTrack[]): MediaStreamTrack {
  const [track] = tracks;
  if (track === undefined) throw new DeviceError('missing');
  return track;
}

function problem(cause: unknown): DeviceProblem {
  switch (cause instanceof DOMException ? cause.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'other';
  }
}

export interface DeviceChoice {
  id: string;
  label: string;
}

/** What is heard comes out of a speaker; it is chosen, but never opened. */
export type AnyKind = Kind | 'speaker';

const KINDS: Record<MediaDeviceKind, AnyKind> = {
  audioinput: 'microphone',
  videoinput: 'camera',
  audiooutput: 'speaker',
};

/** The devices by kind; names are empty until the person allowed one. */
export async function listDevices(): Promise<Record<AnyKind, DeviceChoice[]>> {
  const choices: Record<AnyKind, DeviceChoice[]> = { microphone: [], camera: [], speaker: [] };
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  for (const { kind, deviceId, label } of devices) {
    if (deviceId !== '') choices[KINDS[kind]].push({ id: deviceId, label });
  }
  return choices;
}

/** Whether this browser lets a page choose where its sound comes out. */
export const choosesSpeaker = (): boolean => 'setSinkId' in HTMLMediaElement.prototype;

/** Whether the person, or the browser for them, said no; false where the browser does not tell. */
export async function isDenied(kind: Kind): Promise<boolean> {
  try {
    const { state } = await navigator.permissions.query({ name: kind });
    return state === 'denied';
  } catch {
    return false;
  }
}
