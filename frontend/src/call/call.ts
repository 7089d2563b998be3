/**
 * One person's call, from the door to the goodbye: enters, negotiates, comes back after a lost line, and says
 * what the person wants. Knows no page; a view subscribes to its state.
 */
import { backoffMs, MAX_ATTEMPTS, pause } from './backoff';
import { MediaLink } from './link';
import type { LocalMedia } from './local';
import { type Allow, CHAT_LIMIT, type ClientMessage, followsMood, type ServerMessage } from './messages';
import {
  type Door,
  type Entry,
  EntryError,
  type PeerConnectionFactory,
  type Shot,
  type ShotWish,
  type SocketFactory,
} from './ports';
import { Signalling } from './signalling';
import {
  type CallEvent,
  type CallState,
  type EndReason,
  type FilterWish,
  initialState,
  reduce,
} from './state';

const STATS_MS = 2000;
/** Errors after which coming again through the door may help. */
const RETRY_CODES = new Set(['ticket_expired', 'ticket_invalid', 'internal', 'bad_sdp', 'rate_limited']);

export interface CallConfig {
  door: Door;
  sockets: SocketFactory;
  peers: PeerConnectionFactory;
  local: LocalMedia;
  newId: () => string;
  wish: FilterWish;
  consent: boolean;
  shareMood: boolean;
  /** Whether this person wants to see little motion. */
  reducedMotion: boolean;
  /** Bring the demo partner in as soon as the seat is taken. */
  demo: boolean;
  /**
   * The participant whose seat another page of the same person took over: where the seat is still theirs, what was
   * chosen there stays as it is.
   */
  resume?: string;
  log: (message: string) => void;
}

type Outcome = { kind: 'lost' } | { kind: 'ended'; reason: EndReason; code: string };

export class Call {
  readonly #config: CallConfig;
  readonly #listeners = new Set<(state: CallState) => void>();
  #state: CallState;
  #entry: Entry | null = null;
  #line: Signalling | null = null;
  #link: MediaLink | null = null;
  #leave = new AbortController();
  #wake = new AbortController();
  #shot: AbortController | null = null;
  #demoWanted: boolean;
  #resume: string;
  #reducedMotion: boolean;
  /** The server has not yet said what it does to the camera since this line stands. */
  #opening = false;

