/** Tags as people write them into one field: apart by spaces or commas, with or without a #. */
export const MOST_TAGS = 10;
export const TAG_LENGTH = 30;

/** Between two tags: blanks, commas of all the keyboards, or the # of the next one. */
const BETWEEN = /[\s,，、#]+/;

/** The one form of all the ways to write a tag, as the server makes it. */
export function tagName(word: string): string {
  return word.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/^#+/, '').trim();
}

/** The tags of a text, each once; the server decides what is a tag. */
export function parseTags(text: string): string[] {
  const words = text.split(BETWEEN).map(tagName);
  return [...new Set(words.filter((word) => word !== ''))];
}

/** Whether a thing may have these tags. */
export function tagsFit(tags: string[]): boolean {
  return tags.length <= MOST_TAGS && tags.every((tag) => [...tag].length <= TAG_LENGTH);
}

/** The tags that stand already, and what is being typed behind them. */
export interface Typing {
  tags: string[];
  text: string;
}

/** What typing makes: each word that is ended by a blank, a comma or the next # becomes a tag. */
export function typed({ tags, text }: Typing): Typing {
  const words = text.split(BETWEEN);
  const last = words.pop() ?? '';
  if (words.every((word) => word === '')) {
    // A # that begins a word stays where it is; what is only blanks and commas goes.
    return { tags, text: last === '' && !text.trimEnd().endsWith('#') ? '' : text.trimStart() };
  }
  const next = entered({ tags, text: words.join(' ') });
  return { tags: next.tags, text: next.text === '' ? last : `${next.text} ${last}`.trim() };
}

/** What the end of typing makes: all of the text becomes tags. What does not fit stays text. */
export function entered({ tags, text }: Typing): Typing {
  const all = [...tags];
  const over: string[] = [];
  for (const tag of parseTags(text)) {
    if (all.includes(tag)) continue;
    if (tagsFit([...all, tag])) all.push(tag);
    else over.push(tag);
  }
  return { tags: all, text: over.join(' ') };
}

/** What the typing is about to become, to look for tags like it; empty: nothing yet. */
export function soughtTag(text: string): string {
  return parseTags(text).at(-1) ?? '';
}

/** As much of a key press as says whether it belongs to an input method. */
export interface Press {
  key: string;
  isComposing: boolean;
  keyCode: number;
}

/** What a key does in the field of tags. */
export type TagKey = 'enter' | 'back' | 'down' | 'up' | 'close' | '';

/** The code of a key that an input method takes; Safari ends a composition before it says which key did. */
const TAKEN = 229;

/** What a key means; nothing while a letter of Korean, Japanese or Chinese is being put together with it. */
export function tagKey({ key, isComposing, keyCode }: Press): TagKey {
  if (isComposing || keyCode === TAKEN) return '';
  switch (key) {
    case 'Enter':
      return 'enter';
    case 'Backspace':
      return 'back';
    case 'ArrowDown':
      return 'down';
    case 'ArrowUp':
      return 'up';
    case 'Escape':
      return 'close';
    default:
      return '';
  }
}
