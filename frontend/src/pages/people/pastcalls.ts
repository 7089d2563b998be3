/** What became of a past call, in words. */
import type { PastCall } from '../../api/people';
import type { Key } from '../../i18n/index.svelte';

type Kind = PastCall['kind'];

const INCOMING: Record<Kind, Key> = {
  call: 'past.call',
  missed: 'past.missed',
  // Whoever rang gave up before one came: to whom it rang that is a call missed.
  cancelled: 'past.missed',
  declined: 'past.declined',
  busy: 'past.mebusy',
};

const OUTGOING: Record<Kind, Key> = {
  call: 'past.call',
  missed: 'past.unanswered',
  cancelled: 'past.cancelled',
  declined: 'past.refused',
  busy: 'past.busy',
};

export function outcomeOf({ kind, outgoing }: Pick<PastCall, 'kind' | 'outgoing'>): Key {
  return (outgoing ? OUTGOING : INCOMING)[kind];
}

/** Whether somebody wanted to talk and one did not come. */
export function isMissed({ kind, outgoing }: Pick<PastCall, 'kind' | 'outgoing'>): boolean {
  return !outgoing && (kind === 'missed' || kind === 'cancelled' || kind === 'busy');
}

/** The one person of a call who can be called again. */
export function partnerOf({ with: others }: Pick<PastCall, 'with'>) {
  const known = others.flatMap(({ person }) => (person === undefined ? [] : [person]));
  return known.length === 1 ? (known[0] ?? null) : null;
}
