import { describe, expect, it } from 'vitest';
import { FILTERS } from '../call/fake';
import { createApi } from './client';
import { createHttp } from './http';

const room = {
  id: 7,
  slug: 'abc',
  url: '/r/abc',
  title: '',
  state: 'live',
  max: 2,
  present: 1,
  allow_guests: true,
};
const signal = new AbortController().signal;

function answering(status: number, body: unknown, type = 'application/json') {
  const requests: Request[] = [];
  const fetch = async (request: Request) => {
    requests.push(request);
    const text = body === null ? null : JSON.stringify(body);
    return new Response(text, { status, headers: { 'Content-Type': type } });
  };
  return { api: createApi(createHttp('http://x', { fetch })), requests };
}

describe('api', () => {
  it('makes a room', async () => {
    const { api, requests } = answering(201, { ...room, filters: FILTERS });
    await expect(api.instant(signal)).resolves.toMatchObject({
      url: '/r/abc',
      filters: { consent_version: 3 },
    });
    expect(requests[0]?.method).toBe('POST');
    expect(new URL(requests[0]?.url ?? '').pathname).toBe('/api/facechats/instant/');
  });

  it('joins with the display name and asks the demo partner with the ticket', async () => {
    const entry = {
      ticket: 't1',
      expires_at: '',
      participant_id: 'p',
      socket_url: '/ws/call/',
      ice_servers: [],
    };
    const { api, requests } = answering(200, { ...entry, room: { ...room, filters: FILTERS } });
    const door = api.door('a b', () => '지우');
    const got = await door.join(signal);
    expect(got).toMatchObject({ ticket: 't1', ice_servers: [], room: { id: 7 } });
    expect(new URL(requests[0]?.url ?? '').pathname).toBe('/api/facechats/by-link/a%20b/join/');
    await expect(requests[0]?.json()).resolves.toEqual({ display_name: '지우' });
    await door.demo(got, signal);
    expect(requests[1]?.headers.get('Authorization')).toBe('Bearer t1');
    expect(new URL(requests[1]?.url ?? '').pathname).toBe('/api/facechats/7/demo/');
  });

  it.each([
    [409, { code: 'room_full' }, 'room_full'],
    [404, { code: 'room_not_found' }, 'room_not_found'],
    [404, { message: 'nginx' }, 'room_not_found'],
    [503, null, 'offline'],
    [500, { title: 'x' }, 'internal'],
    [200, { id: 7 }, 'internal'],
  ])('turns %i %j into the code %s', async (status, body, code) => {
    const { api } = answering(status, body, 'application/problem+json');
    await expect(api.room(signal, 'abc')).rejects.toMatchObject({ name: 'EntryError', code });
  });

  it('calls a dead network offline, and an abort an abort', async () => {
    const fetch = () => Promise.reject(new TypeError('failed'));
    const api = createApi(createHttp('http://x', { fetch }));
    await expect(api.room(signal, 'abc')).rejects.toMatchObject({ code: 'offline' });
    const stop = new AbortController();
    stop.abort(new Error('gone'));
    await expect(api.room(stop.signal, 'abc')).rejects.toThrow('gone');
  });

  it('logs in for cookies only, and knows who is logged in', async () => {
    const me = { id: 3, username: 'ada', staff: true };
    const { api, requests } = answering(200, { user: me, expires_in: 900 });
    await expect(api.login(signal, 'ada@example.org', 'secret')).resolves.toEqual(me);
    await expect(requests[0]?.json()).resolves.toEqual({
      username: 'ada@example.org',
      password: 'secret',
      cookie_only: true,
    });
    await expect(answering(200, me).api.me(signal)).resolves.toEqual(me);
    const refused = { code: 'session_ended' };
    await expect(answering(401, refused, 'application/problem+json').api.me(signal)).resolves.toBeNull();
    const busy = answering(503, { code: 'server_busy' }, 'application/problem+json');
    await expect(busy.api.me(signal)).rejects.toMatchObject({ code: 'server_busy' });
    await expect(answering(204, null).api.logout(signal)).resolves.toBeUndefined();
  });
});
