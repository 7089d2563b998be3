/** The code of each page, fetched when somebody first goes there. */
import type { Component } from 'svelte';
import type { Me } from '../api/client';
import type { Page, Route, RouteOf } from '../routes';

/** A page as the frame shows it: whoever knows its route has matched the two. */
export type AnyPage = Component<{ route: Route }>;

/** Most pages need their address alone, and take nothing. */
type PageOf<P extends Page> = Component<{ route: RouteOf<P> }> | Component<Record<string, never>>;
type Loader<P extends Page> = () => Promise<{ default: PageOf<P> }>;

const LOADERS: { [P in Exclude<Page, 'missing'>]: Loader<P> } = {
  home: () => import('./Home.svelte'),
  feed: () => import('./feed/Feed.svelte'),
  search: () => import('./feed/Search.svelte'),
  post: () => import('./feed/PostView.svelte'),
  newpost: () => import('./write/NewPost.svelte'),
  editpost: () => import('./write/EditPost.svelte'),
  photos: () => import('./write/Photos.svelte'),
  profile: () => import('./people/Profile.svelte'),
  friends: () => import('./people/Friends.svelte'),
  people: () => import('./people/FindPeople.svelte'),
  rooms: () => import('./rooms/Rooms.svelte'),
  newroom: () => import('./rooms/NewRoom.svelte'),
  roominfo: () => import('./rooms/RoomInfo.svelte'),
  notifications: () => import('./notify/Notifications.svelte'),
  settings: () => import('./settings/Settings.svelte'),
  room: () => import('./Room.svelte'),
  login: () => import('./Login.svelte'),
  register: () => import('./Register.svelte'),
  admin: () => import('./admin/Admin.svelte'),
};

const UNFRAMED: ReadonlySet<Page> = new Set<Page>(['room', 'login', 'register', 'admin', 'missing']);

/** Whether a page stands within the network's frame. Who has no account begins at a page of its own. */
export function framed(route: Route, me: Me | null | undefined): boolean {
  return route.page === 'home' ? !!me : !UNFRAMED.has(route.page);
}

/** The page of a route. The first page of who has an account is the feed. */
export async function load(route: Route, me: Me | null | undefined): Promise<AnyPage> {
  const page = route.page === 'home' && me ? 'feed' : route.page;
  if (page === 'missing') throw new Error('load page: there is none');
  return (await LOADERS[page]()).default as unknown as AnyPage;
}
