/** Which page an address names. */
export type Route =
  | { page: 'home' }
  | { page: 'room'; slug: string }
  | { page: 'login' }
  | { page: 'admin'; tab: AdminTab }
  | { page: 'missing' };

export const ADMIN_TABS = ['users', 'posts', 'comments', 'rooms', 'reports', 'audit'] as const;
export type AdminTab = (typeof ADMIN_TABS)[number];

export function match(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '');
  const [first, second] = parts;
  if (first === undefined) return { page: 'home' };
  if (first === 'login' && parts.length === 1) return { page: 'login' };
  if (first === 'r' && parts.length === 2 && second !== undefined && /^[\w-]{1,128}$/.test(second)) {
    return { page: 'room', slug: second };
  }
  const tab = ADMIN_TABS.find((known) => known === (second ?? 'users'));
  if (first === 'admin' && parts.length <= 2 && tab !== undefined) return { page: 'admin', tab };
  return { page: 'missing' };
}

/** Where to go after the login: a path of this page that the address asks for, else the first page. */
export function afterLogin(search: string): string {
  const wish = new URLSearchParams(search).get('next') ?? '';
  const origin = 'http://page.invalid';
  if (!wish.startsWith('/') || !URL.canParse(wish, origin)) return '/';
  const { origin: to, pathname, search: query } = new URL(wish, origin);
  return to === origin && match(pathname).page !== 'login' ? pathname + query : '/';
}

/** The address of the login, from where one comes back to path. */
export function loginFor(path: string): string {
  return `/login/?next=${encodeURIComponent(path)}`;
}

/** The path of a pasted room: from a whole address, a path or the bare code; null when it is none. */
export function pastedRoom(text: string): string | null {
  const trimmed = text.trim();
  const linked = /(?:^|\/)r\/([\w-]{1,128})\/?(?:[?#].*)?$/.exec(trimmed)?.[1];
  const slug = linked ?? /^[\w-]{6,128}$/.exec(trimmed)?.[0];
  return slug === undefined ? null : `/r/${slug}`;
}
