import { expect, it } from 'vitest';
import { withNext } from './next';

it.each([
  ['', '/register/'],
  ['?next=', '/register/'],
  ['?other=1', '/register/'],
  ['?next=%2Fposts%2F7%2F&x=1', '/register/?next=%2Fposts%2F7%2F'],
  ['?next=/search/?q=a%26b', '/register/?next=%2Fsearch%2F%3Fq%3Da%26b'],
])('an entrance with %j leads on to %s', (search, path) => {
  expect(withNext('/register/', search)).toBe(path);
});
