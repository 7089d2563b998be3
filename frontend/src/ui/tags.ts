/** Tags as people write them into one field: apart by spaces or commas, with or without a #. */
export const MOST_TAGS = 10;
export const TAG_LENGTH = 30;

/** The tags of a text, each once; the server decides what is a tag. */
export function parseTags(text: string): string[] {
  const words = text.split(/[\s,]+/).map((word) => word.replace(/^#+/, ''));
  return [...new Set(words.filter((word) => word !== ''))];
}

/** Whether a thing may have these tags. */
export function tagsFit(tags: string[]): boolean {
  return tags.length <= MOST_TAGS && tags.every((tag) => [...tag].length <= TAG_LENGTH);
}
