import { describe, expect, it } from 'vitest';
import type { Since } from '../../api/people';
import { notFollowedBack } from './suggest';

const person = (id: number): Since => ({
  id,
  username: `u${id}`,
  nickname: `U${id}`,
  avatar: { photo_id: 0, url: '', blurhash: '' },
  since: '2026-01-01T00:00:00Z',
});

/** A list in pages, that counts how often it was asked. */
function paged(...pages: number[][]) {
  const asked: string[] = [];
  const fetch = async (cursor: string) => {
    asked.push(cursor);
    const at = Number(cursor || 0);
    return { items: (pages[at] ?? []).map(person), next: at + 1 < pages.length ? String(at + 1) : '' };
  };
  return { fetch, asked };
}

describe('who is not followed back', () => {
  it('is every follower whom no page of the followed names', async () => {
    const following = paged([1, 9], [3], [4]);
    const found = await notFollowedBack(paged([5, 4, 3, 2, 1]).fetch, following.fetch, 10);
    expect(found.map(({ id }) => id)).toEqual([5, 2]);
    expect(following.asked).toEqual(['', '1', '2']);
  });

  it('asks no further than it has to', async () => {
    const following = paged([1], [2], [3]);
    expect(await notFollowedBack(paged([1]).fetch, following.fetch, 10)).toEqual([]);
    expect(following.asked).toEqual(['']);
    const never = paged([]);
    expect(await notFollowedBack(paged([]).fetch, never.fetch, 10)).toEqual([]);
    expect(never.asked).toEqual([]);
  });

  it('is never more than wanted', async () => {
    const found = await notFollowedBack(paged([1, 2, 3, 4]).fetch, paged([]).fetch, 2);
    expect(found).toHaveLength(2);
  });
});
