import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Call, type CallConfig } from './call';
import { type FakePeer, FakeServer, FILTERS, fakeDevices, fakePeers, person } from './fake';
import { LocalMedia } from './local';
import type { Mode } from './messages';

async function begin(change: Partial<CallConfig> = {}, server = new FakeServer()) {
  const stop = new AbortController();
  const devices = fakeDevices();
  const local = new LocalMedia(devices, { microphone: '', camera: '' });
  await Promise.all([local.open(stop.signal, 'camera'), local.open(stop.signal, 'microphone')]);
  const { factory, peers } = fakePeers();
  let ids = 0;
  const call = new Call({
    door: server,
    sockets: server.sockets,
    peers: factory,
    local,
    newId: () => `id${++ids}`,
    wish: { mode: 'off', picture: '', strength: 'strong' },
    consent: false,
    shareMood: false,
    reducedMotion: false,
    demo: false,
    log: () => {},
    ...change,
  });
  const done = call.run(stop.signal);
  await vi.advanceTimersByTimeAsync(0);
  const peer = (): FakePeer => {
    const last = peers.at(-1);
    if (last === undefined) throw new Error('no connection was made');
    return last;
  };
  return { call, server, stop, done, local, devices, peers, peer };
}

const wishFor = (mode: Mode) => ({ mode, picture: '', strength: 'strong' }) as const;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('entering', () => {
  it('says hello with the ticket, then offers the lines in the order of the protocol', async () => {
    const { call, server, peer, devices } = await begin();
    expect(server.line.path).toBe('/ws/call/');
    expect(server.line.subprotocol).toBe('pp-enter.v1');
    expect(server.line.received[0]).toEqual({ type: 'hello', ticket: 'ticket-1' });
    expect(server.line.of('offer')).toEqual([{ type: 'offer', sdp: 'offer 1' }]);
    const [camera, microphone] = devices.opened;
    expect(peer().lines.map((line) => [line.kind, line.init?.direction])).toEqual([
      [microphone, 'sendrecv'],
      [camera, 'sendrecv'],
      ['video', 'recvonly'],
      ['video', 'inactive'],
    ]);
    expect(peer().channelLabel).toBe('state');
    expect(peer().lines[1]?.init?.sendEncodings?.[0]?.maxBitrate).toBe(2_000_000);
    expect(peer().remoteSdp).toEqual(['answer to offer 1']);
    expect(peer().config.iceServers).toEqual([{ urls: ['stun:x'] }]);
    expect(call.state).toMatchObject({ phase: 'live', you: { id: 'p1' }, peer: null });
  });

  it('tells what is switched on, and asks for the filter that was chosen', async () => {
    const { server } = await begin({ wish: { mode: 'picture', picture: 'beach', strength: 'strong' } });
    expect(server.line.of('media')).toEqual([{ type: 'media', audio: true, video: true }]);
    expect(server.line.of('filter')).toEqual([{ type: 'filter', mode: 'picture', picture: 'beach' }]);
    expect(server.line.of('consent')).toMatchObject([{ mood: false }]);
  });

  it('gives its consent before it asks for the mood', async () => {
    const { server } = await begin({
      wish: { mode: 'mood', picture: '', strength: 'strong' },
      consent: true,
    });
    const types = server.line.received.map((message) => message.type);
    expect(types.indexOf('consent')).toBeGreaterThan(0);
    expect(types.indexOf('consent')).toBeLessThan(types.indexOf('filter'));
    expect(server.line.of('consent')).toEqual([{ type: 'consent', mood: true, version: 3 }]);
  });

  it('calls the demo partner once, after the welcome', async () => {
    const { server } = await begin({ demo: true });
    expect(server.demos).toBe(1);
    server.line.handlers.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.lines).toHaveLength(2);
    expect(server.demos).toBe(1);
  });

  it.each(['room_full', 'room_not_found'])('ends at once when the door says %s', async (code) => {
    const server = new FakeServer();
    server.refusals = [code];
    const { call, done } = await begin({}, server);
    await done;
    expect(call.state).toMatchObject({ phase: 'ended', end: { reason: code } });
    expect(server.lines).toHaveLength(0);
  });

  it('passes candidates both ways, and keeps an early one for after the answer', async () => {
    const server = new FakeServer();
    const { peer } = await begin({}, server);
    peer().find({ candidate: 'a', sdpMid: '0' });
    peer().find(null);
    expect(server.line.of('candidate')).toEqual([
      { type: 'candidate', candidate: { candidate: 'a', sdpMid: '0' } },
      { type: 'candidate', candidate: null },
    ]);
    server.line.say({ type: 'candidate', candidate: { candidate: 'b', sdpMid: '0', sdpMLineIndex: 0 } });
    server.line.say({ type: 'candidate', candidate: null });
    await vi.advanceTimersByTimeAsync(0);
    expect(peer().candidates.map((candidate) => candidate?.candidate)).toEqual(['b', undefined]);
  });
});

