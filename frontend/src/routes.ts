/** Which page an address names. */
export type Route =
  | { page: 'home' }
  | { page: 'feed' }
  | { page: 'search' }
  | { page: 'post'; id: number }
  | { page: 'newpost' }
  | { page: 'editpost'; id: number }
  | { page: 'photos' }
  | { page: 'profile'; id: number; tab: ProfileTab }
  | { page: 'friends' }
  | { page: 'people' }
  | { page: 'rooms' }
  | { page: 'newroom' }
  | { page: 'roominfo'; id: number }
  | { page: 'notifications' }
  | { page: 'settings'; tab: SettingsTab }
  | { page: 'room'; slug: string }
  | { page: 'login' }
  | { page: 'register' }
  | { page: 'admin'; tab: AdminTab }
  | { page: 'missing' };

export type Page = Route['page'];
export type RouteOf<P extends Page> = Extract<Route, { page: P }>;

export const ADMIN_TABS = ['users', 'posts', 'comments', 'rooms', 'reports', 'audit'] as const;
export type AdminTab = (typeof ADMIN_TABS)[number];

export const PROFILE_TABS = ['posts', 'followers', 'following', 'favorites', 'calls'] as const;
export type ProfileTab = (typeof PROFILE_TABS)[number];

export const SETTINGS_TABS = ['profile', 'look', 'privacy', 'sessions', 'account'] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

/** The pages that only somebody with an account has. */
const KNOWN: ReadonlySet<Page> = new Set<Page>([
  'newpost',
  'editpost',
  'photos',
  'friends',
  'people',
  'newroom',
  'notifications',
  'settings',
  'admin',
]);

export const wantsAccount = (route: Route): boolean => KNOWN.has(route.page);

/** Pages by the first part of their address; each says which of the parts behind it it understands. */
const PAGES: Record<string, (rest: string[]) => Route | null> = {
  feed: alone({ page: 'feed' }),
  search: alone({ page: 'search' }),
  photos: alone({ page: 'photos' }),
  friends: alone({ page: 'friends' }),
  people: alone({ page: 'people' }),
  notifications: alone({ page: 'notifications' }),
  login: alone({ page: 'login' }),
  register: alone({ page: 'register' }),
  posts([first, second, ...more]) {
    if (first === 'new' && second === undefined) return { page: 'newpost' };
    const id = idOf(first);
    if (id === 0 || more.length > 0) return null;
    if (second === undefined) return { page: 'post', id };
    return second === 'edit' ? { page: 'editpost', id } : null;
  },
  users([first, second, ...more]) {
    const id = idOf(first);
    const tab = oneOf(PROFILE_TABS, second, 'posts');
    return id === 0 || tab === null || more.length > 0 ? null : { page: 'profile', id, tab };
  },
  rooms([first, ...more]) {
    if (more.length > 0) return null;
    if (first === undefined) return { page: 'rooms' };
    if (first === 'new') return { page: 'newroom' };
    const id = idOf(first);
    return id === 0 ? null : { page: 'roominfo', id };
  },
  settings([first, ...more]) {
    const tab = oneOf(SETTINGS_TABS, first, 'profile');
    return tab === null || more.length > 0 ? null : { page: 'settings', tab };
  },
  admin([first, ...more]) {
    const tab = oneOf(ADMIN_TABS, first, 'users');
    return tab === null || more.length > 0 ? null : { page: 'admin', tab };
  },
  r([slug, ...more]) {
    const good = slug !== undefined && more.length === 0 && /^[\w-]{1,128}$/.test(slug);
    return good ? { page: 'room', slug } : null;
  },
};

export function match(path: string): Route {
  const [first, ...rest] = path.split('/').filter((part) => part !== '');
  if (first === undefined) return { page: 'home' };
  const page = Object.hasOwn(PAGES, first) ? PAGES[first] : undefined;
  return page?.(rest) ?? { page: 'missing' };
}

function alone(route: Route): (rest: string[]) => Route | null {
  return (rest) => (rest.length === 0 ? route : null);
}

/** A positive id; 0: it is none. */
function idOf(part: string | undefined): number {
  return part !== undefined && /^[1-9]\d{0,14}$/.test(part) ? Number(part) : 0;
}

function oneOf<T extends string>(all: readonly T[], part: string | undefined, otherwise: T): T | null {
  return part === undefined ? otherwise : (all.find((known) => known === part) ?? null);
}

/** Where to go after the login: a path of this page that the address asks for, else the first page. */
export function afterLogin(search: string): string {
  const wish = new URLSearchParams(search).get('next') ?? '';
  const origin = 'http://page.invalid';
  if (!wish.startsWith('/') || !URL.canParse(wish, origin)) return '/';
  const { origin: to, pathname, search: query } = new URL(wish, origin);
  // A path like /.//elsewhere comes out as the address of another host.
  if (to !== origin || pathname.startsWith('//')) return '/';
  return ENTRANCES.includes(match(pathname).page) ? '/' : pathname + query;
}

const ENTRANCES: Page[] = ['login', 'register'];

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
