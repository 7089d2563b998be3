/** What a person may ask of the server for rooms. Rejects with EntryError. */
import { done, type From, type Http, type Part, settle } from './http';
import type { components } from './schema.gen';

type Schemas = components['schemas'];
/** A room as it stands in a list; one alone has the same and more. */
export type RoomCard = Schemas['RoomCard'];
export type RoomVisibility = RoomCard['visibility'];
/** A line of chat that was kept. */
export type RoomMessage = Schemas['Message'];

/** What the host says about a room. */
export interface RoomDraft {
  title: string;
  content: string;
  tags: string[];
  visibility: RoomVisibility;
  allow_guests: boolean;
}

/** What of a room is to be another; what is not named stays. */
export interface RoomChange extends Partial<RoomDraft> {
  state?: 'live' | 'paused';
  /** More people that may come in; they are told. */
  invite?: number[];
}

export type Rooms = ReturnType<typeof createRooms>;

/** As much as the server gives at once: a page of rooms is seldom longer. */
const LIMIT = 50;
const LINES = 30;

export function createRooms(http: Http) {
  const path = (id: number) => ({ path: { id } });
  const page = ({ cursor }: From, limit: number) => ({ limit, ...(cursor === '' ? {} : { cursor }) });
  return {
    /** Public and live ones first, then one's own, those that one is invited into, and friends' rooms. */
    list(from: From, { mine = false, tag = '' } = {}): Promise<Part<RoomCard>> {
      const query = { ...page(from, LIMIT), mine, ...(tag === '' ? {} : { tag }) };
      const { signal } = from;
      return settle(signal, http.GET('/api/facechats/', { params: { query }, signal }));
    },
    one(signal: AbortSignal, id: number): Promise<RoomCard> {
      return settle(signal, http.GET('/api/facechats/{id}/', { params: path(id), signal }));
    },
    create(signal: AbortSignal, draft: RoomDraft, invite: number[]): Promise<RoomCard> {
      const body = { ...draft, invite };
      return settle(signal, http.POST('/api/facechats/create_facechat/', { body, signal }));
    },
    edit(signal: AbortSignal, id: number, body: RoomChange): Promise<RoomCard> {
      return settle(signal, http.PUT('/api/facechats/{id}/', { params: path(id), body, signal }));
    },
    /** Ends the room and the call in it. */
    end(signal: AbortSignal, id: number): Promise<void> {
      return done(signal, http.DELETE('/api/facechats/{id}/', { params: path(id), signal }));
    },
    /** What was said in a room, the newest first, also after it has ended; for its host and who was in it. */
    messages(from: From, id: number): Promise<Part<RoomMessage>> {
      const { signal } = from;
      const params = { ...path(id), query: page(from, LINES) };
      return settle(signal, http.GET('/api/facechats/{id}/messages/', { params, signal }));
    },
  };
}
