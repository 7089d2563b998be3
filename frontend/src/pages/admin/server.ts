import { http } from '../../api';
import { type ContentQuery, createAdmin } from '../../api/admin';
import type { From, Part } from '../../api/http';

/** The server that gave this page, as the staff may ask it. */
export const admin = createAdmin(http);

/** What people write and the staff may remove. */
export type JudgedKind = 'post' | 'comment';
export interface Judgeable {
  id: number;
  reports: number;
  created: string;
}
export type JudgedList<Item> = (from: From, query: ContentQuery) => Promise<Part<Item>>;
