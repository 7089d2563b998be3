/** Which requests the service worker answers, and how. Pure: the worker itself only obeys. */

export type Way =
  /** The network's alone: the worker stays out of it. */
  | 'network'
  /** A file whose name changes with its content: one copy is good for ever. */
  | 'asset'
  /** A page: fresh where the server is there, else the shell that was kept. */
  | 'page';

export interface Wanted {
  method: string;
  mode: string;
  url: string;
  /** A part of a file is wanted, as players ask for it. */
  range: boolean;
}

/** The server's own paths, and pictures of people: never kept, never answered from here. */
const SERVERS = ['/api', '/ws', '/media', '/healthz', '/readyz'];

export function wayOf({ method, mode, url, range }: Wanted, origin: string): Way {
  const { origin: of, pathname } = new URL(url);
  if (method !== 'GET' || of !== origin || range || isServers(pathname)) return 'network';
  if (pathname.startsWith('/assets/')) return 'asset';
  return mode === 'navigate' ? 'page' : 'network';
}

const isServers = (path: string): boolean =>
  SERVERS.some((own) => path === own || path.startsWith(`${own}/`));

const PREFIX = 'ppenter-shell-';

/** Each build has a cache of its own. */
export const cacheOf = (version: string): string => PREFIX + version;

/** The caches that another build left behind. */
export const outdated = (names: readonly string[], version: string): string[] =>
  names.filter((name) => name.startsWith(PREFIX) && name !== cacheOf(version));

/**
 * The kept shell as the answer to a page that the server did not give: marked, so that the page knows at once and
 * says so. It keeps the headers, the content policy among them.
 */
export async function away(shell: Response): Promise<Response> {
  const html = (await shell.text()).replace('<html', '<html data-away');
  const headers = new Headers(shell.headers);
  for (const of of ['Content-Encoding', 'Content-Length', 'ETag']) headers.delete(of);
  return new Response(html, { status: 200, headers });
}
