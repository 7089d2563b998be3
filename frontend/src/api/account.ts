/** What a person may ask of the server about their own account. Rejects with EntryError. */
import { EntryError } from '../call/ports';
import { done, type From, type Http, type Part, settle } from './http';
import type { components } from './schema.gen';

type Schemas = components['schemas'];
export type Me = Schemas['Me'];
/** One place where somebody is logged in. */
export type Login = Schemas['Session'];
export type Consent = Schemas['Consent'];
export type Blocked = Schemas['Follower'];

export interface NewAccount {
  username: string;
  email: string;
  /** Empty: the username. */
  nickname: string;
  password: string;
}

/** What changes of a profile; what is missing stays. */
export interface ProfileChange {
  nickname?: string;
  bio?: string;
  remove_picture?: boolean;
}

/** The answer to the question about the mood: to which text it is, and may the other one read a word? */
export type ConsentAnswer = Pick<Consent, 'mood' | 'share' | 'version'>;

/** A refusal that names the parts of the request that are wrong. */
export class FieldsError extends EntryError {
  constructor(
    code: string,
    /** Their names in the request's body. */
    readonly fields: string[],
    options?: ErrorOptions,
  ) {
    super(code, options);
    this.name = 'FieldsError';
  }
}

export type Account = ReturnType<typeof createAccount>;

const LIMIT = 20;

export function createAccount(http: Http) {
  const id = (value: number) => ({ path: { id: value } });
  return {
    /** Makes an account and logs it in; the tokens come as cookies. */
    async register(signal: AbortSignal, account: NewAccount): Promise<Me> {
      const body = { ...account, cookie_only: true };
      return (await settleFields(signal, http.POST('/api/accounts/register/', { body, signal }))).user;
    },
    update(signal: AbortSignal, body: ProfileChange): Promise<Me> {
      return settleFields(signal, http.PUT('/api/accounts/update/', { body, signal }));
    },
    consent(signal: AbortSignal): Promise<Consent> {
      return settle(signal, http.GET('/api/accounts/consent/', { signal }));
    },
    answer(signal: AbortSignal, body: ConsentAnswer): Promise<Consent> {
      return settle(signal, http.PUT('/api/accounts/consent/', { body, signal }));
    },
    blocked({ cursor, signal }: From): Promise<Part<Blocked>> {
      const params = { query: page(cursor) };
      return settle(signal, http.GET('/api/accounts/blocks/', { params, signal }));
    },
    unblock(signal: AbortSignal, person: number): Promise<void> {
      return done(signal, http.DELETE('/api/accounts/block/{id}/', { params: id(person), signal }));
    },
    logins({ cursor, signal }: From): Promise<Part<Login>> {
      const params = { query: page(cursor) };
      return settle(signal, http.GET('/api/accounts/sessions/', { params, signal }));
    },
    endLogin(signal: AbortSignal, login: number): Promise<void> {
      return done(signal, http.DELETE('/api/accounts/sessions/{id}/', { params: id(login), signal }));
    },
    /** Ends every login but the one that asks. */
    endOtherLogins(signal: AbortSignal): Promise<void> {
      const params = { query: { others: true } };
      return done(signal, http.DELETE('/api/accounts/sessions/', { params, signal }));
    },
    /** Changes the password, which ends every other login. */
    changePassword(signal: AbortSignal, old: string, fresh: string): Promise<void> {
      const body = { old_password: old, new_password: fresh };
      return done(signal, http.POST('/api/accounts/password/', { body, signal }));
    },
    /** Everything that is kept about the person, as a file. */
    export(signal: AbortSignal): Promise<Blob> {
      return settle(signal, http.GET('/api/accounts/me/export/', { parseAs: 'blob', signal }));
    },
    /** Deletes the account for ever. */
    remove(signal: AbortSignal, password: string): Promise<void> {
      return done(signal, http.DELETE('/api/accounts/me/', { body: { password }, signal }));
    },
  };
}

function page(cursor: string) {
  return cursor === '' ? { limit: LIMIT } : { limit: LIMIT, cursor };
}

/** Like settle; where the request itself is wrong, the refusal says in which parts. */
async function settleFields<T>(
  signal: AbortSignal,
  reply: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  try {
    return await settle(signal, reply);
  } catch (cause) {
    if (!(cause instanceof EntryError) || cause.code !== 'validation_failed') throw cause;
    throw new FieldsError(cause.code, fieldsOf((await reply).error), { cause });
  }
}

/** The names of the fields that a problem document finds wrong: body.email[0] is of email. */
function fieldsOf(problem: unknown): string[] {
  if (typeof problem !== 'object' || problem === null || !('errors' in problem)) return [];
  const { errors } = problem;
  if (!Array.isArray(errors)) return [];
  const names = errors.map((one: { location?: unknown } | null) =>
    typeof one?.location === 'string' ? /^body\.(\w+)/.exec(one.location)?.[1] : undefined,
  );
  return [...new Set(names.filter((name) => name !== undefined))];
}
