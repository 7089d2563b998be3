import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ko } from '../i18n/ko';
import { person } from './fake';
import type { News } from './messages';
import { KINDS, kindOf, pageOf, sentenceOf } from './words';

function news(kind: string, change: Partial<News> = {}): News {
  return {
    id: 1,
    kind,
    actor: person(7),
    request_id: 0,
    post_id: 0,
    post_title: '',
    comment_id: 0,
    facechat_id: 0,
    created: '2026-01-02T03:04:05Z',
    read: false,
    ...change,
  };
}

it.each([
  ['friend_request', { request_id: 3 }, '/users/7/'],
  ['friend_accepted', {}, '/users/7/'],
  ['follow', {}, '/users/7/'],
  ['follow', { actor: null }, ''],
  ['like', { post_id: 4 }, '/posts/4/'],
  ['like', {}, ''],
  ['comment', { post_id: 4, comment_id: 9 }, '/posts/4/?comment=9'],
  ['reply', { post_id: 4 }, '/posts/4/'],
  ['reply', {}, ''],
  ['invite', { facechat_id: 5 }, '/rooms/5/'],
  ['invite', {}, ''],
  ['missed_call', { facechat_id: 5 }, '/users/7/'],
  ['sung_a_song', {}, '/users/7/'],
] as const)('%s of %j leads to %s', (kind, change, page) => {
  expect(pageOf(news(kind, change))).toBe(page);
});

it('has a sentence for each kind, and one for what comes later', () => {
  for (const kind of [...KINDS, 'sung_a_song']) expect(ko).toHaveProperty([sentenceOf(news(kind))]);
  expect(kindOf(news('sung_a_song'))).toBe('other');
});

it('knows all kinds of the server', () => {
  const source = readFileSync('../api/social/notification.go', 'utf8');
  const kinds = [...source.matchAll(/NotificationKind = "(\w+)"/g)].map((found) => found[1]);
  expect(kinds.sort()).toEqual([...KINDS].sort());
});
