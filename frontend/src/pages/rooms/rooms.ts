/** What the pages of the rooms work out, without a page: order, seats, refusals. */
import type { RoomCard, RoomDraft } from '../../api/rooms';
import { parseTags, tagsFit } from '../../ui/tags';

/** The longest texts of a room, in characters, and how many people one request invites. */
export const TITLE_LENGTH = 100;
export const CONTENT_LENGTH = 1000;
export const MOST_INVITED = 20;

/** What is known of how many people a room holds. */
export type Seats = Pick<RoomCard, 'present' | 'max'>;

export type Fullness = 'empty' | 'waiting' | 'full';

export function fullness({ present, max }: Seats): Fullness {
  if (present >= max) return 'full';
  return present > 0 ? 'waiting' : 'empty';
}

export interface Groups<R> {
  /** Those that were not found by everybody: invitations, and friends' rooms. */
  near: R[];
  open: R[];
}

/** The rooms of others, by whether one finds them because of whom one knows. */
export function grouped<R extends Pick<RoomCard, 'mine' | 'visibility' | 'state'>>(rooms: R[]): Groups<R> {
  const groups: Groups<R> = { near: [], open: [] };
  for (const room of rooms) {
    if (room.mine) continue;
    const everybody = room.visibility === 'public' && room.state === 'live';
    (everybody ? groups.open : groups.near).push(room);
  }
  return groups;
}

interface Rows<R> {
  items: R[];
  next: string;
}

/**
 * A list after its first page was fetched anew: the pages behind it stay, and what is not in the first page any
 * more goes.
 */
export function withFresh<R extends { id: number }>(old: Rows<R>, fresh: Rows<R>): Rows<R> {
  const last = fresh.items.at(-1)?.id;
  const at = old.items.findIndex(({ id }) => id === last);
  if (fresh.next === '' || at < 0) return fresh;
  const known = new Set(fresh.items.map(({ id }) => id));
  const behind = old.items.slice(at + 1).filter(({ id }) => !known.has(id));
  return behind.length === 0 ? fresh : { items: [...fresh.items, ...behind], next: old.next };
}

/** What is typed into the form of a room: its tags are one text there. */
export interface RoomFields extends Omit<RoomDraft, 'tags'> {
  tags: string;
}

export const NEW_ROOM: RoomFields = {
  title: '',
  content: '',
  tags: '',
  visibility: 'friends',
  allow_guests: false,
};

export function fieldsOf(room: Pick<RoomCard, keyof RoomDraft>): RoomFields {
  const { title, content, visibility, allow_guests } = room;
  return {
    title,
    content,
    visibility,
    allow_guests,
    tags: room.tags.map(({ name }) => `#${name}`).join(' '),
  };
}

export function draftOf(fields: RoomFields): RoomDraft {
  return {
    ...fields,
    title: fields.title.trim(),
    content: fields.content.trim(),
    tags: parseTags(fields.tags),
  };
}

/** The code of what the server would refuse of a room; empty: nothing that can be seen here. */
export function draftProblem(draft: RoomDraft): string {
  if ([...draft.title].length > TITLE_LENGTH) return 'title_invalid';
  if ([...draft.content].length > CONTENT_LENGTH) return 'room_content_invalid';
  return tagsFit(draft.tags) ? '' : 'tag_invalid';
}

/** Friends whose name or nickname has the words, in any case. */
export function named<P extends { nickname: string; username: string }>(people: P[], words: string): P[] {
  const wanted = words.trim().replace(/^@/, '').toLocaleLowerCase();
  if (wanted === '') return people;
  return people.filter(({ nickname, username }) =>
    [nickname, username].some((name) => name.toLocaleLowerCase().includes(wanted)),
  );
}
