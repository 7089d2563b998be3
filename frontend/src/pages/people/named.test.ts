import { expect, it } from 'vitest';
import { named } from './named';

const people = ['Una Kim', '우나', 'Ben'].map((nickname, id) => ({
  id,
  nickname,
  username: `name${id}.${nickname === 'Ben' ? 'Bee' : 'x'}`,
  avatar: { photo_id: 0, url: '', blurhash: '' },
}));
const ids = (text: string) => named(people, text).map(({ id }) => id);

it('finds by any part of either name', () => {
  expect(ids('')).toEqual([0, 1, 2]);
  expect(ids('  ')).toEqual([0, 1, 2]);
  expect(ids('KIM')).toEqual([0]);
  expect(ids('bee')).toEqual([2]);
  expect(ids('@name1')).toEqual([1]);
  expect(ids('nobody')).toEqual([]);
});

it('finds Korean however it is composed', () => {
  expect(ids('우나'.normalize('NFD'))).toEqual([1]);
});
