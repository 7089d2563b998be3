/** Doing something about a person from a page: what is said when it worked, and when it did not. */

import { wantsLogin } from '../api/client';
import type { Person } from '../api/people';
import { t } from '../i18n/index.svelte';
import { router } from '../router.svelte';
import { loginFor } from '../routes';
import { session } from '../session.svelte';
import { messages } from './messages.svelte';
import { sayProblem } from './problem';
import type { Act } from './relation';
import type { Tie } from './tie.svelte';

/** What is done is said, unless the button itself shows it. */
const SAID = ['cancel', 'reject', 'unfriend', 'block', 'unblock'] as const;

/** Says what an act led to. */
export function sayDone(act: Act | 'unblock', { nickname: name }: Person, friends: boolean): void {
  if (act === 'ask' || act === 'accept') {
    messages.say(t(friends ? 'people.accept.done' : 'people.ask.done', { name }));
    return;
  }
  const said = SAID.find((one) => one === act);
  if (said !== undefined) messages.say(t(`people.${said}.done`, { name }));
}

/** Who is not logged in any more goes to the login, and comes back here. True: that was it. */
export function toLogin(error: unknown): boolean {
  if (!wantsLogin(error)) return false;
  session.lost();
  router.go(loginFor(location.pathname + location.search));
  return true;
}

/** Does something about a person, and says how it went. */
export async function attempt(tie: Tie, act: Act, gone: AbortSignal): Promise<void> {
  const { profile } = tie;
  if (profile === null) return;
  try {
    const done = await tie.act(act);
    if (done && !gone.aborted) sayDone(act, profile, tie.profile?.relation === 'friends');
  } catch (error) {
    if (gone.aborted || toLogin(error)) return;
    sayProblem(error);
  }
}
