import { describe, expect, it } from 'vitest';
import { away, cacheOf, outdated, type Wanted, wayOf } from './routing';

const HERE = 'https://call.example';

const way = (path: string, wanted: Partial<Wanted> = {}) =>
  wayOf({ method: 'GET', mode: 'no-cors', url: new URL(path, HERE).href, range: false, ...wanted }, HERE);

describe('which requests the worker answers', () => {
  it('pages', () => {
    for (const path of ['/', '/feed/', '/r/abc', '/posts/3/?cursor=9']) {
      expect(way(path, { mode: 'navigate' }), path).toBe('page');
      expect(way(path), path).toBe('network');
    }
  });

  it('files with hashed names', () => {
    expect(way('/assets/index-1a2b.js', { mode: 'cors' })).toBe('asset');
    expect(way('/assets/index-1a2b.js', { method: 'HEAD' })).toBe('network');
    expect(way('/assets/clip.webm', { range: true })).toBe('network');
    expect(way('https://elsewhere.example/assets/index.js')).toBe('network');
  });

  it('nothing of the server', () => {
    for (const path of ['/api', '/api/posts/posts/1/picture/', '/ws/call/', '/media/1.webp', '/healthz']) {
      expect(way(path, { mode: 'navigate' }), path).toBe('network');
      expect(way(path), path).toBe('network');
    }
    expect(way('/apiary/', { mode: 'navigate' })).toBe('page');
    expect(way('/feed/', { mode: 'navigate', method: 'POST' })).toBe('network');
  });
});

it('removes the caches of other builds alone', () => {
  const names = [cacheOf('new'), cacheOf('old'), 'somebody-elses'];
  expect(outdated(names, 'new')).toEqual([cacheOf('old')]);
});

it('marks the kept shell and keeps its policy', async () => {
  const kept = new Response('<!doctype html>\n<html lang="ko"><body></body></html>', {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'",
      'Content-Encoding': 'gzip',
    },
  });
  const shown = await away(kept);
  expect(shown.headers.get('Content-Security-Policy')).toBe("default-src 'none'");
  expect(shown.headers.get('Content-Encoding')).toBeNull();
  expect(await shown.text()).toBe('<!doctype html>\n<html data-away lang="ko"><body></body></html>');
});
