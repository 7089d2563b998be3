/** What a notification says, and where it leads. */
import type { Key } from '../i18n/format';
import type { News } from './messages';

export const KINDS = [
  'friend_request',
  'friend_accepted',
  'follow',
  'like',
  'comment',
  'reply',
  'invite',
  'missed_call',
] as const;
export type Kind = (typeof KINDS)[number] | 'other';

/** A kind that a newer server made up is `other`. */
export function kindOf({ kind }: News): Kind {
  return KINDS.find((known) => known === kind) ?? 'other';
}

/** The sentence of a notification; its {name} is who did it. */
export function sentenceOf(news: News): Key {
  return `bell.kind.${kindOf(news)}`;
}

/** The page of what a notification is about; empty: it is gone, or there is none. */
export function pageOf(news: News): string {
  const { actor, post_id: post, comment_id: comment, facechat_id: room } = news;
  switch (kindOf(news)) {
    case 'like':
      return post === 0 ? '' : `/posts/${post}/`;
    case 'comment':
    case 'reply':
      if (post === 0) return '';
      return comment === 0 ? `/posts/${post}/` : `/posts/${post}/?comment=${comment}`;
    case 'invite':
      return room === 0 ? '' : `/rooms/${room}/`;
    default:
      return actor === null ? '' : `/users/${actor.id}/`;
  }
}
