/**
 * Sends a picture, and tells on the way how much of it has left: fetch cannot, so this is an XMLHttpRequest that
 * is signed as in http.ts. Rejects with EntryError, or with the reason of an abort.
 */
import { EntryError } from '../call/ports';
import { codeOf } from './http';
import type { Photo } from './posts';

/** The largest body with a picture that the server takes, in bytes. */
export const UPLOAD_LIMIT = 10 * 1024 * 1024;
/** What stands in such a body around the picture. */
const AROUND = 4 * 1024;

/** What the server can read. A phone turns its own kinds into one of these where a form says so. */
export const PICTURE_TYPES: readonly string[] = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

/** How far a picture has come. */
export interface Progress {
  /** keeping: all of it is there, and the server makes its sizes. */
  phase: 'sending' | 'keeping';
  /** The share that has left, from 0 to 1. */
  part: number;
}

export interface UploadWire {
  /** The value of the cookie ppenter_csrf; empty where nobody is logged in. */
  csrf: () => string;
  /** Gets a new access token where the old one has run out. */
  renew: (signal: AbortSignal) => Promise<unknown>;
  request?: () => XMLHttpRequest;
}

export interface Sending {
  method: 'POST' | 'PUT';
  path: string;
  form: FormData;
  onprogress: (progress: Progress) => void;
}

export type Uploads = ReturnType<typeof createUploads>;

export function createUploads(wire: UploadWire) {
  const send = async <T>(signal: AbortSignal, what: Sending): Promise<T> => {
    try {
      return (await attempt(signal, what, wire)) as T;
    } catch (error) {
      if (!runOut(error)) throw error;
      await wire.renew(signal);
      return (await attempt(signal, what, wire)) as T;
    }
  };
  const keep = (signal: AbortSignal, path: string, file: File, onprogress: Sending['onprogress']) => {
    const form = new FormData();
    form.set('name', nameOf(file.name));
    form.set('picture', file);
    return send<Photo>(signal, { method: 'POST', path, form, onprogress });
  };
  return {
    /** Sends a form with a picture in its field `picture`, and gives what the server answers. */
    send,
    /** Keeps a picture as one of one's own. */
    photo(signal: AbortSignal, file: File, onprogress: (progress: Progress) => void): Promise<Photo> {
      return keep(signal, '/api/posts/photos/', file, onprogress);
    },
    /** Keeps a picture as one to stand before in calls. */
    background(signal: AbortSignal, file: File, onprogress: (progress: Progress) => void): Promise<Photo> {
      return keep(signal, '/api/facechats/backgrounds/', file, onprogress);
    },
  };
}

/** Why a file need not be sent at all: a code of the server's; empty where nothing speaks against it. */
export function fileProblem({ size, type }: { size: number; type: string }): string {
  if (size === 0) return 'picture_invalid';
  if (type !== '' && !PICTURE_TYPES.includes(type)) return 'picture_type_unsupported';
  return size + AROUND > UPLOAD_LIMIT ? 'picture_too_large' : '';
}

/** A picture's name: that of its file without the ending, in one line. */
export function nameOf(file: string): string {
  const base = file.replace(/\.[^.]{1,5}$/, '').replace(/[\s\p{C}]+/gu, ' ');
  return [...base.trim()].slice(0, 100).join('').trim();
}

/** What a progress event says. Without a known length nothing can be said until all is sent. */
export function progressOf(event: { lengthComputable: boolean; loaded: number; total: number }): Progress {
  if (!event.lengthComputable || event.total <= 0) return { phase: 'sending', part: 0 };
  const part = Math.min(1, Math.max(0, event.loaded / event.total));
  return { phase: part < 1 ? 'sending' : 'keeping', part };
}

function runOut(error: unknown): boolean {
  return error instanceof EntryError && (error.code === 'login_required' || error.code === 'token_expired');
}

function attempt(signal: AbortSignal, what: Sending, wire: UploadWire): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const request = wire.request?.() ?? new XMLHttpRequest();
    const abort = () => request.abort();
    const end = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    request.open(what.method, what.path);
    request.setRequestHeader('Accept', 'application/json');
    if (wire.csrf() !== '') request.setRequestHeader('X-CSRF-Token', wire.csrf());
    request.upload.onprogress = (event) => what.onprogress(progressOf(event));
    request.upload.onload = () => what.onprogress({ phase: 'keeping', part: 1 });
    request.onabort = () => reject(signal.reason);
    request.onerror = () => reject(new EntryError('offline'));
    request.onloadend = end;
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300 && body !== null) return resolve(body);
      reject(new EntryError(refusal(body, request.status)));
    };
    request.send(what.form);
  });
}

/** The code of a refusal; what is too large for a body is too large a picture. */
function refusal(body: unknown, status: number): string {
  const code = codeOf(body, status);
  return status === 413 ? 'picture_too_large' : code;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
