/** What a person may ask of the server for posts and their own pictures. Rejects with EntryError. */
import { done, type Http, settle } from './http';
import type { components } from './schema.gen';

type Schemas = components['schemas'];
export type Photo = Schemas['Photo'];
export type Post = Schemas['Post'];
export type Visibility = Post['visibility'];

export interface NewPost {
  /** One of one's own pictures. */
  photo: number;
  title: string;
  content: string;
  tags: string[];
  visibility: Visibility;
  /** What is to be seen in the picture, for who does not see it. */
  alt: string;
}

export type Posts = ReturnType<typeof createPosts>;

export function createPosts(http: Http) {
  const path = (id: number) => ({ path: { id } });
  return {
    create(signal: AbortSignal, body: NewPost): Promise<Post> {
      return settle(signal, http.POST('/api/posts/create/', { body, signal }));
    },
    /** One's own picture, with addresses that are good for another while. */
    photo(signal: AbortSignal, id: number): Promise<Photo> {
      return settle(signal, http.GET('/api/posts/photos/{id}/', { params: path(id), signal }));
    },
    deletePhoto(signal: AbortSignal, id: number): Promise<void> {
      return done(signal, http.DELETE('/api/posts/photos/{id}/', { params: path(id), signal }));
    },
  };
}
