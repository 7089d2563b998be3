/** What stands between oneself and another person, and what either of them can do about it. No page, no state. */
import type { FriendRequest, Profile } from '../api/people';

export type Relation = Profile['relation'];

/** What one can do about a friendship. */
export type FriendAct = 'ask' | 'cancel' | 'accept' | 'reject' | 'unfriend';
/** What changes how the two stand in a way that is known without asking again. */
export type Act = FriendAct | 'follow' | 'unfollow' | 'block';

/** What is offered beside a person: at once, and behind a further press. */
export interface Offer {
  friend: FriendAct[];
  follow: 'follow' | 'unfollow' | null;
  block: 'block' | 'unblock' | null;
}

type Standing = Pick<Profile, 'relation' | 'follows'>;

const FRIEND: Record<Relation, FriendAct[]> = {
  none: ['ask'],
  requested: ['cancel'],
  incoming: ['accept', 'reject'],
  friends: ['unfriend'],
  blocked: [],
  self: [],
};

export function offerOf({ relation, follows }: Standing): Offer {
  const apart = relation === 'self' || relation === 'blocked';
  return {
    friend: FRIEND[relation],
    follow: apart ? null : follows ? 'unfollow' : 'follow',
    block: relation === 'self' ? null : relation === 'blocked' ? 'unblock' : 'block',
  };
}

/** Whether an act still makes sense as things stand. */
export function offers(standing: Standing, act: Act): boolean {
  const { friend, follow, block } = offerOf(standing);
  return follow === act || block === act || friend.some((one) => one === act);
}

/** How things stand after an act. What asking led to is in the server's answer: the other may have asked, too. */
export function afterAct(profile: Profile, act: Act, answer: FriendRequest | null = null): Profile {
  switch (act) {
    case 'ask':
      return answer?.state === 'accepted'
        ? related(profile, 'friends')
        : { ...related(profile, 'requested'), request_id: answer?.id ?? 0 };
    case 'accept':
      return related(profile, 'friends');
    case 'cancel':
    case 'reject':
    case 'unfriend':
      return related(profile, 'none');
    case 'follow':
      return followed(profile, true);
    case 'unfollow':
      return followed(profile, false);
    case 'block':
      return parted(profile);
  }
}

function related(profile: Profile, relation: Relation): Profile {
  const was = profile.relation === 'friends' ? 1 : 0;
  const is = relation === 'friends' ? 1 : 0;
  return { ...profile, relation, request_id: 0, friends: Math.max(0, profile.friends - was + is) };
}

function followed(profile: Profile, follows: boolean): Profile {
  const change = Number(follows) - Number(profile.follows);
  return { ...profile, follows, followers: Math.max(0, profile.followers + change) };
}

/** Blocking ends everything that was between the two. */
function parted(profile: Profile): Profile {
  const apart = followed(related(profile, 'blocked'), false);
  const following = Math.max(0, apart.following - Number(profile.follows_me));
  return { ...apart, follows_me: false, following };
}

/** The refusals that tell that things stand otherwise than the page thought. */
const OVERTAKEN: ReadonlySet<string> = new Set([
  'already_friends',
  'friend_request_exists',
  'friend_request_not_found',
  'not_friends',
  'you_block_them',
]);

export const isOvertaken = (code: string): boolean => OVERTAKEN.has(code);
