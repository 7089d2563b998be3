/** How long two people were together in one call, also where the other one was away in between. */
export interface Together {
  /** Milliseconds of the times that are over. */
  past: number;
  /** Since when (ms) they are together now; null: they are not. */
  since: number | null;
}

export const APART: Together = { past: 0, since: null };

/** What is known after the call said since when both are there. */
export function follow(known: Together, since: number | null, now: number): Together {
  if (since === known.since) return known;
  const past = known.past + (known.since === null ? 0 : Math.max(0, now - known.since));
  return { past, since };
}

/** All of it until now, in whole seconds; 0: they never were together. */
export function secondsOf(known: Together, now: number): number {
  const { past } = follow(known, null, now);
  return past > 0 ? Math.max(1, Math.floor(past / 1000)) : 0;
}

/** The parts of a length that are worth saying: hours and minutes, or minutes and seconds. */
export function lengthParts(seconds: number): { unit: 'hours' | 'minutes' | 'seconds'; value: number }[] {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const all = [
    { unit: 'hours' as const, value: hours },
    { unit: 'minutes' as const, value: minutes },
    { unit: 'seconds' as const, value: hours > 0 ? 0 : seconds % 60 },
  ];
  const parts = all.filter(({ value }) => value > 0);
  return parts.length > 0 ? parts : [{ unit: 'seconds', value: 0 }];
}
