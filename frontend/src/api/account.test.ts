import { describe, expect, it } from 'vitest';
import { createAccount, FieldsError } from './account';
import { createHttp } from './http';

const signal = new AbortController().signal;
const me = {
  id: 3,
  username: 'ada',
  nickname: 'Ada',
  email: 'ada@example.org',
  bio: '',
  staff: false,
  created: '2026-01-02T03:04:05Z',
  unread: 0,
  avatar: { photo_id: 0, url: '/a.svg', blurhash: '' },
};
const form = { username: 'ada', email: 'ada@example.org', nickname: '', password: 'a good long phrase' };

function answering(status: number, body: unknown) {
  const requests: Request[] = [];
  const fetch = async (request: Request) => {
    requests.push(request);
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    const text = body === null ? null : JSON.stringify(body);
    return new Response(text, { status, headers: { 'Content-Type': type } });
  };
  const line = () => {
    const request = requests[0];
    const { pathname, search } = new URL(request?.url ?? 'http://none');
    return `${request?.method} ${pathname}${search}`;
  };
  return { account: createAccount(createHttp('http://x', { fetch })), requests, line };
}

describe('an account', () => {
  it('is made, and logged in with cookies only', async () => {
    const { account, requests, line } = answering(201, { user: me, expires_in: 900 });
    await expect(account.register(signal, form)).resolves.toEqual(me);
    expect(line()).toBe('POST /api/accounts/register/');
    await expect(requests[0]?.json()).resolves.toEqual({ ...form, cookie_only: true });
  });

  it.each([
    [409, { code: 'username_taken' }, 'username_taken'],
    [422, { code: 'password_common' }, 'password_common'],
    [403, { code: 'registration_off' }, 'registration_off'],
    [502, null, 'offline'],
  ])('is refused: %i %j', async (status, body, code) => {
    const refused = answering(status, body).account.register(signal, form);
    await expect(refused).rejects.toMatchObject({ name: 'EntryError', code });
  });

  it('says which fields the server could not read', async () => {
    const errors = [
      { location: 'body.email', message: 'expected string' },
      { location: 'body.email[0]' },
      { location: 'body.nickname' },
      { location: 'query.x' },
      { message: 'no location' },
      null,
    ];
    const { account } = answering(422, { code: 'validation_failed', errors });
    const refusal = await account.register(signal, form).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FieldsError);
    expect(refusal).toMatchObject({ code: 'validation_failed', fields: ['email', 'nickname'] });
    const bare = answering(422, { code: 'validation_failed' }).account.update(signal, {});
    await expect(bare).rejects.toMatchObject({ code: 'validation_failed', fields: [] });
  });

  it('calls a dead network offline', async () => {
    const http = createHttp('http://x', { fetch: () => Promise.reject(new TypeError('failed')) });
    await expect(createAccount(http).register(signal, form)).rejects.toMatchObject({ code: 'offline' });
  });

  it('changes its profile', async () => {
    const texts = answering(200, me);
    await expect(texts.account.update(signal, { nickname: 'Ada', bio: '' })).resolves.toEqual(me);
    expect(texts.line()).toBe('PUT /api/accounts/update/');
    await expect(texts.requests[0]?.json()).resolves.toEqual({ nickname: 'Ada', bio: '' });
  });

  it('answers the question about the mood', async () => {
    const said = { mood: true, share: false, version: 3, at: null, current_version: 3, mood_enabled: true };
    const { account, requests, line } = answering(200, said);
    await expect(account.answer(signal, { mood: true, share: false, version: 3 })).resolves.toEqual(said);
    expect(line()).toBe('PUT /api/accounts/consent/');
    await expect(requests[0]?.json()).resolves.toEqual({ mood: true, share: false, version: 3 });
    await expect(answering(200, said).account.consent(signal)).resolves.toEqual(said);
  });

  it('lists and ends its logins, and whom it blocks', async () => {
    const empty = { items: [], next: '' };
    const logins = answering(200, empty);
    await expect(logins.account.logins({ cursor: '', signal })).resolves.toEqual(empty);
    expect(logins.line()).toBe('GET /api/accounts/sessions/?limit=20');
    const more = answering(200, empty);
    await more.account.blocked({ cursor: 'c1', signal });
    expect(more.line()).toBe('GET /api/accounts/blocks/?limit=20&cursor=c1');
    const one = answering(204, null);
    await one.account.endLogin(signal, 7);
    expect(one.line()).toBe('DELETE /api/accounts/sessions/7/');
    const others = answering(204, null);
    await others.account.endOtherLogins(signal);
    expect(others.line()).toBe('DELETE /api/accounts/sessions/?others=true');
    const free = answering(204, null);
    await free.account.unblock(signal, 9);
    expect(free.line()).toBe('DELETE /api/accounts/block/9/');
  });

  it('changes its password, gives all it has, and goes', async () => {
    const password = answering(204, null);
    await password.account.changePassword(signal, 'old', 'new');
    await expect(password.requests[0]?.json()).resolves.toEqual({ old_password: 'old', new_password: 'new' });
    const file = await answering(200, { users: [{ id: 3 }] }).account.export(signal);
    await expect(file.text()).resolves.toBe('{"users":[{"id":3}]}');
    const gone = answering(204, null);
    await expect(gone.account.remove(signal, 'secret')).resolves.toBeUndefined();
    expect(gone.line()).toBe('DELETE /api/accounts/me/');
    await expect(gone.requests[0]?.json()).resolves.toEqual({ password: 'secret' });
    const wrong = answering(403, { code: 'password_wrong' }).account.remove(signal, 'x');
    await expect(wrong).rejects.toMatchObject({ code: 'password_wrong' });
  });
});
