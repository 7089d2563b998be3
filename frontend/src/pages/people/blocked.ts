/** A profile that is hidden since one blocked the person: the server tells nothing more than who it is. */
import type { Part } from '../../api/http';
import type { Person, Profile, Since } from '../../api/people';

const PAGES = 10;

/** Whom of one's blocked people the id names; null: none of them. */
export async function blockedPerson(
  blocks: (cursor: string) => Promise<Part<Since>>,
  id: number,
): Promise<Since | null> {
  let cursor = '';
  for (let page = 0; page < PAGES; page++) {
    const { items, next } = await blocks(cursor);
    const found = items.find((person) => person.id === id);
    if (found !== undefined) return found;
    if (next === '') return null;
    cursor = next;
  }
  return null;
}

/** What a blocked person's profile is to who blocks them. */
export function blockedProfile({ id, username, nickname, avatar }: Person): Profile {
  return {
    id,
    username,
    nickname,
    avatar,
    bio: '',
    joined: '',
    posts: 0,
    friends: 0,
    followers: 0,
    following: 0,
    relation: 'blocked',
    request_id: 0,
    follows: false,
    follows_me: false,
  };
}
