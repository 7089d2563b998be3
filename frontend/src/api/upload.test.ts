import { expect, it } from 'vitest';
import { EntryError } from '../call/ports';
import { createUploads, fileProblem, nameOf, type Progress, progressOf, UPLOAD_LIMIT } from './upload';

/** As much of an XMLHttpRequest as an upload uses, played by the test. */
class FakeRequest {
  upload: Record<string, (event?: unknown) => void> = {};
  onload = () => {};
  onloadend = () => {};
  onerror = () => {};
  onabort = () => {};
  status = 0;
  responseText = '';
  method = '';
  path = '';
  headers: Record<string, string> = {};
  sent: FormData | null = null;
  aborted = false;

  open(method: string, path: string) {
    [this.method, this.path] = [method, path];
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send(form: FormData) {
    this.sent = form;
  }
  abort() {
    this.aborted = true;
    this.onabort();
    this.onloadend();
  }
  answer(status: number, body: unknown) {
    this.status = status;
    this.responseText = typeof body === 'string' ? body : JSON.stringify(body);
    this.onload();
    this.onloadend();
  }
}

function rig(renew: () => Promise<unknown> = () => Promise.reject(new Error('not asked for'))) {
  const requests: FakeRequest[] = [];
  const request = () => {
    const made = new FakeRequest();
    requests.push(made);
    return made as unknown as XMLHttpRequest;
  };
  return { requests, uploads: createUploads({ csrf: () => 'proof', renew, request }) };
}

const file = new File(['12345'], 'Lunch with Ben.png', { type: 'image/png' });
const { signal } = new AbortController();
const settled = () => new Promise((resolve) => setTimeout(resolve));

it('sends the picture with its name, signed, and says how far it is', async () => {
  const { requests, uploads } = rig();
  const seen: Progress[] = [];
  const photo = uploads.photo(signal, file, (progress) => seen.push(progress));
  const [sent] = requests;
  expect([sent?.method, sent?.path]).toEqual(['POST', '/api/posts/photos/']);
  expect(sent?.headers['X-CSRF-Token']).toBe('proof');
  expect(sent?.sent?.get('name')).toBe('Lunch with Ben');
  expect(sent?.sent?.get('picture')).toHaveProperty('size', 5);
  sent?.upload.onprogress?.({ lengthComputable: true, loaded: 30, total: 120 });
  sent?.upload.onload?.();
  expect(seen).toEqual([
    { phase: 'sending', part: 0.25 },
    { phase: 'keeping', part: 1 },
  ]);
  sent?.answer(201, { id: 7 });
  await expect(photo).resolves.toEqual({ id: 7 });
});

it.each([
  [422, { code: 'picture_invalid' }, 'picture_invalid'],
  [413, { code: 'body_too_large' }, 'picture_too_large'],
  [413, '<html>', 'picture_too_large'],
  [502, '<html>', 'offline'],
  [500, '', 'internal'],
  [200, 'no JSON', 'internal'],
])('says what a refusal with %i and %j means', async (status, body, code) => {
  const { requests, uploads } = rig();
  const photo = uploads.photo(signal, file, () => {});
  requests[0]?.answer(status, body);
  await expect(photo).rejects.toMatchObject({ code });
});

it('is offline where the line breaks', async () => {
  const { requests, uploads } = rig();
  const photo = uploads.photo(signal, file, () => {});
  requests[0]?.onerror();
  await expect(photo).rejects.toMatchObject({ code: 'offline' });
});

it('stops at once when it is not wanted any more', async () => {
  const { requests, uploads } = rig();
  const wanted = new AbortController();
  const photo = uploads.photo(wanted.signal, file, () => {});
  wanted.abort();
  expect(requests[0]?.aborted).toBe(true);
  await expect(photo).rejects.toBe(wanted.signal.reason);
  await expect(uploads.photo(wanted.signal, file, () => {})).rejects.toBe(wanted.signal.reason);
  expect(requests).toHaveLength(1);
});

it('gets a new token once where the old one has run out', async () => {
  let renewed = 0;
  const { requests, uploads } = rig(async () => renewed++);
  const photo = uploads.photo(signal, file, () => {});
  requests[0]?.answer(401, { code: 'token_expired' });
  await settled();
  expect([renewed, requests.length]).toEqual([1, 2]);
  requests[1]?.answer(401, { code: 'token_expired' });
  await expect(photo).rejects.toBeInstanceOf(EntryError);
  expect([renewed, requests.length]).toEqual([1, 2]);
});

it.each([
  [{ size: 0, type: 'image/png' }, 'picture_invalid'],
  [{ size: 5, type: 'image/png' }, ''],
  [{ size: 5, type: '' }, ''],
  [{ size: 5, type: 'image/heic' }, 'picture_type_unsupported'],
  [{ size: 5, type: 'image/svg+xml' }, 'picture_type_unsupported'],
  [{ size: UPLOAD_LIMIT, type: 'image/jpeg' }, 'picture_too_large'],
  [{ size: UPLOAD_LIMIT - 10_000, type: 'image/jpeg' }, ''],
])('%j needs %j said before it is sent', (picked, code) => {
  expect(fileProblem(picked)).toBe(code);
});

it.each([
  ['IMG_1.JPG', 'IMG_1'],
  ['점심.webp', '점심'],
  ['a\nb\tc.png', 'a b c'],
  ['.png', ''],
  ['v1.2 final', 'v1.2 final'],
  [`${'가'.repeat(120)}.png`, '가'.repeat(100)],
])('the file %j is the picture %j', (name, called) => {
  expect(nameOf(name)).toBe(called);
});

it.each([
  [
    { lengthComputable: false, loaded: 5, total: 0 },
    { phase: 'sending', part: 0 },
  ],
  [
    { lengthComputable: true, loaded: 0, total: 10 },
    { phase: 'sending', part: 0 },
  ],
  [
    { lengthComputable: true, loaded: 5, total: 10 },
    { phase: 'sending', part: 0.5 },
  ],
  [
    { lengthComputable: true, loaded: 10, total: 10 },
    { phase: 'keeping', part: 1 },
  ],
  [
    { lengthComputable: true, loaded: 12, total: 10 },
    { phase: 'keeping', part: 1 },
  ],
])('%j is %j', (event, progress) => {
  expect(progressOf(event)).toEqual(progress);
});
