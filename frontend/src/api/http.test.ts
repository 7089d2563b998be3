import { describe, expect, it } from 'vitest';
import { createApi } from './client';
import { type Alone, createHttp, done } from './http';

const signal = new AbortController().signal;
const REFRESH = '/api/accounts/refresh/';

/** A server with one session, whose access token may have run out. */
function server({ access = true, refresh = true, csrf = 'c1' } = {}) {
  const state = { access, csrf };
  const seen: string[] = [];
  const bodies: unknown[] = [];
  const answer = (status: number, body: unknown) =>
    new Response(status === 204 ? null : JSON.stringify(body), {
      status,
      headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' },
    });
  const fetch = async (request: Request) => {
    const path = new URL(request.url).pathname;
    seen.push(`${request.method} ${path} ${request.headers.get('X-CSRF-Token') ?? '-'}`);
    bodies.push(request.method === 'GET' ? null : await request.json().catch(() => null));
    await Promise.resolve();
    if (path === REFRESH) {
      if (!refresh) return answer(401, { code: 'token_reused' });
      state.access = true;
      state.csrf = 'c2';
      return answer(200, { user: {}, expires_in: 900 });
    }
    if (path.endsWith('/login/')) return answer(401, { code: 'login_failed' });
    if (!state.access && !request.headers.has('Authorization'))
      return answer(401, { code: 'login_required' });
    return request.method === 'GET' ? answer(200, { id: 1 }) : answer(204, null);
  };
  const http = createHttp('http://x', { fetch, csrf: () => state.csrf });
  return { http, api: createApi(http), seen, bodies, state };
}

const follow = (http: ReturnType<typeof server>['http']) =>
  done(signal, http.POST('/api/accounts/follow/{id}/', { params: { path: { id: 7 } }, signal }));

describe('a logged-in browser', () => {
  it('signs what writes, and nothing else', async () => {
    const { http, api, seen } = server();
    await follow(http);
    await api.me(signal);
    const headers = { Authorization: 'Bearer ticket' };
    const params = { path: { id: 7 } };
    await done(signal, http.POST('/api/facechats/{id}/demo/', { params, headers, signal }));
    expect(seen).toEqual([
      'POST /api/accounts/follow/7/ c1',
      'GET /api/accounts/me/ -',
      'POST /api/facechats/7/demo/ -',
    ]);
  });

  it('gets a new token once for all requests that need one, and repeats them', async () => {
    const { http, api, seen, bodies } = server({ access: false });
    const body = { display_name: 'Ada' };
    const params = { path: { slug: 's' } };
    await Promise.all([
      api.me(signal),
      done(signal, http.POST('/api/facechats/by-link/{slug}/join/', { params, body, signal })),
    ]);
    expect(seen.filter((line) => line.includes(REFRESH))).toEqual([`POST ${REFRESH} c1`]);
    expect(seen).toContain('POST /api/facechats/by-link/s/join/ c2');
    expect(bodies).toContainEqual({ cookie_only: true });
    expect(bodies.filter((sent) => JSON.stringify(sent) === JSON.stringify(body))).toHaveLength(2);
    await follow(http);
    expect(seen.filter((line) => line.includes(REFRESH))).toHaveLength(1);
  });

  it('is nobody where the refresh token is no good either', async () => {
    const { api, http, seen } = server({ access: false, refresh: false });
    await expect(api.me(signal)).resolves.toBeNull();
    expect(seen).toHaveLength(2);
    await expect(follow(http)).rejects.toMatchObject({ code: 'login_required' });
    await expect(api.logout(signal)).resolves.toBeUndefined();
  });

  it('asks for no new token where the password was wrong, or for a ticket', async () => {
    const { api, seen } = server({ access: false });
    await expect(api.login(signal, 'ada', 'x')).rejects.toMatchObject({ code: 'login_failed' });
    await api.door('s', () => '').demo({ ticket: 't', room: { id: 7 } } as never, signal);
    expect(seen.some((line) => line.includes(REFRESH))).toBe(false);
  });
});

it('a browser without a session does not try to get one', async () => {
  const { api, seen } = server({ access: false, csrf: '' });
  await expect(api.me(signal)).resolves.toBeNull();
  expect(seen).toEqual(['GET /api/accounts/me/ -']);
});

describe('the new token', () => {
  const REFUSED = 'http://x/api/accounts/me/';
  const reply = (status: number, body: unknown = {}) => new Response(JSON.stringify(body), { status });

  /** A page whose access token has run out, at a server that answers the wish for a new one so. */
  function page(refresh: () => Response | Promise<Response>, alone?: Alone, csrf = () => 'c') {
    const fetch = async (request: Request) =>
      request.url === REFUSED ? reply(401, { code: 'login_required' }) : refresh();
    return createApi(createHttp('http://x', alone ? { fetch, csrf, alone } : { fetch, csrf }));
  }

  it('is wished for by one page after the other', async () => {
    let last: Promise<unknown> = Promise.resolve();
    const alone: Alone = (task) => {
      const mine = last.then(task);
      last = mine;
      return mine;
    };
    let now = 0;
    let most = 0;
    const refresh = async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
      return reply(200);
    };
    await Promise.all([page(refresh, alone).me(signal), page(refresh, alone).me(signal)]);
    expect(most).toBe(1);
  });

  it('is not wished for where another page found the session over', async () => {
    let csrf = 'c';
    let wishes = 0;
    const alone: Alone = (task) => {
      csrf = '';
      return task();
    };
    const refresh = () => {
      wishes++;
      return reply(401);
    };
    await expect(page(refresh, alone, () => csrf).me(signal)).resolves.toBeNull();
    expect(wishes).toBe(0);
  });

  it.each([
    ['the network is gone', () => Promise.reject(new TypeError('failed')), 'offline'],
    ['the server is away', () => reply(503), 'offline'],
    ['there were too many wishes', () => reply(429, { code: 'rate_limited' }), 'rate_limited'],
  ])('does not come, and nobody is logged out, where %s', async (_, refresh, code) => {
    await expect(page(refresh).me(signal)).rejects.toMatchObject({ code });
  });
});
