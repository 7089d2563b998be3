import { expect, it } from 'vitest';
import type { Profile } from '../../api/people';
import { recall, remember } from './recent';
import { tabFor, tabsOf } from './tabs';

it('shows only oneself what is one’s own', () => {
  expect(tabsOf(true)).toEqual(['posts', 'followers', 'following', 'favorites', 'calls']);
  expect(tabsOf(false)).toEqual(['posts', 'followers', 'following']);
  expect(tabFor('calls', true)).toBe('calls');
  expect(tabFor('calls', false)).toBe('posts');
  expect(tabFor('following', false)).toBe('following');
});

it('recalls a profile to whom it was shown, and to nobody else', () => {
  const profile = { id: 7 } as Profile;
  remember(1, profile);
  expect(recall(1, 7)).toBe(profile);
  expect(recall(2, 7)).toBeNull();
  expect(recall(1, 8)).toBeNull();
  remember(1, null);
  expect(recall(1, 7)).toBeNull();
});
