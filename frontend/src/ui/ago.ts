/** How long ago something was, as people say it. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From a week on the day itself says more. */
const WEEK = 7 * DAY;

/** In the given language: now, five minutes ago, yesterday; then the day, with its year where that is another one. */
export function ago(instant: string, now: number, language: string): string {
  const then = new Date(instant);
  // A clock that is a little fast makes nothing come from the future.
  const passed = Math.max(0, now - then.getTime());
  const say = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (passed < MINUTE) return say.format(0, 'second');
  if (passed < HOUR) return say.format(-Math.floor(passed / MINUTE), 'minute');
  if (passed < DAY) return say.format(-Math.floor(passed / HOUR), 'hour');
  if (passed < WEEK) return say.format(-Math.floor(passed / DAY), 'day');
  const sameYear = new Date(now).getFullYear() === then.getFullYear();
  const day = { month: 'short', day: 'numeric' } as const;
  return new Intl.DateTimeFormat(language, sameYear ? day : { ...day, year: 'numeric' }).format(then);
}
