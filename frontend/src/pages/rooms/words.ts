/** Lengths of time in the person's language. */
import { t } from '../../i18n/index.svelte';
import { lengthParts } from './length';

export function lengthText(seconds: number): string {
  return lengthParts(seconds)
    .map(({ unit, value }) => t(`end.${unit}`, { value }))
    .join(' ');
}
