/** What a person may ask of the server for posts and their own pictures. Rejects with EntryError. */
import { done, type From, type Http, type Part, settle } from './http';
import type { components } from './schema.gen';

type Schemas = components['schemas'];
export type Photo = Schemas['Photo'];
export type Post = Schemas['Post'];
export type Visibility = Post['visibility'];
export type PhotoKind = Photo['kind'];
/** A tag on a picture of one's own; its id takes it off again. */
export type PhotoTag = Schemas['PhotoTag'];
export type TagView = Schemas['TagView'];

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

/** What of a post is to be another; what is not named stays. */
export type PostChange = Partial<Pick<NewPost, 'title' | 'content' | 'tags' | 'visibility'>>;

/** What is said of a picture. */
export interface PhotoText {
  name: string;
  alt: string;
}

export type Posts = ReturnType<typeof createPosts>;

const LIMIT = 24;
const SUGGESTIONS = 6;
/** More than a picture may have. */
const ALL_TAGS = 50;

export function createPosts(http: Http) {
  const path = (id: number) => ({ path: { id } });
  return {
    create(signal: AbortSignal, body: NewPost): Promise<Post> {
      return settle(signal, http.POST('/api/posts/create/', { body, signal }));
    },
    /** One post; to its owner with all that can be changed. */
    post(signal: AbortSignal, id: number): Promise<Post> {
      return settle(signal, http.GET('/api/posts/posts/{id}/', { params: path(id), signal }));
    },
    edit(signal: AbortSignal, id: number, body: PostChange): Promise<Post> {
      return settle(signal, http.PUT('/api/posts/posts/{id}/', { params: path(id), body, signal }));
    },
    /** Deletes a post of one's own; its picture stays. */
    remove(signal: AbortSignal, id: number): Promise<void> {
      return done(signal, http.DELETE('/api/posts/posts/{id}/', { params: path(id), signal }));
    },
    /** One's own pictures, the newest first; all of them where no kind is named. */
    photos({ cursor, signal }: From, kind: PhotoKind | '' = ''): Promise<Part<Photo>> {
      const query = { limit: LIMIT, ...(cursor && { cursor }), ...(kind && { kind }) };
      return settle(signal, http.GET('/api/posts/photos/', { params: { query }, signal }));
    },
    editPhoto(signal: AbortSignal, id: number, body: Partial<PhotoText>): Promise<Photo> {
      return settle(signal, http.PUT('/api/posts/photos/{id}/', { params: path(id), body, signal }));
    },
    /** All tags on a picture of one's own. */
    async photoTags(signal: AbortSignal, photo: number): Promise<PhotoTag[]> {
      const params = { query: { photo, limit: ALL_TAGS } };
      return (await settle(signal, http.GET('/api/posts/photo_tags/', { params, signal }))).items;
    },
    tagPhoto(signal: AbortSignal, photo: number, tag: string): Promise<PhotoTag> {
      return settle(signal, http.POST('/api/posts/photo_tags/', { body: { photo, tag }, signal }));
    },
    untagPhoto(signal: AbortSignal, id: number): Promise<void> {
      return done(signal, http.DELETE('/api/posts/photo_tags/{id}/', { params: path(id), signal }));
    },
    /** Tags with this part of a word in their names. */
    async tagsLike(signal: AbortSignal, q: string): Promise<TagView[]> {
      const params = { query: { q, limit: SUGGESTIONS } };
      return (await settle(signal, http.GET('/api/posts/tags/search/', { params, signal }))).items;
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
