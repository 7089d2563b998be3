/** Choosing the language and filling in texts; no page, no state. */
import type { Texts } from './ko';

export type Language = 'ko' | 'en';
export type Key = keyof Texts;

/** The first of the person's languages that we speak; Korean when there is none. */
export function pickLanguage(saved: string, wanted: readonly string[]): Language {
  for (const tag of [saved, ...wanted]) {
    const base = tag.toLowerCase().split('-')[0];
    if (base === 'ko' || base === 'en') return base;
  }
  return 'ko';
}

export function fill(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
