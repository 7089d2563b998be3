import { expect, it } from 'vitest';
import { createApi } from './client';
import { createHttp } from './http';
import { createPosts, type NewPost } from './posts';

const signal = new AbortController().signal;
const photo = {
  id: 5,
  name: 'Lunch',
  alt: 'Two people',
  kind: 'screenshot',
  width: 1280,
  height: 480,
  blurhash: 'x',
  url: '/api/posts/photos/5/original/?s=1',
  thumbs: { small: '/s', medium: '/m', large: '/l' },
  facechat_id: 7,
  created: '2026-01-02T03:04:05Z',
};

function answering(status: number, body: unknown) {
  const requests: Request[] = [];
  const fetch = async (request: Request) => {
    requests.push(request);
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    const text = body === null ? null : JSON.stringify(body);
    return new Response(text, { status, headers: { 'Content-Type': type } });
  };
  const http = createHttp('http://x', { fetch });
  return { api: createApi(http), posts: createPosts(http), requests };
}

it('takes a picture of the call in the room of the entry', async () => {
  const draft = { title: 'Lunch', tags: ['lunch'], alt: 'Two people' };
  const { api, requests } = answering(201, { photo, draft });
  const wish = { layout: 'both', filtered: false, names: true, language: 'en' } as const;
  const entry = { room: { id: 7 } } as Parameters<ReturnType<typeof api.door>['takeScreenshot']>[0];
  await expect(api.door('abc', () => '').takeScreenshot(entry, wish, signal)).resolves.toEqual({
    id: 5,
    alt: 'Two people',
    width: 1280,
    height: 480,
    url: photo.url,
    thumbs: photo.thumbs,
    draft: { title: 'Lunch', tags: ['lunch'] },
    post: 0,
  });
  expect(new URL(requests[0]?.url ?? '').pathname).toBe('/api/facechats/7/screenshots/');
  await expect(requests[0]?.json()).resolves.toEqual(wish);
  const refusing = answering(403, { code: 'capture_refused' }).api.door('abc', () => '');
  await expect(refusing.takeScreenshot(entry, wish, signal)).rejects.toMatchObject({
    code: 'capture_refused',
  });
});

it('posts a picture, shows it anew, and deletes it', async () => {
  const post: NewPost = {
    photo: 5,
    title: 'Lunch',
    content: '',
    tags: ['lunch'],
    visibility: 'friends',
    alt: 'Two',
  };
  const made = answering(201, { id: 9 });
  await expect(made.posts.create(signal, post)).resolves.toEqual({ id: 9 });
  await expect(made.requests[0]?.json()).resolves.toEqual(post);
  await expect(answering(200, photo).posts.photo(signal, 5)).resolves.toEqual(photo);
  const gone = answering(204, null);
  await expect(gone.posts.deletePhoto(signal, 5)).resolves.toBeUndefined();
  expect(gone.requests[0]?.method).toBe('DELETE');
  const shown = answering(409, { code: 'photo_in_use' });
  await expect(shown.posts.deletePhoto(signal, 5)).rejects.toMatchObject({ code: 'photo_in_use' });
});
