/** What a person may ask of the server to read and find posts, to react to them and to report. Rejects with EntryError. */
import { done, type From, type Http, type Part, settle } from './http';
import type { Person } from './people';
import type { Post } from './posts';
import type { components } from './schema.gen';

type Schemas = components['schemas'];
export type Tag = Schemas['Tag'];
export type TagView = Schemas['TagView'];
export type Found = Schemas['Found'];
export type Reaction = Schemas['Reaction'];

/** What may be reported to the staff. */
export type ReportKind = Schemas['ReportRequestBody']['kind'];

/** What a person may do to a post with one press, and take back. */
export type ReactionKind = 'like' | 'favorite';

const LIMIT = 12;

export function createFeed(http: Http) {
  const path = (id: number) => ({ path: { id } });
  return {
    /** Everybody's posts, the newest first. */
    main(from: From): Promise<Part<Post>> {
      const { signal } = from;
      const query = page(from);
      return settle(signal, http.GET('/api/posts/posts_main_list/', { params: { query }, signal }));
    },
    /** Posts whose picture has a name with this part. */
    pictured(from: From, name: string): Promise<Part<Post>> {
      const { signal } = from;
      const params = { path: { photo_name: name }, query: page(from) };
      return settle(signal, http.GET('/api/posts/posts_main_list_search/{photo_name}/', { params, signal }));
    },
    /** The first posts, people and tags that hold these parts of words. */
    find(signal: AbortSignal, q: string): Promise<Found> {
      return settle(signal, http.GET('/api/posts/search/', { params: { query: { q } }, signal }));
    },
    async findPosts(from: From, q: string): Promise<Part<Post>> {
      return (await more(from, q, 'posts')).posts;
    },
    async findPeople(from: From, q: string): Promise<Part<Person>> {
      return (await more(from, q, 'people')).people;
    },
    async findTags(from: From, q: string): Promise<Part<TagView>> {
      return (await more(from, q, 'tags')).tags;
    },
    /** The tags that are used most. */
    async popular(signal: AbortSignal): Promise<TagView[]> {
      const params = { query: { order: 'use' as const, limit: 16 } };
      return (await settle(signal, http.GET('/api/posts/tags/', { params, signal }))).items;
    },
    post(signal: AbortSignal, id: number): Promise<Post> {
      return settle(signal, http.GET('/api/posts/posts/{id}/', { params: path(id), signal }));
    },
    /** Deletes a post of one's own; its picture stays. */
    remove(signal: AbortSignal, id: number): Promise<void> {
      return done(signal, http.DELETE('/api/posts/posts/{id}/', { params: path(id), signal }));
    },
    /** Likes a post, or makes it a favourite. It is no error where it is one already. */
    react(signal: AbortSignal, kind: ReactionKind, post: number): Promise<Reaction> {
      const call = { body: { post }, signal };
      return settle(
        signal,
        kind === 'like' ? http.POST('/api/posts/likes/', call) : http.POST('/api/posts/favorites/', call),
      );
    },
    /** Takes a like or a favourite back, by its own id. */
    unreact(signal: AbortSignal, kind: ReactionKind, id: number): Promise<void> {
      const call = { params: path(id), signal };
      return done(
        signal,
        kind === 'like'
          ? http.DELETE('/api/posts/likes/{id}/', call)
          : http.DELETE('/api/posts/favorites/{id}/', call),
      );
    },
    /** Tells the staff of something. */
    async report(
      signal: AbortSignal,
      about: { kind: ReportKind; target: number; reason: string; content: string },
    ): Promise<void> {
      await settle(signal, http.POST('/api/posts/reports/', { body: about, signal }));
    },
  };

  function more(from: From, q: string, kind: 'posts' | 'people' | 'tags'): Promise<Found> {
    const { signal } = from;
    const query = { ...page(from), q, kind };
    return settle(signal, http.GET('/api/posts/search/', { params: { query }, signal }));
  }
}

function page({ cursor }: From) {
  return cursor === '' ? { limit: LIMIT } : { limit: LIMIT, cursor };
}
