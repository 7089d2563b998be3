import { describe, expect, it } from 'vitest';
import type { FriendRequest, Profile } from '../api/people';
import { afterAct, isOvertaken, offerOf, type Relation } from './relation';

const person = {
  id: 7,
  username: 'una',
  nickname: 'Una',
  avatar: { photo_id: 0, url: '/a.webp', blurhash: '' },
};

function profile(change: Partial<Profile> = {}): Profile {
  return {
    ...person,
    bio: '',
    joined: '2026-01-01T00:00:00Z',
    posts: 0,
    friends: 3,
    followers: 5,
    following: 4,
    relation: 'none',
    request_id: 0,
    follows: false,
    follows_me: false,
    ...change,
  };
}

function answer(state: FriendRequest['state']): FriendRequest {
  return { id: 31, from: person, to: person, state, created: '2026-01-02T00:00:00Z', answered: null };
}

describe('what is offered', () => {
  it.each([
    ['none', ['ask'], 'follow', 'block'],
    ['requested', ['cancel'], 'follow', 'block'],
    ['incoming', ['accept', 'reject'], 'follow', 'block'],
    ['friends', ['unfriend'], 'follow', 'block'],
    ['blocked', [], null, 'unblock'],
    ['self', [], null, null],
  ] as [Relation, string[], string | null, string | null][])('%s', (relation, friend, follow, block) => {
    expect(offerOf({ relation, follows: false })).toEqual({ friend, follow, block });
  });

  it('is to unfollow whom one follows', () => {
    expect(offerOf({ relation: 'friends', follows: true }).follow).toBe('unfollow');
  });
});

describe('how things stand after', () => {
  it('asking: the request waits, or the two are friends where the other one was faster', () => {
    expect(afterAct(profile(), 'ask', answer('pending'))).toMatchObject({
      relation: 'requested',
      request_id: 31,
    });
    expect(afterAct(profile(), 'ask', answer('accepted'))).toMatchObject({
      relation: 'friends',
      request_id: 0,
      friends: 4,
    });
  });

  it('an answer', () => {
    const asked = profile({ relation: 'incoming', request_id: 9 });
    expect(afterAct(asked, 'accept')).toMatchObject({ relation: 'friends', request_id: 0, friends: 4 });
    expect(afterAct(asked, 'reject')).toMatchObject({ relation: 'none', request_id: 0, friends: 3 });
  });

  it('taking back', () => {
    const sent = profile({ relation: 'requested', request_id: 9 });
    expect(afterAct(sent, 'cancel')).toMatchObject({ relation: 'none', request_id: 0, friends: 3 });
    const friends = profile({ relation: 'friends', follows: true });
    expect(afterAct(friends, 'unfriend')).toMatchObject({ relation: 'none', friends: 2, follows: true });
  });

  it('following, once however often', () => {
    const follows = afterAct(profile(), 'follow');
    expect(follows).toMatchObject({ follows: true, followers: 6, relation: 'none' });
    expect(afterAct(follows, 'follow').followers).toBe(6);
    expect(afterAct(follows, 'unfollow')).toMatchObject({ follows: false, followers: 5 });
  });

  it('blocking: nothing is left between the two', () => {
    const near = profile({ relation: 'friends', follows: true, follows_me: true });
    const apart = afterAct(near, 'block');
    expect(apart).toMatchObject({
      relation: 'blocked',
      follows: false,
      follows_me: false,
      friends: 2,
      followers: 4,
      following: 3,
    });
  });
});

it('knows the refusals of a page that is behind', () => {
  expect(isOvertaken('friend_request_not_found')).toBe(true);
  expect(isOvertaken('offline')).toBe(false);
});
