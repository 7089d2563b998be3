/** Who follows somebody and is not followed back. */
import type { Part } from '../../api/http';
import type { Since } from '../../api/people';

type Fetch = (cursor: string) => Promise<Part<Since>>;

/** How many pages of the followed are read at most; whoever follows more people gets rough suggestions. */
const PAGES = 10;

/** Those of the newest followers whom one does not follow. */
export async function notFollowedBack(followers: Fetch, following: Fetch, most: number): Promise<Since[]> {
  const { items } = await followers('');
  if (items.length === 0) return [];
  const left = new Map(items.map((person) => [person.id, person]));
  let cursor = '';
  for (let page = 0; page < PAGES && left.size > 0; page++) {
    const { items: followed, next } = await following(cursor);
    for (const { id } of followed) left.delete(id);
    if (next === '') break;
    cursor = next;
  }
  return [...left.values()].slice(0, most);
}
