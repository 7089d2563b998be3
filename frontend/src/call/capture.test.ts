import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Call } from './call';
import { FakeServer, fakeDevices, fakePeers, person, shotOf } from './fake';
import { LocalMedia } from './local';
import { EntryError, type ShotWish } from './ports';

const WISH: ShotWish = { layout: 'both', filtered: true, names: false, language: 'ko' };

async function begin() {
  const server = new FakeServer();
  server.peer = person('p2', 'Min');
  const stop = new AbortController();
  let ids = 0;
  const call = new Call({
    door: server,
    sockets: server.sockets,
    peers: fakePeers().factory,
    local: new LocalMedia(fakeDevices(), { microphone: '', camera: '' }),
    newId: () => `id${++ids}`,
    wish: { mode: 'off', picture: '', strength: 'strong' },
    consent: false,
    shareMood: false,
    reducedMotion: false,
    demo: false,
    log: () => {},
  });
  const done = call.run(stop.signal);
  await vi.advanceTimersByTimeAsync(0);
  const result = (by: string, taken: boolean, reason = '') =>
    server.line.say({ type: 'capture_result', id: 'c1', by, layout: 'both', filtered: true, taken, reason });
  const asks = (id = 'c1') =>
    server.line.say({
      type: 'capture_ask',
      id,
      from: 'p2',
      layout: 'other',
      filtered: false,
      expires_s: 20,
    });
  const lose = async () => {
    server.line.handlers.close();
    await vi.advanceTimersByTimeAsync(1000);
  };
  return { call, server, stop, done, result, asks, lose };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('taking a picture', () => {
  it('shows that it is under way, that it is taken, and keeps it before the older ones', async () => {
    const { call, server, result } = await begin();
    call.keepShot(shotOf(1));
    const taking = call.takeScreenshot(WISH);
    expect(call.state.capturing).toEqual({ wish: WISH, taken: false });
    expect(server.shots[0]?.wish).toEqual(WISH);
    result('p1', true);
    expect(call.state).toMatchObject({ capturing: { taken: true }, taken: 1, notice: { code: 'captured' } });
    server.shots[0]?.give(shotOf(2));
    expect(await taking).toBe('');
    expect(call.state.shots.map(({ id }) => id)).toEqual([2, 1]);
    expect(call.state.capturing).toBeNull();
  });

  it('takes one at a time', async () => {
    const { call, server } = await begin();
    void call.takeScreenshot(WISH);
    expect(await call.takeScreenshot(WISH)).toBe('capture_busy');
    expect(server.shots).toHaveLength(1);
  });

  it('says once why there is none', async () => {
    const { call, server, result } = await begin();
    const taking = call.takeScreenshot(WISH);
    result('p1', false, 'capture_refused');
    expect(call.state.notice).toBeNull();
    server.shots[0]?.refuse(new EntryError('capture_refused'));
    expect(await taking).toBe('capture_refused');
    expect(call.state).toMatchObject({ capturing: null, taken: 0, notice: { code: 'capture_refused' } });
    expect(call.state.shots).toEqual([]);
  });

  it('can be withdrawn while the other thinks, quietly, and not any more once it is taken', async () => {
    const { call, server, result } = await begin();
    const first = call.takeScreenshot(WISH);
    call.cancelScreenshot();
    expect(await first).toBe('');
    expect(server.shots[0]?.signal.aborted).toBe(true);
    expect(call.state).toMatchObject({ capturing: null, notice: null });
    const second = call.takeScreenshot(WISH);
    result('p1', true);
    call.cancelScreenshot();
    expect(server.shots[1]?.signal.aborted).toBe(false);
    server.shots[1]?.give(shotOf(3));
    expect(await second).toBe('');
    expect(call.state.shots).toHaveLength(1);
  });

  it('is given up with the call, but for one that is taken', async () => {
    const { call, server, done } = await begin();
    const taking = call.takeScreenshot(WISH);
    call.leave();
    await done;
    expect(await taking).toBe('');
    expect(server.shots[0]?.signal.aborted).toBe(true);
  });

  it('goes on while the line is lost', async () => {
    const { call, server, lose } = await begin();
    const taking = call.takeScreenshot(WISH);
    await lose();
    server.shots[0]?.give(shotOf(4));
    expect(await taking).toBe('');
    expect(call.state.shots).toHaveLength(1);
  });

  it('follows what becomes of a picture', async () => {
    const { call } = await begin();
    for (const id of [1, 2, 3]) call.keepShot(shotOf(id));
    call.keepShot({ ...shotOf(2), post: 9 });
    call.forgetShot(3);
    expect(call.state.shots.map(({ id, post }) => [id, post])).toEqual([
      [2, 9],
      [1, 0],
    ]);
  });
});

describe('being asked', () => {
  it.each([
    ['once', false],
    ['call', true],
    ['no', false],
  ] as const)('answers %s to the question at hand', async (allow, allowed) => {
    const { call, server, asks } = await begin();
    call.answerCapture(allow);
    expect(server.line.of('capture_answer')).toEqual([]);
    asks();
    expect(call.state.captureAsk).toEqual({ id: 'c1', layout: 'other', filtered: false, until: 1_020_000 });
    call.answerCapture(allow);
    expect(server.line.of('capture_answer')).toEqual([{ type: 'capture_answer', id: 'c1', allow }]);
    expect(call.state).toMatchObject({ captureAsk: null, captureAllowed: allowed });
  });

  it('is over with the result, and tells of a picture that was taken', async () => {
    const { call, asks, result } = await begin();
    asks();
    result('p2', false, 'capture_unanswered');
    expect(call.state).toMatchObject({ captureAsk: null, notice: null, taken: 0 });
    result('p2', true);
    expect(call.state).toMatchObject({ taken: 1, notice: { code: 'captured_by_peer', name: 'Min' } });
  });

  it('withdraws the permission, also while the line is lost', async () => {
    const { call, server, asks, lose } = await begin();
    expect(server.line.of('capture_allow')).toEqual([{ type: 'capture_allow', on: false }]);
    asks();
    call.answerCapture('call');
    await lose();
    expect(server.line.of('capture_allow')).toEqual([{ type: 'capture_allow', on: true }]);
    server.line.handlers.close();
    call.allowCaptures(false);
    expect(call.state.captureAllowed).toBe(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(server.line.of('capture_allow')).toEqual([{ type: 'capture_allow', on: false }]);
  });

  it('ends with the other person', async () => {
    const { call, server, asks } = await begin();
    asks();
    call.answerCapture('call');
    server.line.say({ type: 'peer_left', participant_id: 'p2', reason: 'left' });
    expect(call.state.captureAllowed).toBe(false);
  });
});
