/** A new picture of oneself on its way to the server. */
import { type Account, createAccount, type Me } from '../../api/account';
import { createHttp } from '../../api/http';
import { cookie } from '../../browser/cookies';
import { fetchWithProgress, type OnProgress } from '../../browser/upload';
import { EntryError } from '../../call/ports';

/** The kinds of pictures that the server reads. */
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

/** Beyond this a picture is made smaller before it is sent: it is shown small, and phones take large ones. */
const LARGE_BYTES = 3 * 1024 * 1024;
const SIDE = 1600;

/** Sends a picture as one's own, and tells how far it is. Rejects with EntryError. */
export async function wear(signal: AbortSignal, file: Blob, onprogress: OnProgress): Promise<Me> {
  const picture = await fitting(file);
  signal.throwIfAborted();
  try {
    return await sender(onprogress).wear(signal, picture);
  } catch (cause) {
    throw cause instanceof EntryError && cause.code === 'body_too_large'
      ? new EntryError('picture_too_large', { cause })
      : cause;
  }
}

function sender(onprogress: OnProgress): Account {
  const fetch = fetchWithProgress(onprogress);
  return createAccount(createHttp(location.origin, { fetch, csrf: () => cookie('ppenter_csrf') }));
}

/** The size within a square of that side, the proportions kept; nothing grows. */
export function within(width: number, height: number, side: number): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

async function fitting(file: Blob): Promise<Blob> {
  if (file.size <= LARGE_BYTES) return file;
  try {
    const picture = await createImageBitmap(file);
    const { width, height } = within(picture.width, picture.height, SIDE);
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height);
    picture.close();
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  } catch {
    // What this browser cannot make smaller, the server judges as it is.
    return file;
  }
}
