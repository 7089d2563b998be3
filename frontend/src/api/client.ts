/** What every page may ask of the server. Every refusal becomes an EntryError with the server's stable code. */
import { filters } from '../call/messages';
import { type Door, type Entry, EntryError, type RoomInfo, type Shot } from '../call/ports';
import { ShapeError } from '../call/shape';
import { done, type Http, settle } from './http';
import type { components } from './schema.gen';

type RoomBody = components['schemas']['Room'];
type EntryBody = components['schemas']['Entry'];
type ScreenshotBody = components['schemas']['Screenshot'];

/** One's own account. */
export type Me = components['schemas']['Me'];

export interface Room extends RoomInfo {
  url: string;
  present: number;
  max: number;
  /** Nobody's: it was opened without an account. */
  host?: RoomBody['host'];
  mine: boolean;
  state: RoomBody['state'];
  allow_guests: boolean;
  tags: RoomBody['tags'];
}

export interface Api {
  instant(signal: AbortSignal): Promise<Room>;
  room(signal: AbortSignal, slug: string): Promise<Room>;
  /** The door of one room for one display name. */
  door(slug: string, displayName: () => string): Door;
  /** Who is logged in; null: nobody. */
  me(signal: AbortSignal): Promise<Me | null>;
  /** Logs in by username or e-mail address; the tokens come as cookies. */
  login(signal: AbortSignal, name: string, password: string): Promise<Me>;
  logout(signal: AbortSignal): Promise<void>;
}

/** The codes of a person who is not, or no more, logged in. */
const NOBODY = ['login_required', 'token_expired', 'token_invalid', 'session_ended'];

/** Whether an error says that one has to log in first. */
export function wantsLogin(error: unknown): boolean {
  return error instanceof EntryError && NOBODY.includes(error.code);
}

export function createApi(http: Http): Api {
  async function join(signal: AbortSignal, slug: string, displayName: string): Promise<Entry> {
    const body = { display_name: displayName };
    const params = { path: { slug } };
    return entry(
      await found(settle(signal, http.POST('/api/facechats/by-link/{slug}/join/', { params, body, signal }))),
    );
  }

  return {
    async instant(signal) {
      return room(await settle(signal, http.POST('/api/facechats/instant/', { body: {}, signal })));
    },
    async room(signal, slug) {
      const call = http.GET('/api/facechats/by-link/{slug}/', { params: { path: { slug } }, signal });
      return room(await found(settle(signal, call)));
    },
    door(slug, displayName) {
      return {
        join: (signal) => join(signal, slug, displayName()),
        async demo({ ticket, room: { id } }, signal) {
          const params = { path: { id } };
          const headers = { Authorization: `Bearer ${ticket}` };
          await found(done(signal, http.POST('/api/facechats/{id}/demo/', { params, headers, signal })));
        },
        async takeScreenshot({ room: { id } }, wish, signal) {
          const call = { params: { path: { id } }, body: wish, signal };
          try {
            return shot(await found(settle(signal, http.POST('/api/facechats/{id}/screenshots/', call))));
          } catch (cause) {
            throw wantsLogin(cause) ? new EntryError('login_required', { cause }) : cause;
          }
        },
      };
    },
    async me(signal) {
      try {
        return await settle(signal, http.GET('/api/accounts/me/', { signal }));
      } catch (error) {
        if (wantsLogin(error)) return null;
        throw error;
      }
    },
    async login(signal, name, password) {
      const body = { username: name, password, cookie_only: true };
      return (await settle(signal, http.POST('/api/accounts/login/', { body, signal }))).user;
    },
    async logout(signal) {
      try {
        await done(signal, http.POST('/api/accounts/logout/', { signal }));
      } catch (error) {
        // Who was logged out elsewhere is out.
        if (!wantsLogin(error)) throw error;
      }
    },
  };
}

/** What no code says more of was a room here. */
async function found<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (cause) {
    throw cause instanceof EntryError && cause.code === 'not_found'
      ? new EntryError('room_not_found', { cause })
      : cause;
  }
}

function room(body: RoomBody): Room {
  return checked(() => ({
    id: body.id,
    slug: body.slug,
    url: body.url,
    title: body.title,
    present: body.present,
    max: body.max,
    ...(body.host === undefined ? {} : { host: body.host }),
    mine: body.mine,
    state: body.state,
    allow_guests: body.allow_guests,
    tags: body.tags,
    filters: filters(body.filters, 'filters'),
  }));
}

function entry(body: EntryBody): Entry {
  return {
    ticket: body.ticket,
    participant_id: body.participant_id,
    room: room(body.room),
    socket_url: body.socket_url,
    ice_servers: body.ice_servers,
  };
}

function shot({ photo, draft }: ScreenshotBody): Shot {
  const { id, alt, width, height, url, thumbs } = photo;
  return { id, alt, width, height, url, thumbs, draft: { title: draft.title, tags: draft.tags }, post: 0 };
}

function checked<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw cause instanceof ShapeError ? new EntryError('internal', { cause }) : cause;
  }
}
