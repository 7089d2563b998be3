/** Which page an address names. */
export type Route = { page: 'home' } | { page: 'room'; slug: string } | { page: 'missing' };

export function match(path: string): Route {
  if (path === '/' || path === '') return { page: 'home' };
  const slug = /^\/r\/([\w-]{1,128})\/?$/.exec(path)?.[1];
  return slug === undefined ? { page: 'missing' } : { page: 'room', slug };
}

/** The path of a pasted room: from a whole address, a path or the bare code; null when it is none. */
export function pastedRoom(text: string): string | null {
  const trimmed = text.trim();
  const linked = /(?:^|\/)r\/([\w-]{1,128})\/?(?:[?#].*)?$/.exec(trimmed)?.[1];
  const slug = linked ?? /^[\w-]{6,128}$/.exec(trimmed)?.[0];
  return slug === undefined ? null : `/r/${slug}`;
}
