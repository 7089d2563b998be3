import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fetchWithProgress } from './upload';

/** A request whose sending and answer come by hand. */
class ByHand {
  static all: ByHand[] = [];
  upload: { onprogress?: (event: { lengthComputable: boolean; loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  onloadend?: () => void;
  responseType = '';
  status = 200;
  statusText = 'OK';
  response: ArrayBuffer = new ArrayBuffer(0);
  opened: string[] = [];
  headers: Record<string, string> = {};
  body: Blob | null = null;

  constructor() {
    ByHand.all.push(this);
  }
  open(...opened: string[]) {
    this.opened = opened;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  getResponseHeader() {
    return 'application/json';
  }
  send(body: Blob) {
    this.body = body;
  }
  abort() {
    this.onabort?.();
    this.onloadend?.();
  }
}

beforeEach(() => {
  ByHand.all = [];
  vi.stubGlobal('XMLHttpRequest', ByHand);
});
afterEach(() => vi.unstubAllGlobals());

async function begin(init: RequestInit, shares: number[] = []) {
  const answer = fetchWithProgress((share) => shares.push(share))(new Request('http://x/a', init));
  answer.catch(() => undefined);
  await vi.waitFor(() => expect(ByHand.all).toHaveLength(1));
  return { answer, sending: ByHand.all[0] as ByHand };
}

it('sends the whole request, tells how far it is, and gives the answer', async () => {
  const shares: number[] = [];
  const init = { method: 'PUT', headers: { 'X-CSRF-Token': 'c' }, body: '{"a":1}' };
  const { answer, sending } = await begin(init, shares);
  expect(sending.opened).toEqual(['PUT', 'http://x/a']);
  expect(sending.headers).toMatchObject({ 'x-csrf-token': 'c' });
  await expect(sending.body?.text()).resolves.toBe('{"a":1}');
  sending.upload.onprogress?.({ lengthComputable: true, loaded: 1, total: 4 });
  sending.upload.onprogress?.({ lengthComputable: false, loaded: 2, total: 0 });
  sending.upload.onprogress?.({ lengthComputable: true, loaded: 4, total: 4 });
  expect(shares).toEqual([0.25, 1]);
  sending.response = new TextEncoder().encode('{"ok":true}').buffer;
  sending.onload?.();
  const got = await answer;
  expect([got.status, got.headers.get('Content-Type')]).toEqual([200, 'application/json']);
  await expect(got.json()).resolves.toEqual({ ok: true });
});

it('gives an answer without a body as one', async () => {
  const { answer, sending } = await begin({ method: 'POST', body: 'x' });
  sending.status = 204;
  sending.onload?.();
  await expect((await answer).text()).resolves.toBe('');
});

it('fails as a fetch does where the network fails', async () => {
  const { answer, sending } = await begin({ method: 'POST', body: 'x' });
  sending.onerror?.();
  await expect(answer).rejects.toBeInstanceOf(TypeError);
});

it('stops where nobody wants the answer any more', async () => {
  const stop = new AbortController();
  const { answer } = await begin({ method: 'POST', body: 'x', signal: stop.signal });
  stop.abort(new Error('gone'));
  await expect(answer).rejects.toThrow('gone');
});
