/** What the staff may ask of the server; only the staff's pages load this. */
import { done, type From, type Http, type Part, settle } from './http';
import type { components } from './schema.gen';

type Schemas = components['schemas'];
export type AdminUser = Schemas['AdminUser'];
export type AdminUserCard = Schemas['AdminUserCard'];
export type AdminPost = Schemas['AdminPost'];
export type AdminComment = Schemas['AdminComment'];
export type AdminRoom = Schemas['AdminRoom'];
export type AdminReport = Schemas['AdminReport'];
export type AuditEntry = Schemas['AuditEntry'];

export interface ContentQuery {
  q: string;
  reported: boolean;
  /** 0: anybody's. */
  user: number;
}

export type ReportState = AdminReport['state'] | 'all';
export type Verdict = 'resolved' | 'dismissed';
export type AuditKind = 'user' | 'post' | 'comment' | 'facechat' | 'report' | 'all';

export type Admin = ReturnType<typeof createAdmin>;

const LIMIT = 20;

export function createAdmin(http: Http) {
  const id = (value: number) => ({ path: { id: value } });
  return {
    users(from: From, q: string, only: '' | 'disabled' | 'staff'): Promise<Part<AdminUser>> {
      const query = { ...page(from), q, disabled: only === 'disabled', staff: only === 'staff' };
      const { signal } = from;
      return settle(signal, http.GET('/api/admin/users/', { params: { query }, signal }));
    },
    user(signal: AbortSignal, user: number): Promise<AdminUserCard> {
      return settle(signal, http.GET('/api/admin/users/{id}/', { params: id(user), signal }));
    },
    disable(signal: AbortSignal, user: number, reason: string): Promise<AdminUserCard> {
      const body = { reason };
      return settle(signal, http.POST('/api/admin/users/{id}/disable/', { params: id(user), body, signal }));
    },
    enable(signal: AbortSignal, user: number, reason: string): Promise<AdminUserCard> {
      const body = { reason };
      return settle(signal, http.POST('/api/admin/users/{id}/enable/', { params: id(user), body, signal }));
    },
    posts(from: From, { q, reported, user }: ContentQuery): Promise<Part<AdminPost>> {
      const query = { ...page(from), q, reported, user };
      const { signal } = from;
      return settle(signal, http.GET('/api/admin/posts/', { params: { query }, signal }));
    },
    removePost(signal: AbortSignal, post: number, reason: string): Promise<void> {
      const params = { ...id(post), query: { reason } };
      return done(signal, http.DELETE('/api/admin/posts/{id}/', { params, signal }));
    },
    comments(from: From, { q, reported, user }: ContentQuery): Promise<Part<AdminComment>> {
      const query = { ...page(from), q, reported, user };
      const { signal } = from;
      return settle(signal, http.GET('/api/admin/comments/', { params: { query }, signal }));
    },
    removeComment(signal: AbortSignal, comment: number, reason: string): Promise<void> {
      const params = { ...id(comment), query: { reason } };
      return done(signal, http.DELETE('/api/admin/comments/{id}/', { params, signal }));
    },
    rooms(from: From): Promise<Part<AdminRoom>> {
      const { signal } = from;
      return settle(signal, http.GET('/api/admin/rooms/', { params: { query: page(from) }, signal }));
    },
    closeRoom(signal: AbortSignal, room: number, reason: string): Promise<void> {
      const body = { reason };
      return done(signal, http.POST('/api/admin/rooms/{id}/close/', { params: id(room), body, signal }));
    },
    reports(from: From, state: ReportState): Promise<Part<AdminReport>> {
      const query = { ...page(from), state };
      const { signal } = from;
      return settle(signal, http.GET('/api/admin/reports/', { params: { query }, signal }));
    },
    resolve(signal: AbortSignal, report: number, action: Verdict, note: string): Promise<AdminReport> {
      const body = { action, note };
      return settle(
        signal,
        http.POST('/api/admin/reports/{id}/resolve/', { params: id(report), body, signal }),
      );
    },
    audit(from: From, kind: AuditKind, target: number): Promise<Part<AuditEntry>> {
      const query = { ...page(from), kind, target };
      const { signal } = from;
      return settle(signal, http.GET('/api/admin/audit/', { params: { query }, signal }));
    },
  };
}

function page({ cursor }: From) {
  return cursor === '' ? { limit: LIMIT } : { limit: LIMIT, cursor };
}
