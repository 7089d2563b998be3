/** What went wrong, for people. */
import { EntryError } from '../call/ports';
import { tCode } from '../i18n/index.svelte';
import { messages } from './messages.svelte';

/** The stable code of a refusal. */
export function problemOf(error: unknown): string {
  return error instanceof EntryError ? error.code : 'internal';
}

/** The sentence for a code of the server in the person's language. */
export function problemText(code: string): string {
  return tCode('problem', code, 'problem.other');
}

/** Says what went wrong in passing, unless whoever asked is gone. */
export function sayProblem(error: unknown, signal?: AbortSignal): void {
  if (signal?.aborted) return;
  messages.say(problemText(problemOf(error)), { bad: true });
}
