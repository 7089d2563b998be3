import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeServer, ringOf } from './fake';
import { Line, type LineEnd, type LineState, waitMs } from './line';
import type { ServerMessage } from './messages';
import { GREETING_MS, PULSE_MS, SILENCE_MS } from './visit';

async function begin(server = new FakeServer(), renew = vi.fn(async (_: AbortSignal) => true)) {
  const stop = new AbortController();
  const heard: ServerMessage[] = [];
  const states: LineState[] = [];
  const logged: string[] = [];
  const line = new Line({
    sockets: server.factory,
    renew,
    message: (message) => heard.push(message),
    state: (state) => states.push(state),
    log: (text) => logged.push(text),
  });
  let end: LineEnd | 'aborted' | null = null;
  const done = line.run(stop.signal).then(
    (why) => {
      end = why;
    },
    () => {
      end = 'aborted';
    },
  );
  await vi.advanceTimersByTimeAsync(0);
  return { server, line, stop, heard, states, logged, renew, done, end: () => end };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a line', () => {
  it('says hello without a token, and passes on what it hears but what is its own business', async () => {
    const { server, heard, states } = await begin();
    expect(server.socket.path).toBe('/ws/notify/');
    expect(server.socket.subprotocol).toBe('pp-enter.notify.v1');
    expect(server.socket.received).toEqual([{ type: 'hello' }]);
    const ring = ringOf(5, 7, 8);
    server.socket.say({ type: 'ring', ...ring });
    server.socket.say({ type: 'confetti' });
    server.socket.say({ type: 'pong', t: 1 });
    expect(heard).toEqual([
      { type: 'hello', protocol: 1, user: 8, unread: 0, rings: [] },
      { type: 'ring', ...ring },
    ]);
    expect(states).toEqual(['connecting', 'open']);
  });

  it('tells of what it does not understand, and goes on', async () => {
    const { server, heard, logged } = await begin();
    server.socket.handlers.message('{"type":"ring"}');
    server.socket.say({ type: 'ring_stopped', ring_id: 5, room_id: 42, reason: 'missed' });
    expect(logged).toEqual([expect.stringContaining('id: wanted number')]);
    expect(heard.at(-1)).toMatchObject({ type: 'ring_stopped' });
  });

  it('ends with its signal, and hears nothing any more', async () => {
    const { server, heard, stop, done, end } = await begin();
    stop.abort();
    await done;
    expect(end()).toBe('aborted');
    expect(server.socket.closed).toBe(true);
    server.socket.hello();
    await pass(100_000);
    expect(heard).toHaveLength(1);
    expect(server.sockets).toHaveLength(1);
  });
});

