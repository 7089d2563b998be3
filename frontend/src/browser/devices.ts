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
      ...(id === '' ? { facingMode: 'user' } : { deviceId: { ideal: id } }),
    };
    return first((await open({ video }, signal)).getVideoTracks());
  },
  async microphone(id, signal) {
    const audio = {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(id === '' ? {} : { deviceId: { ideal: id } }),
    };
    return first((await open({ audio }, signal)).getAudioTracks());
  },
};

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

/** The devices by kind; names are empty until the person allowed one. */
export async function listDevices(): Promise<Record<Kind, DeviceChoice[]>> {
  const choices: Record<Kind, DeviceChoice[]> = { microphone: [], camera: [] };
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  for (const { kind, deviceId, label } of devices) {
    if (deviceId === '') continue;
    if (kind === 'audioinput') choices.microphone.push({ id: deviceId, label });
    if (kind === 'videoinput') choices.camera.push({ id: deviceId, label });
  }
  return choices;
}
