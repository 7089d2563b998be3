/** What one hears and feels of a call that waits: made here, of a few soft tones. */
import { oneTab } from './tabs';

/** A tone of a pattern: its pitch in Hz, when it begins and how long it lasts, in seconds. */
interface Tone {
  pitch: number;
  at: number;
  lasts: number;
}

interface Pattern {
  tones: Tone[];
  /** After so many seconds it begins anew. */
  every: number;
  /** 0..1 */
  loud: number;
}

/** Up a fourth and back, twice: friendly, and unlike any telephone's. */
const RINGTONE: Pattern = {
  tones: [
    { pitch: 659.26, at: 0, lasts: 0.42 },
    { pitch: 880, at: 0.22, lasts: 0.6 },
    { pitch: 659.26, at: 0.85, lasts: 0.42 },
    { pitch: 880, at: 1.07, lasts: 0.9 },
  ],
  every: 3.2,
  loud: 0.22,
};

/** What who calls hears while it rings there. */
const RINGBACK: Pattern = {
  tones: [
    { pitch: 440, at: 0, lasts: 0.9 },
    { pitch: 523.25, at: 0.08, lasts: 0.82 },
  ],
  every: 3,
  loud: 0.07,
};

/** Rings until the signal aborts, in one tab of the browser; in silence where the browser allows no sound. */
export function playRingtone(signal: AbortSignal): void {
  vibrate(signal);
  play(RINGTONE, signal, (run) => oneTab('ringtone', signal, run));
}

/** The caller's tone until the signal aborts. */
export function playRingback(signal: AbortSignal): void {
  play(RINGBACK, signal, (run) => run());
}

function play(
  pattern: Pattern,
  signal: AbortSignal,
  alone: (run: () => Promise<void>) => Promise<void>,
): void {
  if (signal.aborted || typeof AudioContext === 'undefined') return;
  const context = new AudioContext();
  const end = new AbortController();
  const stop = () => {
    end.abort();
    void context.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  let begun = false;
  // A page that nobody pressed on yet is not heard: it waits for the first press.
  const begin = async () => {
    await context.resume();
    if (begun || signal.aborted || context.state !== 'running') return;
    begun = true;
    await alone(() => repeat(context, pattern, signal));
  };
  const start = () => void begin().catch(() => {});
  for (const press of ['pointerdown', 'keydown']) addEventListener(press, start, { signal: end.signal });
  start();
}

/** Resolves when the signal aborts. */
function repeat(context: AudioContext, pattern: Pattern, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const once = () => sound(context, pattern);
    const timer = setInterval(once, pattern.every * 1000);
    signal.addEventListener(
      'abort',
      () => {
        clearInterval(timer);
        resolve();
      },
      { once: true },
    );
    once();
  });
}

function sound(context: AudioContext, { tones, loud }: Pattern): void {
  for (const { pitch, at, lasts } of tones) {
    const from = context.currentTime + 0.02 + at;
    const gain = new GainNode(context, { gain: 0 });
    // A soft beginning and a long fading away: no click, no alarm.
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(loud, from + 0.03);
    gain.gain.exponentialRampToValueAtTime(loud / 300, from + lasts);
    gain.connect(context.destination);
    const tone = new OscillatorNode(context, { type: 'sine', frequency: pitch });
    tone.connect(gain);
    tone.start(from);
    tone.stop(from + lasts);
    tone.onended = () => gain.disconnect();
  }
}

const SHAKE = [280, 160, 280];
const SHAKE_EVERY_MS = 2400;

/** Browsers shake nothing before the person pressed on the page, and complain where one tries. */
function vibrate(signal: AbortSignal): void {
  if (!('vibrate' in navigator)) return;
  const shake = () => {
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate(SHAKE);
  };
  const timer = setInterval(shake, SHAKE_EVERY_MS);
  signal.addEventListener(
    'abort',
    () => {
      clearInterval(timer);
      if (navigator.userActivation?.hasBeenActive) navigator.vibrate(0);
    },
    { once: true },
  );
  shake();
}
