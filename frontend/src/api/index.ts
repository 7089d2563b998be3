import { cookie } from '../browser/cookies';
import { soon } from '../browser/tabs';
import { createAccount } from './account';
import { createApi } from './client';
import { createComments } from './comments';
import { createFeed } from './feed';
import { createHttp } from './http';
import { createNotifications } from './notifications';
import { createPeople } from './people';
import { createPosts } from './posts';
import { createRings } from './rings';
import { createRooms } from './rooms';

const csrf = () => cookie('ppenter_csrf');

/** The server that gave this page. */
export const http = createHttp(location.origin, { csrf, alone: (task) => soon('refresh', task) });

export const account = createAccount(http);
export const api = createApi(http);
export const comments = createComments(http);
export const feed = createFeed(http);
export const notifications = createNotifications(http);
export const people = createPeople(http);
export const posts = createPosts(http);
export const rings = createRings(http);
export const rooms = createRooms(http);

/** Whether this browser may have a session: it is worth asking who is logged in. */
export const mayBeKnown = () => csrf() !== '';
