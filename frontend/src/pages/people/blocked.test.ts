import { expect, it } from 'vitest';
import type { Since } from '../../api/people';
import { blockedPerson, blockedProfile } from './blocked';

const person = (id: number): Since => ({
  id,
  username: `u${id}`,
  nickname: `U${id}`,
  avatar: { photo_id: 0, url: '', blurhash: '' },
  since: '2026-01-01T00:00:00Z',
});

const blocks = async (cursor: string) =>
  cursor === '' ? { items: [person(1), person(2)], next: 'c' } : { items: [person(3)], next: '' };

it('finds a blocked person on any page of the list', async () => {
  expect((await blockedPerson(blocks, 2))?.username).toBe('u2');
  expect((await blockedPerson(blocks, 3))?.username).toBe('u3');
  expect(await blockedPerson(blocks, 4)).toBeNull();
});

it('makes a profile that offers nothing but to unblock', () => {
  expect(blockedProfile(person(3))).toMatchObject({
    id: 3,
    nickname: 'U3',
    relation: 'blocked',
    follows: false,
  });
});
