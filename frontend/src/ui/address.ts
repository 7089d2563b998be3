/** Addresses of pages that are made from what people write. */

/** The posts that have a tag. */
export function tagAddress(name: string): string {
  return `/search/?q=${encodeURIComponent(`#${name}`)}&in=posts`;
}
