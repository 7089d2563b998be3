/**
 * The wire under every call to the server: typed requests that carry the person's cookies, and one kind of error.
 * Tokens stay in cookies that scripts cannot read; what a script may read is the value that proves that a page of
 * ours writes.
 */
import createClient from 'openapi-fetch';
import { EntryError } from '../call/ports';
import type { paths } from './schema.gen';

export type Fetch = (request: Request) => Promise<Response>;

export interface Wire {
  fetch?: Fetch;
  /** The value of the cookie ppenter_csrf; empty where nobody is logged in. */
  csrf?: () => string;
  /** Runs a task while no other page of this browser runs it. */
  alone?: Alone;
}

export type Alone = <T>(task: () => Promise<T>) => Promise<T>;

/** One page of a list. */
export interface Part<T> {
  items: T[];
  /** Where the next page begins; empty: this is the last one. */
  next: string;
}

/** Which part of a list is wanted: from a cursor on, or from the beginning. */
export interface From {
  cursor: string;
  signal: AbortSignal;
}

export type Http = ReturnType<typeof createHttp>;

export function createHttp(baseUrl: string, wire: Wire = {}) {
  const send = wire.fetch ?? ((request: Request) => globalThis.fetch(request));
  return createClient<paths>({
    baseUrl,
    fetch: withSession(baseUrl, { send, csrf: () => '', alone: (task) => task(), ...wire }),
  });
}

/** Signs what writes, and gets a new access token where the old one has run out. */
function withSession(
  baseUrl: string,
  { send, csrf, alone }: { send: Fetch } & Required<Omit<Wire, 'fetch'>>,
): Fetch {
  const signed = (request: Request): Request => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (reads || csrf() === '' || request.headers.has('Authorization')) return request;
    const headers = new Headers(request.headers);
    headers.set('X-CSRF-Token', csrf());
    return new Request(request, { headers });
  };
  const exchange = async (): Promise<Renewal> => {
    // Another page has found out meanwhile that the session is over.
    if (csrf() === '') return 'over';
    const request = new Request(`${baseUrl}/api/accounts/refresh/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ cookie_only: true }),
      // A page that is closed meanwhile must not lose the new token: the old one is used by then.
      keepalive: true,
    });
    const answer = await send(signed(request));
    if (answer.ok) return 'renewed';
    return answer.status === 429 || answer.status >= 500 ? answer : 'over';
  };
  let renewing: Promise<Renewal> | null = null;
  /** One at a time, of all pages: a refresh token is good for one use, and one that comes late ends the session. */
  const renew = (): Promise<Renewal> => {
    renewing ??= alone(exchange).finally(() => {
      renewing = null;
    });
    return renewing;
  };
  return async (request) => {
    const mayRenew = csrf() !== '' && !request.headers.has('Authorization');
    const again = mayRenew ? request.clone() : null;
    const answer = await send(signed(request));
    if (again === null || answer.status !== 401 || !(await runOut(answer))) return answer;
    const renewal = await renew();
    if (renewal === 'over') return answer;
    return renewal === 'renewed' ? send(signed(again)) : renewal.clone();
  };
}

/** What came of the wish for a new token; an answer: the server cannot tell now, and who was known still is. */
type Renewal = 'renewed' | 'over' | Response;

/** Whether a refusal says that the access token is not there any more. */
async function runOut(answer: Response): Promise<boolean> {
  const code = codeOf(
    await answer
      .clone()
      .json()
      .catch(() => null),
    401,
  );
  return code === 'login_required' || code === 'token_expired';
}

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer that has one. Rejects with EntryError, or with the reason of an abort. */
export async function settle<T>(signal: AbortSignal, reply: Promise<Reply<T>>): Promise<T> {
  const { data } = await settled(signal, reply);
  if (data === undefined) throw new EntryError('internal');
  return data;
}

/** Like settle, for an answer without a body. */
export async function done(signal: AbortSignal, reply: Promise<Reply<unknown>>): Promise<void> {
  await settled(signal, reply);
}

async function settled<T>(signal: AbortSignal, reply: Promise<Reply<T>>): Promise<Reply<T>> {
  let got: Reply<T>;
  try {
    got = await reply;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw new EntryError('offline', { cause });
  }
  if (!got.response.ok) throw new EntryError(codeOf(got.error, got.response.status));
  return got;
}

/** A proxy in between answers without a code: then the status has to do. */
export function codeOf(problem: unknown, status: number): string {
  if (
    typeof problem === 'object' &&
    problem !== null &&
    'code' in problem &&
    typeof problem.code === 'string'
  ) {
    return problem.code;
  }
  if (status === 404) return 'not_found';
  return status >= 502 && status <= 504 ? 'offline' : 'internal';
}
