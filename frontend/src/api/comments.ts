/** What a person may ask of the server about what is said to posts. Rejects with EntryError. */
import { done, type From, type Http, type Part, settle } from './http';
import type { components } from './schema.gen';

type Schemas = components['schemas'];
export type Comment = Schemas['Comment'];
/** A comment about the post itself, with the replies under it. */
export type Thread = Schemas['Thread'];

const LIMIT = 20;

export function createComments(http: Http) {
  const path = (id: number) => ({ path: { id } });
  return {
    /** What is said to a post, the oldest first, each with the first replies under it. */
    threads(from: From, post: number): Promise<Part<Thread>> {
      return list(from, { post });
    },
    /** More of the replies under a comment about a post. */
    replies(from: From, post: number, parent: number): Promise<Part<Comment>> {
      return list(from, { post, parent });
    },
    /** parent: the comment that it answers; 0: it is about the post itself. */
    create(signal: AbortSignal, post: number, parent: number, content: string): Promise<Comment> {
      const body = parent === 0 ? { post, content } : { post, content, parent };
      return settle(signal, http.POST('/api/posts/comments/', { body, signal }));
    },
    edit(signal: AbortSignal, id: number, content: string): Promise<Comment> {
      const body = { content };
      return settle(signal, http.PUT('/api/posts/comments/{id}/', { params: path(id), body, signal }));
    },
    remove(signal: AbortSignal, id: number): Promise<void> {
      return done(signal, http.DELETE('/api/posts/comments/{id}/', { params: path(id), signal }));
    },
  };

  function list({ cursor, signal }: From, about: { post: number; parent?: number }): Promise<Part<Thread>> {
    const query = { ...about, limit: LIMIT, ...(cursor === '' ? {} : { cursor }) };
    return settle(signal, http.GET('/api/posts/comments/', { params: { query }, signal }));
  }
}
