import { expect, it } from 'vitest';
import type { Post } from '../api/posts';
import { PENDING, pressed, reactionOf, withReaction } from './reaction';

const post = { id: 1, title: 'Lunch', like_id: 0, like_count: 4, favorite_id: 7, favorite_count: 1 } as Post;

it('a press shows at once, and a second one takes it back', () => {
  const on = pressed(reactionOf(post, 'like'));
  expect(on).toEqual({ id: PENDING, count: 5 });
  expect(pressed(on)).toEqual({ id: 0, count: 4 });
  expect(pressed({ id: 3, count: 0 })).toEqual({ id: 0, count: 0 });
});

it('a like leaves the favourite alone, and the other way round', () => {
  const liked = withReaction(post, 'like', { id: 9, count: 5 });
  expect(liked).toEqual({ ...post, like_id: 9, like_count: 5 });
  const both = withReaction(liked, 'favorite', { id: 0, count: 0 });
  expect(reactionOf(both, 'like')).toEqual({ id: 9, count: 5 });
  expect(reactionOf(both, 'favorite')).toEqual({ id: 0, count: 0 });
});
