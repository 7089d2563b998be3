/**
 * The service worker: keeps the shell, so that the page opens without the server and can say so itself. What people
 * write, show and say never passes through here. A new build's worker waits until the last page of the old one is
 * closed: no open call loses files that it has yet to load.
 */
import { away, cacheOf, outdated, wayOf } from './routing';

/** What the worker's own global scope has, as far as it is used here. */
interface Lifetime extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Lifetime {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  readonly location: Location;
  addEventListener(type: 'install' | 'activate', listener: (event: Lifetime) => void): void;
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void;
}

/** Both are filled in by the build. */
declare const __SHELL_VERSION__: string;
declare const __SHELL_FILES__: readonly string[];

const scope = globalThis as unknown as Scope;
const version = __SHELL_VERSION__;
const SHELL = '/';
/** A server that has not answered a page by then is taken for away, where a shell is kept. */
const PATIENCE_MS = 8000;

scope.addEventListener('install', (event) => event.waitUntil(keepShell()));
scope.addEventListener('activate', (event) => event.waitUntil(removeOutdated()));
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const { method, mode, url, headers } = request;
  const way = wayOf({ method, mode, url, range: headers.has('Range') }, scope.location.origin);
  if (way === 'asset') event.respondWith(asset(event));
  if (way === 'page') event.respondWith(page(request));
});

async function keepShell(): Promise<void> {
  const cache = await caches.open(cacheOf(version));
  await cache.add(new Request(SHELL, { cache: 'no-cache' }));
  await cache.addAll([...__SHELL_FILES__]);
}

async function removeOutdated(): Promise<void> {
  const names = outdated(await caches.keys(), version);
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function asset(event: Fetching): Promise<Response> {
  const { request } = event;
  const cache = await caches.open(cacheOf(version));
  const kept = await cache.match(request.url);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  // Without room to keep it the file still comes.
  if (answer.ok) event.waitUntil(cache.put(request.url, answer.clone()).catch(() => undefined));
  return answer;
}

async function page(request: Request): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(request, { signal: late.signal });
    if (answer.status < 502 || answer.status > 504) return answer;
    return (await kept()) ?? answer;
  } catch (error) {
    const shell = await kept();
    if (shell === null) throw error;
    return shell;
  } finally {
    clearTimeout(timer);
  }
}

async function kept(): Promise<Response | null> {
  const shell = await caches.match(SHELL, { cacheName: cacheOf(version) });
  return shell === undefined ? null : away(shell);
}
