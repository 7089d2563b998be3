/** What a person may ask of the server about what happened to them. Rejects with EntryError. */
import type { News } from '../notify/messages';
import { type From, type Http, type Part, settle } from './http';

export type Notifications = ReturnType<typeof createNotifications>;

const LIMIT = 20;

export function createNotifications(http: Http) {
  return {
    async list({ cursor, signal }: From): Promise<Part<News>> {
      const query = cursor === '' ? { limit: LIMIT } : { limit: LIMIT, cursor };
      const part = await settle(
        signal,
        http.GET('/api/accounts/notifications/', { params: { query }, signal }),
      );
      return { items: part.items.map((row) => ({ ...row, actor: row.actor ?? null })), next: part.next };
    },
    /** Marks some as read, or all; returns how many are left. */
    async read(signal: AbortSignal, ids?: number[]): Promise<number> {
      const body = ids === undefined ? {} : { ids };
      return (await settle(signal, http.POST('/api/accounts/notifications/read/', { body, signal }))).unread;
    },
  };
}
