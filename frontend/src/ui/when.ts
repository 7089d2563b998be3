/** Points in time as the person's language writes them. */
import { locale } from '../i18n/index.svelte';

/** Day and time of an instant as the server writes it. */
export function when(instant: string): string {
  return new Intl.DateTimeFormat(locale.language, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(instant),
  );
}

/** The day alone. */
export function day(instant: string): string {
  return new Intl.DateTimeFormat(locale.language, { dateStyle: 'medium' }).format(new Date(instant));
}
