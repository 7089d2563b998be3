/**
 * The part of the HTTP interface that the call needs, in the shape that openapi-typescript writes. See
 * sfu/signal/PROTOCOL.md, "Entering over HTTP".
 */
export interface Problem {
  code: string;
  title: string;
  status: number;
  detail?: string;
}

export interface Filters {
  modes: string[] | null;
  pictures: { id: string; name: { ko: string; en: string } }[] | null;
  moods: string[] | null;
  mood_enabled: boolean;
  consent_version: number;
}

export interface Room {
  id: number;
  slug: string;
  url: string;
  title: string;
  state: string;
  max: number;
  present: number;
  allow_guests: boolean;
  filters: Filters;
}

export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

export interface Entry {
  ticket: string;
  expires_at: string;
  participant_id: string;
  room: Room;
  socket_url: string;
  ice_servers: IceServer[] | null;
}

interface Answer<S extends number, B> {
  responses: Record<S, { headers: Record<string, unknown>; content: { 'application/json': B } }> & {
    default: { headers: Record<string, unknown>; content: { 'application/problem+json': Problem } };
  };
}

interface Empty<S extends number> {
  responses: Record<S, { headers: Record<string, unknown>; content?: never }> & {
    default: { headers: Record<string, unknown>; content: { 'application/problem+json': Problem } };
  };
}

interface Body<T> {
  requestBody: { content: { 'application/json': T } };
}

interface Slug {
  parameters: { path: { slug: string } };
}

interface Ticketed {
  parameters: { path: { id: number }; header: { Authorization: string } };
}

export interface paths {
  '/api/facechats/instant/': { post: Body<{ title?: string }> & Answer<201, Room> };
  '/api/facechats/by-link/{slug}/': { get: Slug & Answer<200, Room> };
  '/api/facechats/by-link/{slug}/join/': { post: Slug & Body<{ display_name: string }> & Answer<200, Entry> };
  '/api/facechats/{id}/exit/': { post: Ticketed & Empty<204> };
  '/api/facechats/{id}/demo/': { post: Ticketed & Empty<202> };
}
