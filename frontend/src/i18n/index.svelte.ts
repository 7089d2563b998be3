/** The language of the page. Texts are read through t() and change with it. */
import { memory } from '../browser/memory';
import { en } from './en';
import { fill, type Key, type Language, pickLanguage } from './format';
import { ko, type Texts } from './ko';

export type { Key, Language };

const texts: Record<Language, Texts> = { ko, en };

class Locale {
  language = $state<Language>(
    pickLanguage(memory.get('language'), navigator.languages ?? [navigator.language]),
  );

  choose(language: Language): void {
    this.language = language;
    memory.set('language', language);
  }
}

export const locale = new Locale();

export function t(key: Key, values?: Record<string, string | number>): string {
  return fill(texts[locale.language][key], values);
}

/** A text whose key is made from a code of the server; `otherwise` where there is none for it. */
export function tCode(prefix: string, code: string, otherwise: Key, values?: Record<string, string>): string {
  const key = `${prefix}.${code}`;
  return t(Object.hasOwn(ko, key) ? (key as Key) : otherwise, { code, ...values });
}
