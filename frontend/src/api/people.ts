/** What a person may ask of the server about people. Rejects with EntryError. */
import { done, type From, type Http, type Part, settle } from './http';
import type { components } from './schema.gen';

type Schemas = components['schemas'];
export type Person = Schemas['Person'];
export type Profile = Schemas['Profile'];
/** A person and since when they are one's friend, or follow. */
export type Since = Schemas['Follower'];
export type FriendRequest = Schemas['FriendRequest'];
export type PastCall = Schemas['PastCall'];
type Post = Schemas['Post'];

/** Friend requests that came in, or that one sent. */
export type Direction = 'in' | 'out';

export type People = ReturnType<typeof createPeople>;

const LIMIT = 20;

export function createPeople(http: Http) {
  const id = (value: number) => ({ path: { id: value } });
  const page = ({ cursor }: From) => (cursor === '' ? { limit: LIMIT } : { limit: LIMIT, cursor });
  return {
    profile(signal: AbortSignal, user: number): Promise<Profile> {
      return settle(signal, http.GET('/api/accounts/profile/{id}/', { params: id(user), signal }));
    },
    search(from: From, q: string): Promise<Part<Person>> {
      const { signal } = from;
      const params = { query: { ...page(from), q } };
      return settle(signal, http.GET('/api/accounts/users/search/', { params, signal }));
    },
    followers(from: From, user: number): Promise<Part<Since>> {
      const { signal } = from;
      const params = { ...id(user), query: page(from) };
      return settle(signal, http.GET('/api/accounts/followers/{id}/', { params, signal }));
    },
    following(from: From, user: number): Promise<Part<Since>> {
      const { signal } = from;
      const params = { ...id(user), query: page(from) };
      return settle(signal, http.GET('/api/accounts/following/{id}/', { params, signal }));
    },
    friends(from: From): Promise<Part<Since>> {
      const { signal } = from;
      return settle(signal, http.GET('/api/accounts/friends/', { params: { query: page(from) }, signal }));
    },
    requests(from: From, direction: Direction): Promise<Part<FriendRequest>> {
      const { signal } = from;
      const params = { query: { ...page(from), direction } };
      return settle(signal, http.GET('/api/accounts/friend-requests/', { params, signal }));
    },
    /** Asks for friendship, or says yes to who asked meanwhile: the answer tells which. */
    befriend(signal: AbortSignal, user: number): Promise<FriendRequest> {
      return settle(signal, http.POST('/api/accounts/friends/', { body: { user }, signal }));
    },
    accept(signal: AbortSignal, request: number): Promise<FriendRequest> {
      const call = http.POST('/api/accounts/friend-requests/{id}/accept/', { params: id(request), signal });
      return settle(signal, call);
    },
    reject(signal: AbortSignal, request: number): Promise<void> {
      const call = http.POST('/api/accounts/friend-requests/{id}/reject/', { params: id(request), signal });
      return done(signal, call);
    },
    /** Takes back what one asked. */
    cancel(signal: AbortSignal, request: number): Promise<void> {
      const call = http.DELETE('/api/accounts/friend-requests/{id}/', { params: id(request), signal });
      return done(signal, call);
    },
    unfriend(signal: AbortSignal, user: number): Promise<void> {
      return done(signal, http.DELETE('/api/accounts/friends/{id}/', { params: id(user), signal }));
    },
    follow(signal: AbortSignal, user: number): Promise<void> {
      return done(signal, http.POST('/api/accounts/follow/{id}/', { params: id(user), signal }));
    },
    unfollow(signal: AbortSignal, user: number): Promise<void> {
      return done(signal, http.DELETE('/api/accounts/follow/{id}/', { params: id(user), signal }));
    },
    block(signal: AbortSignal, user: number): Promise<void> {
      return done(signal, http.POST('/api/accounts/block/{id}/', { params: id(user), signal }));
    },
    unblock(signal: AbortSignal, user: number): Promise<void> {
      return done(signal, http.DELETE('/api/accounts/block/{id}/', { params: id(user), signal }));
    },
    /** Whom one blocks. */
    blocks(from: From): Promise<Part<Since>> {
      const { signal } = from;
      return settle(signal, http.GET('/api/accounts/blocks/', { params: { query: page(from) }, signal }));
    },
    /** What somebody wrote, as far as one may see it. */
    posts(from: From, user: number): Promise<Part<Post>> {
      const { signal } = from;
      const params = { path: { user_id: user }, query: page(from) };
      return settle(signal, http.GET('/api/posts/posts_detail_list/{user_id}/', { params, signal }));
    },
    /** Those of them whose picture is called like that. */
    postsByPicture(from: From, user: number, name: string): Promise<Part<Post>> {
      const { signal } = from;
      const params = { path: { photo_name: name }, query: { ...page(from), user } };
      return settle(
        signal,
        http.GET('/api/posts/posts_detail_list_search/{photo_name}/', { params, signal }),
      );
    },
    favorites(from: From): Promise<Part<Post>> {
      const { signal } = from;
      return settle(signal, http.GET('/api/posts/favorites/', { params: { query: page(from) }, signal }));
    },
    /** One's own past calls. */
    calls(from: From): Promise<Part<PastCall>> {
      const { signal } = from;
      return settle(signal, http.GET('/api/facechats/history/', { params: { query: page(from) }, signal }));
    },
  };
}
