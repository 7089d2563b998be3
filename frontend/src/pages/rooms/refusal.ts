/** Why somebody is not in a call (any more), and what they can do about it. */

/** What is known of a room before anybody asks for a seat. */
export interface Door {
  state: 'live' | 'paused' | 'ended';
  allow_guests: boolean;
  present: number;
}

/**
 * The code with which the server is going to refuse, so that nobody sets up camera and name for nothing; empty:
 * it may let them in. Through a door that is closed only who has a seat comes back: where all are free, nobody.
 */
export function refusalAhead(door: Door, guest: boolean): string {
  if (guest && !door.allow_guests) return 'guests_not_allowed';
  return door.state === 'paused' && door.present === 0 ? 'room_paused' : '';
}

/** The pages that there are for the end of a call. */
const KINDS = [
  'left',
  'closed',
  'replaced',
  'lost',
  'room_full',
  'room_not_found',
  'room_paused',
  'guests_not_allowed',
  'account_disabled',
  'login_required',
  'server_busy',
  'offline',
] as const;
export type Ending = (typeof KINDS)[number] | 'refused';

/** Codes that mean to a person what another one does. */
const SAME: Record<string, Ending> = {
  session_ended: 'login_required',
  token_expired: 'login_required',
  token_invalid: 'login_required',
  rate_limited: 'server_busy',
  server_stopping: 'server_busy',
  user_not_found: 'account_disabled',
};

/** The page for the reason that a call gives, or for the server's code behind it. */
export function endingOf(reason: string, code: string): Ending {
  for (const word of [reason, code]) {
    const known = KINDS.find((kind) => kind === word) ?? (Object.hasOwn(SAME, word) ? SAME[word] : undefined);
    if (known !== undefined) return known;
  }
  return 'refused';
}

export type Again = 'again' | 'here' | 'retry' | 'none';

/** What the button that tries once more stands for. */
export function againOf(ending: Ending): Again {
  switch (ending) {
    case 'left':
    case 'lost':
      return 'again';
    case 'replaced':
      return 'here';
    case 'closed':
    case 'room_not_found':
    case 'account_disabled':
    case 'guests_not_allowed':
    case 'login_required':
      return 'none';
    default:
      return 'retry';
  }
}
