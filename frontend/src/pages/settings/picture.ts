/** A new picture of oneself on its way to the server. */
import type { Me } from '../../api/account';
import type { Progress } from '../../api/upload';
import { uploads } from '../write/server';
import { fitting } from './shrink';

/** Sends a picture as one's own, and tells how far it is. Rejects with EntryError. */
export async function wear(
  signal: AbortSignal,
  file: Blob,
  onprogress: (progress: Progress) => void,
): Promise<Me> {
  const form = new FormData();
  form.set('picture', await fitting(file));
  return uploads.send<Me>(signal, { method: 'PUT', path: '/api/accounts/update/', form, onprogress });
}
