/** What the browser can do with the picture beside showing it: a small window of its own, the whole screen. */

export const floats = (): boolean =>
  document.pictureInPictureEnabled === true && 'requestPictureInPicture' in HTMLVideoElement.prototype;

export const fills = (): boolean => document.fullscreenEnabled === true;

/** Shows the video in a small window over all others, or takes it back. False: the browser would not. */
export async function toggleFloating(video: HTMLVideoElement): Promise<boolean> {
  try {
    if (document.pictureInPictureElement !== null) await document.exitPictureInPicture();
    else await video.requestPictureInPicture();
    return true;
  } catch {
    return false;
  }
}

export async function toggleFull(): Promise<boolean> {
  try {
    if (document.fullscreenElement !== null) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen({ navigationUI: 'hide' });
    return true;
  } catch {
    return false;
  }
}

/** At the end of a call nothing of it stays on the screen. */
export function closeStage(): void {
  if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => undefined);
  if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
}

/** Tells now and after each change whether the page fills the screen. */
export function watchFull(signal: AbortSignal, tell: (on: boolean) => void): void {
  const changed = () => tell(document.fullscreenElement !== null);
  document.addEventListener('fullscreenchange', changed, { signal });
  changed();
}

/** Tells now and after each change whether the video is in a window of its own. */
export function watchFloating(
  signal: AbortSignal,
  video: HTMLVideoElement,
  tell: (on: boolean) => void,
): void {
  const changed = () => tell(document.pictureInPictureElement === video);
  video.addEventListener('enterpictureinpicture', changed, { signal });
  video.addEventListener('leavepictureinpicture', () => tell(false), { signal });
  changed();
}

export interface Remote {
  microphone(): void;
  camera(): void;
  leave(): void;
}

/** Puts the call's buttons where the browser has a place for them: the small window, a headset, the lock screen. */
export function takeRemote(signal: AbortSignal, remote: Remote): void {
  const { mediaSession } = navigator;
  if (mediaSession === undefined) return;
  const actions: [string, () => void][] = [
    ['togglemicrophone', () => remote.microphone()],
    ['togglecamera', () => remote.camera()],
    ['hangup', () => remote.leave()],
  ];
  const set = (action: string, run: (() => void) | null) => {
    try {
      mediaSession.setActionHandler(action as MediaSessionAction, run);
    } catch {
      // A browser that does not know this button.
    }
  };
  for (const [action, run] of actions) set(action, run);
  signal.addEventListener('abort', () => {
    for (const [action] of actions) set(action, null);
  });
}

/** Which way the buttons of the small window look. */
export function showRemote(microphone: boolean, camera: boolean): void {
  const { mediaSession } = navigator;
  if (mediaSession === undefined) return;
  void mediaSession.setMicrophoneActive?.(microphone);
  void mediaSession.setCameraActive?.(camera);
}