describe('in the call', () => {
  it('refuses the mood without a yes, and falls back to a blur when the yes is withdrawn', async () => {
    const { call, server } = await begin();
    expect(call.setFilter(wishFor('mood'))).toBe(false);
    expect(server.line.of('filter')).toHaveLength(1);
    call.setConsent(true);
    expect(call.setFilter(wishFor('mood'))).toBe(true);
    call.setShareMood(true);
    call.setConsent(false);
    expect(server.line.of('consent').map((message) => message.mood)).toEqual([false, true, false]);
    expect(server.line.of('filter').map((message) => message.mode)).toEqual(['off', 'mood', 'blur']);
    expect(call.state).toMatchObject({
      consent: false,
      shareMood: false,
      mood: null,
      wish: { mode: 'blur' },
    });
  });

  it('rests the light of the mood on the same yes', async () => {
    const { call, server } = await begin();
    expect(call.setFilter(wishFor('tint'))).toBe(false);
    call.setConsent(true);
    expect(call.setFilter(wishFor('tint'))).toBe(true);
    call.setConsent(false);
    expect(server.line.of('filter').at(-1)).toEqual({ type: 'filter', mode: 'blur', strength: 'strong' });
  });

  it('says how strong a blur is, and which picture of its own it wants', async () => {
    const { call, server } = await begin();
    call.setFilter({ mode: 'blur', picture: 'beach', strength: 'light' });
    call.setFilter({ mode: 'picture', picture: 'own:42', strength: 'light' });
    expect(server.line.of('filter').slice(1)).toEqual([
      { type: 'filter', mode: 'blur', strength: 'light' },
      { type: 'filter', mode: 'picture', picture: 'own:42' },
    ]);
    const state = { participant_id: 'p1', mode: 'blur', strength: 'light', state: 'active' };
    server.line.say({ type: 'filter_state', ...state });
    expect(call.state.you?.filter).toMatchObject({ mode: 'blur', strength: 'light' });
  });

  it('hides the room of who comes with a picture that is gone', async () => {
    const { call, server } = await begin({ wish: { mode: 'picture', picture: 'own:7', strength: 'strong' } });
    server.line.say({ type: 'error', code: 'unknown_picture', message: 'x', fatal: false, ref: 'filter' });
    expect(call.state.wish.mode).toBe('blur');
    expect(server.line.of('filter').at(-1)).toMatchObject({ mode: 'blur' });
  });

  it('says who wants little motion, on each new line and when that changes', async () => {
    const { call, server } = await begin({ reducedMotion: true });
    expect(server.line.of('motion')).toEqual([{ type: 'motion', reduced: true }]);
    call.setReducedMotion(true);
    call.setReducedMotion(false);
    expect(server.line.of('motion').map(({ reduced }) => reduced)).toEqual([true, false]);
    server.line.handlers.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.line.of('motion')).toEqual([{ type: 'motion', reduced: false }]);
  });

  it('offers what the server offers now', async () => {
    const { call, server } = await begin();
    const filters = { ...FILTERS, pictures: [] };
    server.line.say({ type: 'filters', filters });
    expect(call.state.filters?.pictures).toEqual([]);
  });

  it('goes back to what the server really does when it refuses a wish', async () => {
    const { call, server } = await begin();
    const off = { participant_id: 'p1', mode: 'off', state: 'off' };
    server.line.say({ type: 'filter_state', ...off });
    call.setFilter({ ...wishFor('picture'), picture: 'gone' });
    server.line.say({ type: 'error', code: 'unknown_picture', message: 'x', fatal: false, ref: 'filter' });
    expect(call.state.wish.mode).toBe('off');
    expect(call.state.notice).toMatchObject({ code: 'unknown_picture' });
  });

  it('shows a line of chat at once and confirms it by the echo', async () => {
    const { call, server } = await begin();
    server.silent = true;
    expect(call.say('  ')).toBeNull();
    expect(call.say('x'.repeat(2001))).toBeNull();
    const id = call.say(' 안녕 ');
    expect(call.state.chat).toMatchObject([{ id, text: '안녕', mine: true, pending: true }]);
    server.line.say({
      type: 'chat',
      id,
      from: 'p1',
      name: 'Jiwoo',
      text: '안녕',
      at: '2026-01-02T03:04:05Z',
    });
    server.line.say({ type: 'chat', id, from: 'p2', name: 'Min', text: '네', at: '2026-01-02T03:04:06Z' });
    expect(call.state.chat.map(({ text, pending, mine }) => [text, pending, mine])).toEqual([
      ['안녕', false, true],
      ['네', false, false],
    ]);
  });

  it('mutes by silence, closes the camera, and opens it again', async () => {
    const { server, local, peer, devices, stop, call } = await begin();
    const [camera, microphone] = devices.opened;
    await local.switchMicrophone(stop.signal, false);
    expect(microphone?.enabled).toBe(false);
    await local.switchCamera(stop.signal, false);
    expect(camera?.stopped).toBe(true);
    expect(peer().lines[1]?.sent).toBeNull();
    expect(server.line.of('media').at(-1)).toEqual({ type: 'media', audio: false, video: false });
    expect(call.state).toMatchObject({ microphone: false, camera: false });
    await local.switchCamera(stop.signal, true);
    expect(peer().lines[1]?.sent).toBe(devices.opened[2]);
    expect(server.line.of('media').at(-1)).toEqual({ type: 'media', audio: false, video: true });
  });

  it('takes moods only of those who are here, and its own only with a yes', async () => {
    const server = new FakeServer();
    server.peer = person('p2', 'Min');
    const { call, peer } = await begin({}, server);
    const mood = { type: 'mood', label: 'happy', confidence: 0.8, scene: 'happy' };
    peer().data({ ...mood, participant_id: 'p1' });
    expect(call.state.mood).toBeNull();
    call.setConsent(true);
    peer().data({ ...mood, participant_id: 'p1' });
    peer().data({ ...mood, participant_id: 'p2', label: 'sad' });
    peer().data({ ...mood, participant_id: 'p9', label: 'fear' });
    peer().data({ ...mood, participant_id: 'p1', label: 'smug' });
    expect(call.state.mood).toEqual({ label: 'happy', confidence: 0.8, scene: 'happy' });
    expect(call.state.peerMood?.label).toBe('sad');
    server.line.say({ type: 'peer_mood', participant_id: 'p2', shared: false });
    expect(call.state.peerMood).toBeNull();
  });

  it('ignores what it does not know and what is broken', async () => {
    const log = vi.fn();
    const { call, server } = await begin({ log });
    const before = call.state;
    server.line.say({ type: 'confetti', amount: 3 });
    server.line.handlers.message('{');
    server.line.say({ type: 'peer_joined' });
    expect(call.state).toBe(before);
    expect(log).toHaveBeenCalledTimes(2);
  });
});

