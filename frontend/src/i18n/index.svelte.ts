/** The language of the page. Texts are read through t() and change with it. */
import { memory } from '../browser/memory';
import { fill, type Key, type Language, pickLanguage } from './format';
import type { Texts } from './ko';

export type { Key, Language };

/** Only the language that is spoken is fetched. */
const LOADERS: Record<Language, () => Promise<Texts>> = {
  ko: async () => (await import('./ko')).ko,
  en: async () => (await import('./en')).en,
};

class Locale {
  language = $state<Language>(
    pickLanguage(memory.get('language'), navigator.languages ?? [navigator.language]),
  );
  /** Empty before the start. */
  texts = $state.raw<Partial<Texts>>({});
  #wanted: Language = this.language;

  /** Fetches the texts. Nothing is shown before; rejects where the server does not give them. */
  async start(): Promise<void> {
    await this.#speak(this.language);
  }

  /** Changes the language as soon as its texts are there; where they do not come it stays as it is. */
  choose(language: Language): void {
    this.#speak(language).then(
      () => memory.set('language', this.language),
      () => undefined,
    );
  }

  async #speak(language: Language): Promise<void> {
    this.#wanted = language;
    const texts = await LOADERS[language]();
    if (language !== this.#wanted) return;
    this.texts = texts;
    this.language = language;
  }
}

export const locale = new Locale();

export function t(key: Key, values?: Record<string, string | number>): string {
  return fill(locale.texts[key] ?? key, values);
}

/** A text whose key is made from a code of the server; `otherwise` where there is none for it. */
export function tCode(prefix: string, code: string, otherwise: Key, values?: Record<string, string>): string {
  const key = `${prefix}.${code}`;
  return t(Object.hasOwn(locale.texts, key) ? (key as Key) : otherwise, { code, ...values });
}
