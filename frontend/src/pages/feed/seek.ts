/** What is sought, as the address of the search says it. */

export const PARTS = ['all', 'posts', 'people', 'tags', 'pictures'] as const;
/** Among what is sought; `pictures`: among the names of posts' pictures. */
export type SearchPart = (typeof PARTS)[number];

export interface Seek {
  text: string;
  part: SearchPart;
}

/** As much of a text as the server searches for. */
const MOST = 100;

export function readSeek(search: string): Seek {
  const query = new URLSearchParams(search);
  const part = PARTS.find((known) => known === query.get('in')) ?? 'all';
  return { text: (query.get('q') ?? '').slice(0, MOST), part };
}

export function seekAddress({ text, part }: Seek): string {
  const query = new URLSearchParams();
  if (text.trim() !== '') query.set('q', text.trim());
  if (part !== 'all') query.set('in', part);
  const written = query.toString();
  return written === '' ? '/search/' : `/search/?${written}`;
}

/** Whether a text can find anything: only letters and digits count. */
export function finds(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