describe('coming again', () => {
  it('comes after a network loss and after a restart, and waits longer each time in vain', async () => {
    const { server, states, heard } = await begin();
    server.up = false;
    server.socket.bye('shutdown');
    await pass(999);
    expect(server.sockets).toHaveLength(1);
    await pass(1);
    expect(server.sockets).toHaveLength(2);
    await pass(1999);
    expect(server.sockets).toHaveLength(2);
    await pass(1);
    expect(server.sockets).toHaveLength(3);
    server.up = true;
    await pass(4000);
    expect(server.sockets).toHaveLength(4);
    expect(states.slice(-3)).toEqual(['waiting', 'connecting', 'open']);
    expect(heard.filter(({ type }) => type === 'hello')).toHaveLength(2);
    server.socket.handlers.close();
    await pass(1000);
    expect(server.sockets).toHaveLength(5);
  });

  it('waits a minute at most, with much chance in it', () => {
    expect([1, 2, 3, 7, 50].map((attempt) => waitMs(attempt, () => 0.5))).toEqual([
      1000, 2000, 4000, 60_000, 60_000,
    ]);
    expect(waitMs(7, () => 0)).toBe(30_000);
    expect(waitMs(7, () => 0.999)).toBeGreaterThan(89_000);
  });

  it('comes at once when the network is there again', async () => {
    const { server, line } = await begin();
    server.up = false;
    server.socket.handlers.close();
    await pass(60_000);
    server.up = true;
    const before = server.sockets.length;
    line.wake();
    await pass(0);
    expect(server.sockets).toHaveLength(before + 1);
    expect(server.socket.received).toEqual([{ type: 'hello' }]);
  });

  it('gives up on a server that takes the socket and says nothing', async () => {
    const server = new FakeServer();
    server.silent = true;
    await begin(server);
    await pass(GREETING_MS);
    expect(server.socket.closed).toBe(true);
    server.silent = false;
    await pass(1000);
    expect(server.sockets).toHaveLength(2);
  });

  it('notices a dead line by its pulse', async () => {
    const { server } = await begin();
    await pass(PULSE_MS * 4);
    expect(server.socket.pings()).toBe(4);
    expect(server.sockets).toHaveLength(1);
    server.silent = true;
    await pass(PULSE_MS + SILENCE_MS);
    expect(server.sockets[0]?.closed).toBe(true);
    server.silent = false;
    await pass(1000);
    expect(server.sockets).toHaveLength(2);
  });

  it('looks at the line at once after a sleep', async () => {
    const { server, line } = await begin();
    server.silent = true;
    line.turn();
    line.turn();
    expect(server.socket.pings()).toBe(1);
    await pass(SILENCE_MS + 1000);
    expect(server.sockets).toHaveLength(2);
  });
});

describe('the end of a token', () => {
  it.each(['token_expired', 'token_invalid', 'session_ended', 'login_required'])(
    '%s: gets a new one and comes at once',
    async (code) => {
      const { server, renew } = await begin();
      server.socket.bye(code);
      await pass(0);
      expect(renew).toHaveBeenCalledTimes(1);
      expect(server.sockets).toHaveLength(2);
    },
  );

  it('ends for good when nobody is logged in', async () => {
    const renew = vi.fn(async () => false);
    const { server, end } = await begin(new FakeServer(), renew);
    server.socket.bye('session_ended');
    await pass(100_000);
    expect(end()).toBe('nobody');
    expect(server.sockets).toHaveLength(1);
  });

  it('does not hammer a server that refuses the new token, too', async () => {
    const server = new FakeServer();
    server.silent = true;
    const { renew } = await begin(server);
    server.socket.bye('token_invalid');
    await pass(0);
    server.socket.bye('token_invalid');
    await pass(999);
    expect(renew).toHaveBeenCalledTimes(1);
    expect(server.sockets).toHaveLength(2);
    await pass(1);
    expect(server.sockets).toHaveLength(3);
    server.socket.bye('token_invalid');
    await pass(0);
    expect(renew).toHaveBeenCalledTimes(2);
  });

  it('waits where the server cannot be asked for a token', async () => {
    const renew = vi.fn(async () => Promise.reject(new Error('offline')));
    const { server, states, end } = await begin(new FakeServer(), renew);
    server.socket.bye('token_expired');
    await pass(999);
    expect(states.at(-1)).toBe('waiting');
    expect(end()).toBeNull();
    await pass(1);
    expect(server.sockets).toHaveLength(2);
  });
});

describe('a server that does not want this page', () => {
  it('is left alone after bad_message', async () => {
    const { server, end, line } = await begin();
    server.socket.bye('bad_message');
    line.turn();
    await pass(1_000_000);
    expect(end()).toBe('unwanted');
    expect(server.sockets).toHaveLength(1);
  });

  it('is left alone after replaced, until the person turns to the page', async () => {
    const { server, states, line } = await begin();
    server.socket.bye('replaced');
    await pass(1_000_000);
    line.wake();
    await pass(0);
    expect(server.sockets).toHaveLength(1);
    expect(states.at(-1)).toBe('away');
    line.turn();
    await pass(0);
    expect(server.sockets).toHaveLength(2);
  });
});
