/** What one's own like or favourite does to a post, before and after the server knows of it. */
import type { ReactionKind } from '../api/feed';
import type { Post } from '../api/posts';

/** Stands for an id until the server has given one. */
export const PENDING = -1;

export interface Reacted {
  /** The id that takes it back; 0: there is none. */
  id: number;
  count: number;
}

export function reactionOf(post: Post, kind: ReactionKind): Reacted {
  return kind === 'like'
    ? { id: post.like_id, count: post.like_count }
    : { id: post.favorite_id, count: post.favorite_count };
}

/** The post with another like or favourite; everything else stays as it is by now. */
export function withReaction(post: Post, kind: ReactionKind, { id, count }: Reacted): Post {
  return kind === 'like'
    ? { ...post, like_id: id, like_count: count }
    : { ...post, favorite_id: id, favorite_count: count };
}

/** What one sees at once after the press. */
export function pressed({ id, count }: Reacted): Reacted {
  return id === 0 ? { id: PENDING, count: count + 1 } : { id: 0, count: Math.max(0, count - 1) };
}
