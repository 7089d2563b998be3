import { expect, it } from 'vitest';
import { afterLogin, loginFor, match, pastedRoom } from './routes';

it.each([
  ['/', { page: 'home' }],
  ['/r/aB3_-x', { page: 'room', slug: 'aB3_-x' }],
  ['/r/aB3_-x/', { page: 'room', slug: 'aB3_-x' }],
  ['/r/', { page: 'missing' }],
  ['/r/a/b', { page: 'missing' }],
  ['/elsewhere', { page: 'missing' }],
  ['/login', { page: 'login' }],
  ['/login/', { page: 'login' }],
  ['/login/x', { page: 'missing' }],
  ['/register/', { page: 'register' }],
  ['/feed/', { page: 'feed' }],
  ['/search/', { page: 'search' }],
  ['/posts/', { page: 'missing' }],
  ['/posts/new/', { page: 'newpost' }],
  ['/posts/7/', { page: 'post', id: 7 }],
  ['/posts/7/edit/', { page: 'editpost', id: 7 }],
  ['/posts/7/else/', { page: 'missing' }],
  ['/posts/07/', { page: 'missing' }],
  ['/posts/9999999999999999/', { page: 'missing' }],
  ['/users/3/', { page: 'profile', id: 3, tab: 'posts' }],
  ['/users/3/calls/', { page: 'profile', id: 3, tab: 'calls' }],
  ['/users/me/', { page: 'missing' }],
  ['/rooms/', { page: 'rooms' }],
  ['/rooms/new/', { page: 'newroom' }],
  ['/rooms/12/', { page: 'roominfo', id: 12 }],
  ['/settings/', { page: 'settings', tab: 'profile' }],
  ['/settings/sessions/', { page: 'settings', tab: 'sessions' }],
  ['/settings/money/', { page: 'missing' }],
  ['/toString/', { page: 'missing' }],
  ['/admin/', { page: 'admin', tab: 'users' }],
  ['/admin/reports/', { page: 'admin', tab: 'reports' }],
  ['/admin/money/', { page: 'missing' }],
  ['/admin/users/3/', { page: 'missing' }],
])('%s', (path, route) => {
  expect(match(path)).toEqual(route);
});

it.each([
  ['https://example.org/r/aB3_-x', '/r/aB3_-x'],
  [' http://localhost:8080/r/aB3_-x/?from=mail#top ', '/r/aB3_-x'],
  ['/r/abc', '/r/abc'],
  ['aB3_-x', '/r/aB3_-x'],
  ['abc', null],
  ['https://example.org/', null],
  ['two words', null],
  ['', null],
])('pasted %j', (text, path) => {
  expect(pastedRoom(text)).toBe(path);
});

it.each([
  ['', '/'],
  ['?next=%2Fadmin%2Freports%2F', '/admin/reports/'],
  ['?next=%2Fadmin%2Fposts%2F%3Fuser%3D3', '/admin/posts/?user=3'],
  ['?next=https://evil.example/', '/'],
  ['?next=//evil.example/', '/'],
  ['?next=/%5Cevil.example', '/'],
  ['?next=/%09/evil.example', '/'],
  ['?next=/.//evil.example', '/'],
  ['?next=/feed/..//evil.example/', '/'],
  ['?next=javascript:alert(1)', '/'],
  ['?next=/login/', '/'],
  ['?next=/register/', '/'],
  ['?next=/login/%3Fnext%3D/login/', '/'],
])('after a login with %j one is at %s', (search, path) => {
  expect(afterLogin(search)).toBe(path);
});

it('comes back to where the login was asked for', () => {
  const path = '/admin/posts/?user=3&x=y z';
  expect(afterLogin(loginFor(path).slice('/login/'.length))).toBe('/admin/posts/?user=3&x=y%20z');
});
