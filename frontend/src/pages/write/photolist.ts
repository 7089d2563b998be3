/** Which of a person's pictures are listed, and how they lie beside each other. */
import type { From, Part } from '../../api/http';
import type { Photo, PhotoKind } from '../../api/posts';

/** The kinds that one can choose to see alone. */
export const SHOWN_KINDS = ['screenshot', 'upload'] as const;
export type ShownKind = (typeof SHOWN_KINDS)[number];

/** The kind that an address asks for; empty: all. */
export function kindOf(search: string): ShownKind | '' {
  const wish = new URLSearchParams(search).get('kind');
  return SHOWN_KINDS.find((kind) => kind === wish) ?? '';
}

/** The picture that an address asks to write about; 0: none. */
export function photoOf(search: string): number {
  const wish = new URLSearchParams(search).get('photo') ?? '';
  return /^[1-9]\d{0,14}$/.test(wish) ? Number(wish) : 0;
}

/** Whether a post can show it: faces and backgrounds have places of their own. */
export function canBePosted({ kind }: { kind: PhotoKind }): boolean {
  return kind === 'screenshot' || kind === 'upload';
}

/** Pictures that a post can show, page by page; a page on which there are none is passed over. */
export async function postable(list: (from: From) => Promise<Part<Photo>>, from: From): Promise<Part<Photo>> {
  let { cursor } = from;
  for (;;) {
    const { items, next } = await list({ ...from, cursor });
    const fit = items.filter(canBePosted);
    if (fit.length > 0 || next === '') return { items: fit, next };
    cursor = next;
  }
}

/** The narrowest and the widest that a picture may be in a row, as width by height. */
const NARROW = 0.6;
const WIDE = 2.8;

/** How wide a picture lies in a row of one height. */
export function ratioOf({ width, height }: { width: number; height: number }): number {
  if (width <= 0 || height <= 0) return 1;
  return Math.min(WIDE, Math.max(NARROW, width / height));
}
