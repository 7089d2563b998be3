import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ClientMessage, decodeData, decodeServer } from './messages';

const golden = fileURLToPath(new URL('../../../sfu/signal/testdata/messages/', import.meta.url));
const files = existsSync(golden) ? readdirSync(golden).filter((name) => name.endsWith('.json')) : [];

describe('decodeServer', () => {
  it.each([
    ['{', 'JSON'],
    ['[]', 'wanted object'],
    ['{"type":7}', 'type: wanted text'],
    ['{"type":"answer"}', 'sdp: wanted text'],
    ['{"type":"bye","code":"sulked"}', 'code: wanted left'],
    ['{"type":"peer_away","participant_id":"p","grace_s":"20"}', 'grace_s: wanted number'],
    ['{"type":"candidate","candidate":{"candidate":1}}', 'candidate.candidate: wanted text'],
  ])('refuses %s', (raw, reason) => {
    expect(decodeServer(raw)).toEqual({ ok: false, unknown: false, reason: expect.stringContaining(reason) });
  });

  it.each(['confetti', 'toString', '__proto__'])('passes over the unknown type %s', (type) => {
    expect(decodeServer(JSON.stringify({ type }))).toEqual({ ok: false, unknown: true, type });
  });

  it('leaves out fields, modes and moods that it does not know', () => {
    const filters = { modes: ['off', 'sparkle', 'blur'], moods: ['happy', 'smug'], mood_enabled: true };
    const you = { id: 'p', name: 'n', audio: true, video: true, filter: { mode: 'off' }, shoe_size: 270 };
    const room = { id: 1, slug: 's' };
    const raw = { type: 'welcome', protocol: 1, you, room, grace_s: 20 };
    const decoded = decodeServer(JSON.stringify({ ...raw, filters: { ...filters, consent_version: 1 } }));
    expect(decoded).toMatchObject({
      ok: true,
      message: { peer: null, filters: { modes: ['off', 'blur'], moods: ['happy'], pictures: [] } },
    });
    expect(JSON.stringify(decoded)).not.toContain('shoe_size');
  });
});

describe('decodeData', () => {
  it('knows moods and stats', () => {
    const mood = { type: 'mood', participant_id: 'p', label: 'happy', confidence: 0.5, scene: 'happy' };
    expect(decodeData(JSON.stringify(mood))).toEqual({ ok: true, message: mood });
    const stats = { type: 'stats', participant_id: 'p', fps: 30, ms: 9.1, dropped: 0 };
    expect(decodeData(JSON.stringify(stats))).toEqual({ ok: true, message: stats });
    expect(decodeData('{"type":"mood","participant_id":"p","label":"smug","confidence":1}').ok).toBe(false);
  });
});

/** The server's own examples: whatever it may send is understood here, field for field. */
describe('golden messages of the server', () => {
  const fromServer = files.filter((name) => name.startsWith('server_'));

  it('are there', () => {
    expect(fromServer.length).toBeGreaterThan(10);
  });

  it.each(fromServer)('%s', (name) => {
    const raw = readFileSync(golden + name, 'utf8');
    const { type } = JSON.parse(raw) as { type: string };
    const decoded = ['mood', 'stats'].includes(type) ? decodeData(raw) : decodeServer(raw);
    expect(decoded).toMatchObject({ ok: true, message: JSON.parse(raw) });
  });
});

/** What this page says has the same fields, of the same kinds, as the server's examples of it. */
describe('golden messages of the client', () => {
  const candidate = { candidate: 'x', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: null };
  const said: Record<string, ClientMessage> = {
    client_candidate: { type: 'candidate', candidate },
    client_candidate_end: { type: 'candidate', candidate: null },
    client_capture_allow: { type: 'capture_allow', on: true },
    client_capture_answer: { type: 'capture_answer', id: 'x', allow: 'once' },
    client_chat: { type: 'chat', id: 'x', text: 'x' },
    client_consent: { type: 'consent', mood: true, version: 1 },
    client_filter: { type: 'filter', mode: 'picture', picture: 'x' },
    client_filter_blur: { type: 'filter', mode: 'blur', strength: 'light' },
    client_filter_own: { type: 'filter', mode: 'picture', picture: 'own:1' },
    client_hello: { type: 'hello', ticket: 'x' },
    client_leave: { type: 'leave' },
    client_media: { type: 'media', audio: true, video: true },
    client_motion: { type: 'motion', reduced: true },
    client_offer: { type: 'offer', sdp: 'x' },
    client_ping: { type: 'ping', t: 1 },
    client_share_mood: { type: 'share_mood', on: true },
  };
  const outline = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, outline(item)]))
      : value === null
        ? 'null'
        : typeof value;

  it.each(files.filter((name) => name.startsWith('client_')))('%s', (name) => {
    const own = said[name.replace('.json', '')];
    expect(own).toBeDefined();
    const theirs = JSON.parse(readFileSync(golden + name, 'utf8')) as ClientMessage;
    expect(outline(own)).toEqual(outline(theirs));
    expect(own?.type).toBe(theirs.type);
  });
});
