import { describe, expect, it } from 'vitest';
import type { FriendRequest, People, Profile } from '../api/people';
import { EntryError } from '../call/ports';
import { Tie } from './tie.svelte';

const una = {
  id: 7,
  username: 'una',
  nickname: 'Una',
  avatar: { photo_id: 0, url: '/a.webp', blurhash: '' },
};
const stranger: Profile = {
  ...una,
  bio: '',
  joined: '2026-01-01T00:00:00Z',
  posts: 0,
  friends: 0,
  followers: 5,
  following: 0,
  relation: 'none',
  request_id: 0,
  follows: false,
  follows_me: false,
};

/** A server that says what it was asked, and answers as told. */
function server(answers: Partial<Record<keyof People, () => unknown>>) {
  const asked: [string, number][] = [];
  const people = new Proxy({} as People, {
    get: (_, name: string) => async (_signal: AbortSignal, id: number) => {
      asked.push([name, id]);
      return answers[name as keyof People]?.();
    },
  });
  return { people, asked };
}

const request = (state: FriendRequest['state']): FriendRequest => ({
  id: 31,
  from: una,
  to: una,
  state,
  created: '2026-01-02T00:00:00Z',
  answered: null,
});

const refuse = (code: string) => () => {
  throw new EntryError(code);
};

describe('a tie', () => {
  it('is asked for, answered and cancelled by the id of what it is about', async () => {
    const { people, asked } = server({ befriend: () => request('pending') });
    const tie = new Tie(people, new AbortController().signal, stranger);
    await tie.act('ask');
    expect(tie.profile).toMatchObject({ relation: 'requested', request_id: 31 });
    await tie.act('cancel');
    expect(tie.profile?.relation).toBe('none');
    await tie.act('block');
    expect(asked).toEqual([
      ['befriend', 7],
      ['cancel', 31],
      ['block', 7],
    ]);
  });

  it('shows following at once, and takes it back where the server refuses', async () => {
    const { people } = server({ follow: refuse('offline') });
    const tie = new Tie(people, new AbortController().signal, stranger);
    const following = tie.act('follow');
    expect(tie.profile).toMatchObject({ follows: true, followers: 6 });
    await expect(following).rejects.toThrow(EntryError);
    expect(tie.profile).toEqual(stranger);
    expect(tie.busy).toBeNull();
  });

  it('does one thing after the other', async () => {
    const { people, asked } = server({ befriend: () => request('pending') });
    const tie = new Tie(people, new AbortController().signal, stranger);
    expect(await Promise.all([tie.act('follow'), tie.act('block'), tie.act('unfollow')])).toEqual([
      true,
      true,
      false,
    ]);
    expect(asked.map(([name]) => name)).toEqual(['follow', 'block']);
    expect(tie.profile).toMatchObject({ relation: 'blocked', follows: false, followers: 5 });
  });

  it('does nothing twice at a time', async () => {
    const { people, asked } = server({ befriend: () => request('pending') });
    const tie = new Tie(people, new AbortController().signal, stranger);
    await Promise.all([tie.act('ask'), tie.act('ask')]);
    expect(asked).toEqual([['befriend', 7]]);
  });

  it('looks again where somebody was faster', async () => {
    const now: Profile = { ...stranger, relation: 'friends', friends: 1 };
    const { people } = server({ accept: refuse('friend_request_not_found'), profile: () => now });
    const tie = new Tie(people, new AbortController().signal, {
      ...stranger,
      relation: 'incoming',
      request_id: 9,
    });
    await expect(tie.act('accept')).rejects.toThrow(EntryError);
    expect(tie.profile).toEqual(now);
  });
});
