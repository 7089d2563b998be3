/** How a picture is shown: which of its files, and whether it may be cropped. */
import type { Photo } from '../api/posts';

/** The most pixels on a side of each thumbnail. */
const SIDES = { small: 320, medium: 640, large: 1280 } as const;

type Sized = Pick<Photo, 'width' | 'height' | 'url' | 'thumbs'>;

/** A picture's files with their widths, for the browser to choose from; none is named twice for one width. */
export function srcset(photo: Sized, { original = false } = {}): string {
  const { width, height, url, thumbs } = photo;
  const files = new Map<number, string>();
  for (const size of ['small', 'medium', 'large'] as const) {
    const scale = Math.min(1, SIDES[size] / Math.max(width, height, 1));
    const wide = Math.max(1, Math.round(width * scale));
    if (!files.has(wide)) files.set(wide, thumbs[size]);
  }
  if (original && !files.has(width)) files.set(width, url);
  return [...files].map(([wide, file]) => `${file} ${wide}w`).join(', ');
}

/** The most of a picture, as a share, that may be cut away so that it fills its box. */
const MOST_CUT = 0.22;

/** Whether a picture may fill a box of this ratio: two people side by side must not lose their faces. */
export function mayFill({ width, height }: { width: number; height: number }, ratio: number): boolean {
  if (width <= 0 || height <= 0) return false;
  const own = width / height;
  return 1 - Math.min(own / ratio, ratio / own) <= MOST_CUT;
}
