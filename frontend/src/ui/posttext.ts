/** What a person says in a post, while they still write it. */
import type { Photo, Post, Visibility } from '../api/posts';

export interface PostText {
  title: string;
  content: string;
  tags: string[];
  /** What of the tags is being typed and is none yet. */
  tagging: string;
  /** What is to be seen in the picture, for who does not see it. */
  alt: string;
  visibility: Visibility;
}

export const VISIBILITIES: readonly Visibility[] = ['public', 'friends', 'private'];

/** Nothing yet. A picture may show somebody else, too: everybody sees it only where that is wanted. */
export function noText(): PostText {
  return { title: '', content: '', tags: [], tagging: '', alt: '', visibility: 'friends' };
}

/** What stands in the form of a post that is there. */
export function textOf({ title, content, tags, photo, visibility }: Post): PostText {
  const names = tags.map(({ name }) => name);
  return { title, content, tags: names, tagging: '', alt: photo?.alt ?? '', visibility };
}

/**
 * The text under another picture: what was said of the picture before makes room for what is known of this one,
 * what the person wrote stays.
 */
export function withPhoto(text: PostText, photo: Photo, before: Photo | null): PostText {
  const suggested = (from: Photo | null) => (from?.kind === 'screenshot' ? from.name : '');
  const alt = text.alt.trim() === '' || text.alt === before?.alt ? photo.alt : text.alt;
  const kept = text.title.trim() !== '' && text.title !== suggested(before);
  return { ...text, alt, title: kept ? text.title : suggested(photo) };
}

/** Whether two texts say the same. */
export function sameText(a: PostText, b: PostText): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

function ordered({ title, content, tags, tagging, alt, visibility }: PostText): unknown[] {
  return [title.trim(), content.trim(), tags, tagging.trim(), alt.trim(), visibility];
}
