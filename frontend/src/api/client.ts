/** The typed way to the server. Every refusal becomes an EntryError with the server's stable code. */
import createClient from 'openapi-fetch';
import { filters } from '../call/messages';
import { type Door, type Entry, EntryError, type RoomInfo } from '../call/ports';
import { ShapeError } from '../call/shape';
import type { components, paths } from './schema.gen';

type RoomBody = components['schemas']['Room'];
type EntryBody = components['schemas']['Entry'];

export interface Room extends RoomInfo {
  url: string;
  present: number;
  max: number;
}

export interface Api {
  instant(signal: AbortSignal): Promise<Room>;
  room(signal: AbortSignal, slug: string): Promise<Room>;
  /** The door of one room for one display name. */
  door(slug: string, displayName: () => string): Door;
}

type Fetch = (request: Request) => Promise<Response>;

export function createApi(baseUrl: string, fetch: Fetch = (request) => globalThis.fetch(request)): Api {
  const http = createClient<paths>({ baseUrl, fetch });

  async function join(signal: AbortSignal, slug: string, displayName: string): Promise<Entry> {
    const body = { display_name: displayName };
    const call = http.POST('/api/facechats/by-link/{slug}/join/', {
      params: { path: { slug } },
      body,
      signal,
    });
    return entry(await settle(signal, call));
  }

  return {
    async instant(signal) {
      return room(await settle(signal, http.POST('/api/facechats/instant/', { body: {}, signal })));
    },
    async room(signal, slug) {
      const call = http.GET('/api/facechats/by-link/{slug}/', { params: { path: { slug } }, signal });
      return room(await settle(signal, call));
    },
    door(slug, displayName) {
      return {
        join: (signal) => join(signal, slug, displayName()),
        async demo({ ticket, room: { id } }, signal) {
          const params = { path: { id }, header: { Authorization: `Bearer ${ticket}` } };
          await settle(signal, http.POST('/api/facechats/{id}/demo/', { params, signal }), true);
        },
      };
    },
  };
}

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

async function settle<T>(signal: AbortSignal, reply: Promise<Reply<T>>): Promise<T>;
async function settle(signal: AbortSignal, reply: Promise<Reply<unknown>>, empty: true): Promise<undefined>;
async function settle<T>(
  signal: AbortSignal,
  reply: Promise<Reply<T>>,
  empty = false,
): Promise<T | undefined> {
  let got: Reply<T>;
  try {
    got = await reply;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw new EntryError('offline', { cause });
  }
  if (!got.response.ok) throw new EntryError(codeOf(got.error, got.response.status));
  if (empty) return undefined;
  if (got.data === undefined) throw new EntryError('internal');
  return got.data;
}

/** A proxy in between answers without a code: then the status has to do. */
function codeOf(problem: unknown, status: number): string {
  if (
    typeof problem === 'object' &&
    problem !== null &&
    'code' in problem &&
    typeof problem.code === 'string'
  ) {
    return problem.code;
  }
  if (status === 404) return 'room_not_found';
  return status >= 502 && status <= 504 ? 'offline' : 'internal';
}

function room(body: RoomBody): Room {
  return checked(() => ({
    id: body.id,
    slug: body.slug,
    url: body.url,
    title: body.title,
    present: body.present,
    max: body.max,
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

function checked<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw cause instanceof ShapeError ? new EntryError('internal', { cause }) : cause;
  }
}