  constructor(config: CallConfig) {
    this.#config = config;
    this.#demoWanted = config.demo;
    this.#resume = config.resume ?? '';
    this.#reducedMotion = config.reducedMotion;
    this.#state = initialState({
      wish: config.wish,
      consent: config.consent,
      shareMood: config.shareMood,
      ...config.local.switched,
    });
    config.local.onchange = (kind, track) => void this.#localChanged(kind, track);
  }

  get state(): CallState {
    return this.#state;
  }

  /** Calls the listener now and after each change; returns what ends that. */
  subscribe(listener: (state: CallState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Runs until the call ended, for whatever reason; the state then says which. Aborting leaves the room. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#leave.signal]);
    let attempt = 0;
    try {
      for (;;) {
        const outcome = await this.#once(stop, () => {
          attempt = 0;
        });
        if (outcome.kind === 'ended') {
          this.#end(outcome.reason, outcome.code);
          return;
        }
        attempt++;
        if (attempt > MAX_ATTEMPTS) {
          this.#end('lost');
          return;
        }
        this.#apply({ type: 'lost', attempt });
        this.#wake = new AbortController();
        await pause(stop, backoffMs(attempt), this.#wake.signal);
      }
    } catch (error) {
      if (!stop.aborted) throw error;
      this.#end('left');
    } finally {
      this.cancelScreenshot();
      this.#closeLines();
    }
  }

  /**
   * Tries to come back now instead of after the wait, and looks whether a line that seems up still is; for a browser
   * that is online again, or was asleep.
   */
  wake(): void {
    this.#wake.abort();
    this.#line?.probe();
  }

  leave(): void {
    this.#send({ type: 'leave' });
    this.#leave.abort();
  }

  /** What follows the mood needs a yes before; without one this does nothing and returns false. */
  setFilter(wish: FilterWish): boolean {
    if (followsMood(wish.mode) && !this.#state.consent) return false;
    this.#apply({ type: 'wish', wish });
    this.#sendFilter();
    return true;
  }

  /** No takes effect at once: the analysis stops and what followed the mood becomes a blur. */
  setConsent(mood: boolean): void {
    this.#apply({ type: 'consent', mood });
    this.#sendConsent();
    if (!mood && followsMood(this.#state.wish.mode)) {
      this.setFilter({ mode: 'blur', picture: '', strength: 'strong' });
    }
  }

  /** Whether this person wants to see little motion. */
  setReducedMotion(reduced: boolean): void {
    if (reduced === this.#reducedMotion) return;
    this.#reducedMotion = reduced;
    this.#send({ type: 'motion', reduced });
  }

  setShareMood(on: boolean): void {
    if (on && !this.#state.consent) return;
    this.#apply({ type: 'share', on });
    this.#send({ type: 'share_mood', on });
  }

  /** Returns the id of the new line, or null when the text is empty or too long. */
  say(raw: string): string | null {
    const text = raw.trim();
    if (text === '' || [...text].length > CHAT_LIMIT) return null;
    const id = this.#config.newId();
    this.#apply({ type: 'said', id, text });
    this.#send({ type: 'chat', id, text });
    return id;
  }

  /** The answer to the other person who wants to take a picture. */
  answerCapture(allow: Allow): void {
    const ask = this.#state.captureAsk;
    if (ask === null) return;
    this.#apply({ type: 'answered', allow });
    this.#send({ type: 'capture_answer', id: ask.id, allow });
  }

  /** Whether the other person may take pictures of this call without asking. */
  allowCaptures(on: boolean): void {
    this.#apply({ type: 'allowed', on });
    this.#send({ type: 'capture_allow', on });
  }

  /**
   * Takes a picture of the call, one at a time. Resolves when it is kept, withdrawn or refused, then with the
   * code of the refusal.
   */
  async takeScreenshot(wish: ShotWish): Promise<string> {
    const entry = this.#entry;
    if (entry === null || this.#shot !== null) return 'capture_busy';
    this.#shot = new AbortController();
    const { signal } = this.#shot;
    this.#apply({ type: 'capturing', wish });
    try {
      this.#apply({ type: 'shot', shot: await this.#config.door.takeScreenshot(entry, wish, signal) });
      return '';
    } catch (error) {
      if (signal.aborted) return '';
      const code = error instanceof EntryError ? error.code : 'internal';
      this.#apply({ type: 'notice', code });
      return code;
    } finally {
      this.#shot = null;
      this.#apply({ type: 'capturing', wish: null });
    }
  }

  /** Withdraws the picture that the other person is asked for. One that is taken already is kept. */
  cancelScreenshot(): void {
    if (this.#state.capturing?.taken === false) this.#shot?.abort();
  }

  /** Something about one of the pictures is different now. */
  keepShot(shot: Shot): void {
    this.#apply({ type: 'shot', shot });
  }

  /** The picture is deleted. */
  forgetShot(id: number): void {
    this.#apply({ type: 'shot_gone', id });
  }

  /** Tells this person something once, as the server's own notices are told. */
  notify(code: string): void {
    this.#apply({ type: 'notice', code });
  }

  async startDemo(): Promise<void> {
    const entry = this.#entry;
    if (entry === null) return;
    try {
      await this.#config.door.demo(entry, this.#leave.signal);
    } catch (error) {
      if (this.#leave.signal.aborted) return;
      this.#apply({ type: 'notice', code: error instanceof EntryError ? error.code : 'internal' });
    }
  }

  /** One stay: through the door, socket, media; until it is lost or over. */
  async #once(stop: AbortSignal, welcomed: () => void): Promise<Outcome> {
    stop.throwIfAborted();
    try {
      this.#entry = await this.#config.door.join(stop);
    } catch (error) {
      if (stop.aborted) throw error;
      return refused(error, this.#state.phase === 'joining');
    }
    this.#apply({ type: 'entered', room: this.#entry.room });
    return this.#stay(stop, this.#entry, welcomed);
  }

  #stay(stop: AbortSignal, entry: Entry, welcomed: () => void): Promise<Outcome> {
    return new Promise<Outcome>((resolve, reject) => {
      const stats = setInterval(() => void this.#measure(), STATS_MS);
      const finish = (settle: () => void) => {
        clearInterval(stats);
        stop.removeEventListener('abort', aborted);
        this.#closeLines();
        settle();
      };
      const over = (outcome: Outcome) => finish(() => resolve(outcome));
      const aborted = () => finish(() => reject(stop.reason));
      stop.addEventListener('abort', aborted, { once: true });
      const line = new Signalling(this.#config.sockets, entry.socket_url, entry.ticket, {
        message: (message) => {
          if (message.type === 'welcome') {
            welcomed();
            this.#apply({ type: 'message', message, now: Date.now() });
            this.#settle(entry, line, over);
            return;
          }
          const outcome = this.#take(message);
          if (outcome !== null) over(outcome);
        },
        lost: () => over({ kind: 'lost' }),
        broken: (reason) => this.#config.log(`broken message: ${reason}`),
      });
      this.#line = line;
    });
  }

  /** After the welcome: says what this person wants and offers the media. */
  #settle(entry: Entry, line: Signalling, over: (outcome: Outcome) => void): void {
    this.#link?.close();
    const link = new MediaLink(this.#config.peers, entry.ice_servers, this.#config.local.tracks, {
      offer: (sdp) => line.send({ type: 'offer', sdp }),
      candidate: (candidate) => line.send({ type: 'candidate', candidate }),
      data: (message) => this.#apply({ type: 'data', message }),
      state: (state) => this.#apply({ type: 'link', state }),
      failed: (reason) => {
        this.#config.log(reason);
        over({ kind: 'lost' });
      },
    });
    this.#link = link;
    this.#apply({ type: 'remote', tracks: link.remote });
    this.#adopt();
    this.#sendMedia();
    this.#send({ type: 'motion', reduced: this.#reducedMotion });
    // A no, too: it may have been said while there was no line, and the seat remembers the yes before it.
    this.#sendConsent();
    if (this.#state.consent) this.#send({ type: 'share_mood', on: this.#state.shareMood });
    this.#opening = true;
    this.#sendFilter();
    // The seat may remember a permission that this page does not show, or missed when it was withdrawn.
    this.#send({ type: 'capture_allow', on: this.#state.captureAllowed });
    for (const said of this.#state.chat) {
      if (said.pending) this.#send({ type: 'chat', id: said.id, text: said.text });
    }
    void link.offer();
    if (this.#demoWanted) {
      this.#demoWanted = false;
      void this.startDemo();
    }
  }

  /** A seat that comes back from another page brings its choices along; its mood mode stands for the yes given there. */
  #adopt(): void {
    const { you } = this.#state;
    const back = this.#resume !== '' && you?.id === this.#resume;
    this.#resume = '';
    if (!back) return;
    const { mode, picture, strength } = you.filter;
    this.#apply({ type: 'consent', mood: followsMood(mode) });
    this.#apply({ type: 'wish', wish: { mode, picture, strength } });
    this.#apply({ type: 'share', on: followsMood(mode) && you.mood_shared });
  }

  /** Returns an outcome when the message ends the stay. */
  #take(message: ServerMessage): Outcome | null {
    switch (message.type) {
      case 'answer':
        void this.#link?.answer(message.sdp);
        return null;
      case 'candidate':
        void this.#link?.candidate(message.candidate);
        return null;
      case 'bye':
        return message.code === 'shutdown'
          ? { kind: 'lost' }
          : { kind: 'ended', reason: message.code, code: message.code };
      case 'filter_state':
        if (message.participant_id === this.#state.you?.id) this.#opening = false;
        break;
      case 'error':
        if (message.fatal) return fatal(message.code);
        if (message.ref === 'filter' || message.code === 'consent_required') this.#refusedWish();
        break;
    }
    this.#apply({ type: 'message', message, now: Date.now() });
    return null;
  }

  /** The server kept its mode: the wish goes back to what it really does. */
  #refusedWish(): void {
    const real = this.#state.you?.filter;
    if (!real) return;
    // Who came to hide the room, before a picture that is gone by now, does not want it open.
    if (this.#opening && real.mode === 'off' && this.#state.wish.mode === 'picture') {
      this.#opening = false;
      this.setFilter({ mode: 'blur', picture: '', strength: 'strong' });
      return;
    }
    const { mode, picture, strength } = real;
    this.#apply({ type: 'wish', wish: { mode, picture, strength } });
  }

  async #localChanged(kind: 'microphone' | 'camera', track: MediaStreamTrack | null): Promise<void> {
    this.#apply({ type: 'devices', ...this.#config.local.switched });
    this.#sendMedia();
    try {
      await this.#link?.replace(kind, track);
    } catch (error) {
      this.#config.log(`replace ${kind}: ${String(error)}`);
    }
  }

  async #measure(): Promise<void> {
    try {
      const quality = await this.#link?.quality();
      if (quality) this.#apply({ type: 'quality', quality });
    } catch (error) {
      this.#config.log(`read stats: ${String(error)}`);
    }
  }

  #sendMedia(): void {
    const { microphone, camera } = this.#state;
    this.#send({ type: 'media', audio: microphone, video: camera });
  }

  #sendConsent(): void {
    const version = this.#state.filters?.consent_version ?? 1;
    this.#send({ type: 'consent', mood: this.#state.consent, version });
  }

  #sendFilter(): void {
    const { mode, picture, strength } = this.#state.wish;
    if (mode === 'picture') this.#send({ type: 'filter', mode, picture });
    else if (mode === 'blur') this.#send({ type: 'filter', mode, strength });
    else this.#send({ type: 'filter', mode });
  }

  #send(message: ClientMessage): void {
    this.#line?.send(message);
  }

  #closeLines(): void {
    this.#line?.close();
    this.#link?.close();
    this.#line = null;
    this.#link = null;
  }

  #end(reason: EndReason, code = ''): void {
    this.#apply({ type: 'ended', reason, code });
  }

  #apply(event: CallEvent): void {
    this.#state = reduce(this.#state, event);
    for (const listener of this.#listeners) listener(this.#state);
  }
}

/** What a refusal at the door means: final for the room's own answers, else worth another attempt. */
function refused(error: unknown, first: boolean): Outcome {
  const code = error instanceof EntryError ? error.code : 'internal';
  if (code === 'room_full' || code === 'room_not_found') return { kind: 'ended', reason: code, code };
  if (code === 'offline' || !first) return { kind: 'lost' };
  return { kind: 'ended', reason: 'refused', code };
}

function fatal(code: string): Outcome {
  if (code === 'replaced') return { kind: 'ended', reason: 'replaced', code };
  if (code === 'room_full' || code === 'room_not_found') return { kind: 'ended', reason: code, code };
  if (RETRY_CODES.has(code)) return { kind: 'lost' };
  return { kind: 'ended', reason: 'refused', code };
}
