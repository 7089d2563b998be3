import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ClientMessage, decode, encode } from './messages';

const golden = fileURLToPath(new URL('../../../api/notify/testdata/messages/', import.meta.url));
const files = existsSync(golden) ? readdirSync(golden).filter((name) => name.endsWith('.json')) : [];

describe('decode', () => {
  it.each([
    ['{', 'JSON'],
    ['[]', 'wanted object'],
    ['{"type":7}', 'type: wanted text'],
    ['{"type":"bye"}', 'code: wanted text'],
    ['{"type":"hello","protocol":1,"user":"8","unread":0,"rings":[]}', 'user: wanted number'],
    ['{"type":"ring_stopped","ring_id":1,"room_id":2,"reason":"bored"}', 'reason: wanted accepted'],
    ['{"type":"hello","protocol":1,"user":8,"unread":0,"rings":[{"id":"x"}]}', 'rings[0].id: wanted number'],
  ])('refuses %s', (raw, reason) => {
    expect(decode(raw)).toEqual({ ok: false, unknown: false, reason: expect.stringContaining(reason) });
  });

  it.each(['confetti', 'toString', '__proto__'])('passes over the unknown type %s', (type) => {
    expect(decode(JSON.stringify({ type }))).toEqual({ ok: false, unknown: true, type });
  });

  it('leaves out fields that it does not know, and knows that an account may be gone', () => {
    const raw = readFileSync(`${golden}server_notification.json`, 'utf8');
    const { actor: _, ...rest } = JSON.parse(raw) as Record<string, unknown>;
    const decoded = decode(JSON.stringify({ ...rest, shoe_size: 270 }));
    expect(decoded).toMatchObject({ ok: true, message: { type: 'notification', actor: null } });
    expect(JSON.stringify(decoded)).not.toContain('shoe_size');
  });
});

/** The server's own examples: whatever it may send is understood here, field for field. */
describe('golden messages of the server', () => {
  const fromServer = files.filter((name) => name.startsWith('server_'));

  it('are there', () => {
    expect(fromServer.length).toBeGreaterThan(6);
  });

  it.each(fromServer)('%s', (name) => {
    const message = JSON.parse(readFileSync(golden + name, 'utf8'));
    expect(decode(JSON.stringify(message))).toEqual({ ok: true, message });
  });
});

/** What this page says has the same fields, of the same kinds, as the server's examples of it. */
describe('golden messages of the client', () => {
  const said: Record<string, ClientMessage> = {
    client_hello_cookie: { type: 'hello' },
    client_ping: { type: 'ping', t: 12.5 },
  };

  it.each(Object.keys(said))('%s', (name) => {
    const own = said[name] as ClientMessage;
    expect(JSON.parse(encode(own))).toEqual(JSON.parse(readFileSync(`${golden}${name}.json`, 'utf8')));
  });
});
