/**
 * What a person said to the reading of their expression, so that they are asked once for each version of the text:
 * in the account of who has one, else in this browser. Only a yes to the text of today counts.
 */
import type { Consent, ConsentAnswer } from './api/account';

export interface ConsentPorts {
  account: {
    consent(signal: AbortSignal): Promise<Consent>;
    answer(signal: AbortSignal, body: ConsentAnswer): Promise<Consent>;
  };
  memory: { get(key: 'consent'): string; set(key: 'consent', value: string): void };
  /** Whether somebody is logged in. */
  known: () => boolean;
}

/** A no that the account has not heard of yet. */
const UNHEARD = 'no';
const yesTo = (version: number) => `yes:${version}`;

export type ConsentBook = ReturnType<typeof createConsentBook>;

export function createConsentBook({ account, memory, known }: ConsentPorts) {
  /** The answers go to the account one after the other, in the order in which they were given. */
  let last: Promise<unknown> = Promise.resolve();
  let given = 0;
  const tell = (signal: AbortSignal, mood: boolean, version: number): Promise<void> => {
    const mine = ++given;
    const told = last
      .catch(() => {})
      .then(async () => {
        await account.answer(signal, { mood, share: false, version });
        // A later answer is still to be heard.
        if (mine === given) memory.set('consent', '');
      });
    last = told;
    return told;
  };
  return {
    /** Whether there is a yes to this version. Where that cannot be told there is none. */
    async said(signal: AbortSignal, version: number): Promise<boolean> {
      if (!known()) return memory.get('consent') === yesTo(version);
      try {
        if (memory.get('consent') === UNHEARD) {
          await tell(signal, false, version);
          return false;
        }
        const consent = await account.consent(signal);
        return consent.mood && consent.version === version;
      } catch {
        return false;
      }
    },
    /**
     * Keeps the answer. False: the account could not be told. A no holds in this browser all the same, and is told
     * the next time.
     */
    async keep(signal: AbortSignal, mood: boolean, version: number): Promise<boolean> {
      if (!known()) {
        memory.set('consent', mood ? yesTo(version) : '');
        return true;
      }
      memory.set('consent', mood ? '' : UNHEARD);
      try {
        await tell(signal, mood, version);
        return true;
      } catch {
        return false;
      }
    },
  };
}
