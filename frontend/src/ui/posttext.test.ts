import { expect, it } from 'vitest';
import type { Photo, Post } from '../api/posts';
import { noText, sameText, textOf, withPhoto } from './posttext';

function photo(kind: Photo['kind'], name: string, alt: string): Photo {
  const thumbs = { small: '', medium: '', large: '' };
  return {
    id: 1,
    name,
    alt,
    kind,
    width: 4,
    height: 3,
    blurhash: '',
    url: '',
    thumbs,
    facechat_id: 0,
    created: '',
  };
}

const call = photo('screenshot', 'Lunch', 'Ada and Ben');
const file = photo('upload', 'IMG_1', 'A cat');

it('takes what is known of a picture where nothing is written', () => {
  expect(withPhoto(noText(), call, null)).toMatchObject({ title: 'Lunch', alt: 'Ada and Ben' });
  // The name of a file is no title.
  expect(withPhoto(noText(), file, null)).toMatchObject({ title: '', alt: 'A cat' });
});

it('changes with the picture only what the picture before had said', () => {
  const text = withPhoto(noText(), call, null);
  expect(withPhoto(text, file, call)).toMatchObject({ title: '', alt: 'A cat' });
  const own = { ...text, title: 'Mine', alt: 'Two people' };
  expect(withPhoto(own, file, call)).toEqual(own);
});

it('knows whether something was changed', () => {
  const text = { ...noText(), tags: ['a'], title: 'x' };
  expect(sameText(text, { ...text, title: ' x ' })).toBe(true);
  for (const change of [
    { title: 'y' },
    { content: 'c' },
    { tags: ['b'] },
    { tagging: 'b' },
    { alt: 'z' },
    { visibility: 'public' as const },
  ]) {
    expect(sameText(text, { ...text, ...change })).toBe(false);
  }
});

it('reads a post that is there', () => {
  const post = { title: 't', content: 'c', tags: [{ id: 1, name: 'a' }], visibility: 'private' } as Post;
  expect(textOf(post)).toEqual({
    title: 't',
    content: 'c',
    tags: ['a'],
    tagging: '',
    alt: '',
    visibility: 'private',
  });
  expect(textOf({ ...post, photo: call }).alt).toBe('Ada and Ben');
});