describe('ending', () => {
  it('says leave and closes everything', async () => {
    const { call, server, peer, done } = await begin();
    call.leave();
    await done;
    expect(server.line.of('leave')).toHaveLength(1);
    expect(server.line.closed).toBe(true);
    expect(peer().closed).toBe(true);
    expect(call.state).toMatchObject({ phase: 'ended', end: { reason: 'left' }, remote: null });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.joins).toBe(1);
  });

  it.each(['left', 'replaced', 'closed'])('ends without another attempt at bye %s', async (code) => {
    const { call, server, done } = await begin();
    server.line.say({ type: 'bye', code });
    await done;
    expect(call.state.end?.reason).toBe(code);
    expect(server.joins).toBe(1);
  });

  it('ends with the code of a fatal error that no retry mends', async () => {
    const { call, server, done } = await begin();
    server.line.say({ type: 'error', code: 'bad_message', message: 'x', fatal: true });
    await done;
    expect(call.state.end).toEqual({ reason: 'refused', code: 'bad_message' });
  });
});

describe('coming back', () => {
  it('joins again, negotiates anew and repeats its wishes and unconfirmed words', async () => {
    const server = new FakeServer();
    server.peer = person('p2', 'Min');
    const { call, peers, peer } = await begin(
      { wish: { mode: 'mood', picture: '', strength: 'strong' }, consent: true },
      server,
    );
    const since = call.state.togetherSince;
    server.silent = true;
    call.say('still here?');
    server.silent = false;
    server.line.handlers.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(call.state).toMatchObject({ phase: 'reconnecting', attempt: 1, peer: { id: 'p2' } });
    expect(peers[0]?.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(500);
    expect(server.line.received[0]).toEqual({ type: 'hello', ticket: 'ticket-2' });
    expect(server.line.of('consent')).toHaveLength(1);
    expect(server.line.of('filter').at(-1)?.mode).toBe('mood');
    expect(peer().remoteSdp).toEqual(['answer to offer 1']);
    expect(call.state).toMatchObject({ phase: 'live', attempt: 0, togetherSince: since });
    expect(call.state.chat).toMatchObject([{ text: 'still here?', pending: false }]);
  });

  it('tells a no that was said while there was no line', async () => {
    const { call, server } = await begin({
      wish: { mode: 'mood', picture: '', strength: 'strong' },
      consent: true,
    });
    call.setShareMood(true);
    server.line.handlers.close();
    await vi.advanceTimersByTimeAsync(0);
    call.setConsent(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.lines).toHaveLength(2);
    expect(server.line.of('consent')).toMatchObject([{ mood: false }]);
    expect(server.line.of('share_mood')).toEqual([]);
    expect(server.line.of('filter').at(-1)?.mode).toBe('blur');
  });

  it('notices a line that fell silent', async () => {
    const { call, server } = await begin();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(call.state.phase).toBe('live');
    expect(server.line.of('ping').length).toBeGreaterThan(4);
    server.silent = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(call.state.phase).toBe('reconnecting');
  });

  it('waits longer each time, can be woken, and gives up in the end', async () => {
    const { call, server, done } = await begin();
    server.refusals = new Array(60).fill('offline');
    server.line.handlers.close();
    await vi.advanceTimersByTimeAsync(500);
    expect(server.joins).toBe(2);
    await vi.advanceTimersByTimeAsync(900);
    expect(server.joins).toBe(2);
    call.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(server.joins).toBe(3);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(call.state.phase).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(90_000);
    await done;
    expect(call.state.end?.reason).toBe('lost');
    expect(server.joins).toBe(25);
  });

  it('comes back to a server that was started anew', async () => {
    const { call, server } = await begin({ wish: { mode: 'blur', picture: '', strength: 'strong' } });
    server.refusals = ['offline', 'offline'];
    server.line.say({ type: 'bye', code: 'shutdown' });
    await vi.advanceTimersByTimeAsync(0);
    expect(call.state).toMatchObject({ phase: 'reconnecting', attempt: 1 });
    await vi.advanceTimersByTimeAsync(6000);
    expect(server.joins).toBe(4);
    expect(call.state).toMatchObject({ phase: 'live', attempt: 0 });
    expect(server.line.of('filter').at(-1)?.mode).toBe('blur');
  });

  it('asks a line that may be dead after a sleep, and leaves a living one alone', async () => {
    const { call, server } = await begin();
    call.wake();
    await vi.advanceTimersByTimeAsync(4000);
    expect(server.line.of('ping')).toHaveLength(1);
    expect(server.lines).toHaveLength(1);
    server.silent = true;
    call.wake();
    call.wake();
    expect(server.line.of('ping')).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(3000);
    expect(call.state.phase).toBe('reconnecting');
    server.silent = false;
    await vi.advanceTimersByTimeAsync(600);
    expect(server.lines).toHaveLength(2);
    expect(call.state.phase).toBe('live');
  });

  it('sends the device that was changed while there was no line', async () => {
    const { server, local, devices, peer, stop } = await begin();
    server.line.handlers.close();
    await vi.advanceTimersByTimeAsync(0);
    await local.change(stop.signal, 'camera', 'desk');
    await vi.advanceTimersByTimeAsync(1000);
    expect(peer().lines[1]?.sent).toBe(devices.opened[2]);
    expect(devices.opened[2]?.device).toBe('desk');
  });

  it('is told that its seat is gone', async () => {
    const { call, server, done } = await begin();
    server.refusals = ['room_full'];
    server.line.handlers.close();
    await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(call.state.end?.reason).toBe('room_full');
  });

  it('restarts ICE when the media fails, and rejoins when that does not help', async () => {
    const { call, server, peer, peers } = await begin();
    peer().become('connected');
    expect(call.state.media).toBe('connected');
    peer().become('disconnected');
    expect(call.state.media).toBe('interrupted');
    await vi.advanceTimersByTimeAsync(4000);
    expect(peer().offers).toEqual([{ iceRestart: false }, { iceRestart: true }]);
    expect(server.line.of('offer')).toHaveLength(2);
    peer().become('connected');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(peer().offers).toHaveLength(2);
    peer().become('failed');
    await vi.advanceTimersByTimeAsync(25_000);
    expect(peers).toHaveLength(2);
    expect(server.joins).toBe(2);
    expect(call.state.phase).toBe('live');
  });
});

describe('taking the seat back from another page', () => {
  const away = {
    resume: 'p1',
    wish: { mode: 'off', picture: '', strength: 'strong' },
    consent: false,
  } as const;

  it('keeps what was chosen there, with the yes that the mood mode stands for', async () => {
    const server = new FakeServer();
    server.you = {
      filter: { mode: 'mood', picture: '', strength: 'strong', state: 'active' },
      mood_shared: true,
    };
    const { call } = await begin(away, server);
    expect(call.state).toMatchObject({ wish: { mode: 'mood' }, consent: true, shareMood: true });
    expect(server.line.of('consent')).toMatchObject([{ mood: true }]);
    expect(server.line.of('filter').map(({ mode }) => mode)).toEqual(['mood']);
    expect(server.line.of('share_mood')).toMatchObject([{ on: true }]);
  });

  it('takes a yes back with the seat that no mood is read of', async () => {
    const server = new FakeServer();
    server.you = { filter: { mode: 'blur', picture: '', strength: 'strong', state: 'active' } };
    const { call } = await begin({ ...away, consent: true }, server);
    expect(call.state).toMatchObject({ wish: { mode: 'blur' }, consent: false });
    expect(server.line.of('consent')).toMatchObject([{ mood: false }]);
  });

  it('does not take the choices of a new seat for its own', async () => {
    const server = new FakeServer();
    const wish = wishFor('blur');
    const { call } = await begin({ resume: 'p0', wish, consent: false }, server);
    expect(call.state.wish.mode).toBe('blur');
    expect(server.line.of('filter').map(({ mode }) => mode)).toEqual(['blur']);
  });

  it('does so once, not after each lost line', async () => {
    const server = new FakeServer();
    const { call } = await begin(away, server);
    call.setFilter(wishFor('blur'));
    server.line.handlers.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.line.of('filter').at(-1)?.mode).toBe('blur');
  });
});
