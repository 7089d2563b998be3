import { expect, it } from 'vitest';
import { leadsAway } from './leaving';

const here = { origin: 'https://x', pathname: '/posts/new/', search: '?photo=1' };
const same = { ...here, target: '', download: '' };

it.each([
  [{}, false],
  [{ pathname: '/rooms/' }, true],
  [{ search: '' }, true],
  [{ pathname: '/rooms/', target: '_self' }, true],
  [{ pathname: '/rooms/', target: '_blank' }, false],
  [{ pathname: '/a.webp', download: 'a.webp' }, false],
  [{ origin: 'https://y', pathname: '/' }, false],
])('a link with %j leads away: %s', (change, away) => {
  expect(leadsAway({ ...same, ...change }, here)).toBe(away);
});
