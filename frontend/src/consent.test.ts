import { beforeEach, describe, expect, it } from 'vitest';
import type { Consent, ConsentAnswer } from './api/account';
import { createConsentBook } from './consent';

const VERSION = 3;
const { signal } = new AbortController();

let kept: string;
let there: Consent;
let answers: ConsentAnswer[];
let offline: boolean;

function book(known: boolean) {
  return createConsentBook({
    known: () => known,
    memory: {
      get: () => kept,
      set: (_, value) => {
        kept = value;
      },
    },
    account: {
      async consent() {
        if (offline) throw new Error('offline');
        return there;
      },
      async answer(_, body) {
        if (offline) throw new Error('offline');
        answers.push(body);
        there = { ...there, ...body };
        return there;
      },
    },
  });
}

beforeEach(() => {
  kept = '';
  answers = [];
  offline = false;
  there = { mood: false, share: false, version: 0, at: null, current_version: VERSION, mood_enabled: true };
});

describe('a guest', () => {
  it('is asked once for each version of the text, in this browser', async () => {
    const guest = book(false);
    expect(await guest.said(signal, VERSION)).toBe(false);
    expect(await guest.keep(signal, true, VERSION)).toBe(true);
    expect(await guest.said(signal, VERSION)).toBe(true);
    expect(await guest.said(signal, VERSION + 1)).toBe(false);
    await guest.keep(signal, false, VERSION);
    expect(await guest.said(signal, VERSION)).toBe(false);
    expect(kept).toBe('');
    expect(answers).toEqual([]);
  });
});

describe('somebody with an account', () => {
  it('keeps the answer there, with its version, and nothing in this browser', async () => {
    const person = book(true);
    expect(await person.said(signal, VERSION)).toBe(false);
    await person.keep(signal, true, VERSION);
    expect(answers).toEqual([{ mood: true, share: false, version: VERSION }]);
    expect(await person.said(signal, VERSION)).toBe(true);
    expect(await person.said(signal, VERSION + 1)).toBe(false);
    expect(kept).toBe('');
    await person.keep(signal, false, VERSION);
    expect(answers.at(-1)).toEqual({ mood: false, share: false, version: VERSION });
    expect(await person.said(signal, VERSION)).toBe(false);
  });

  it('does not count the yes of a guest before', async () => {
    kept = `yes:${VERSION}`;
    expect(await book(true).said(signal, VERSION)).toBe(false);
  });

  it('is asked where the account cannot be read', async () => {
    there = { ...there, mood: true, version: VERSION };
    offline = true;
    expect(await book(true).said(signal, VERSION)).toBe(false);
  });

  it('has a no count although the account did not hear it, and tells it later', async () => {
    there = { ...there, mood: true, version: VERSION };
    offline = true;
    expect(await book(true).keep(signal, false, VERSION)).toBe(false);
    offline = false;
    expect(await book(true).said(signal, VERSION)).toBe(false);
    expect(there.mood).toBe(false);
    expect(kept).toBe('');
  });

  it('says yes again after a no that was not heard', async () => {
    offline = true;
    await book(true).keep(signal, false, VERSION);
    offline = false;
    await book(true).keep(signal, true, VERSION);
    expect(await book(true).said(signal, VERSION)).toBe(true);
  });

  it('says a quick no after the yes, however long the yes takes', async () => {
    let go = () => {};
    const slow = new Promise<void>((done) => {
      go = done;
    });
    const person = createConsentBook({
      known: () => true,
      memory: { get: () => kept, set: (_, value) => (kept = value) },
      account: {
        consent: async () => there,
        async answer(_, body) {
          if (body.mood) await slow;
          answers.push(body);
          return there;
        },
      },
    });
    const yes = person.keep(signal, true, VERSION);
    const no = person.keep(signal, false, VERSION);
    expect(kept).toBe('no');
    go();
    expect(await yes).toBe(true);
    expect(kept).toBe('no');
    expect(await no).toBe(true);
    expect(answers.map(({ mood }) => mood)).toEqual([true, false]);
    expect(kept).toBe('');
  });
});
