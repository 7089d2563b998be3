/** What a person may ask of the server to ring a friend and to answer. Rejects with EntryError. */
import type { Ring } from '../notify/messages';
import { done, type Http, settle } from './http';

export type Rings = ReturnType<typeof createRings>;

export function createRings(http: Http) {
  const of = (id: number) => ({ path: { id } });
  return {
    /** Makes a room for two that nobody else sees; returns its id. */
    async makeRoom(signal: AbortSignal, title: string): Promise<number> {
      const body = { title, visibility: 'link', allow_guests: false } as const;
      return (await settle(signal, http.POST('/api/facechats/create_facechat/', { body, signal }))).id;
    },
    /** Ends a room, and with it what rings there; goes through when the page closes, too. */
    endRoom(signal: AbortSignal, room: number): Promise<void> {
      return done(signal, http.DELETE('/api/facechats/{id}/', { params: of(room), signal, keepalive: true }));
    },
    /** Rings a friend, who is invited into the room by that. */
    ring(signal: AbortSignal, room: number, user: number): Promise<Ring> {
      const call = { params: of(room), body: { user }, signal };
      return settle(signal, http.POST('/api/facechats/{id}/ring/', call));
    },
    accept(signal: AbortSignal, room: number): Promise<Ring> {
      return settle(signal, http.POST('/api/facechats/{id}/ring/accept/', { params: of(room), signal }));
    },
    decline(signal: AbortSignal, room: number): Promise<Ring> {
      return settle(signal, http.POST('/api/facechats/{id}/ring/decline/', { params: of(room), signal }));
    },
    /** Stops ringing; goes through when the page closes, too. */
    cancel(signal: AbortSignal, room: number): Promise<Ring> {
      const call = { params: of(room), signal, keepalive: true };
      return settle(signal, http.POST('/api/facechats/{id}/ring/cancel/', call));
    },
  };
}
