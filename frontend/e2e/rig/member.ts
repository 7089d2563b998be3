import type { BrowserContext } from '@playwright/test';
import type { Server } from './server';

const PASSWORD = 'a good long phrase';

/** Somebody with an account who talks to the server without a browser. */
export class Member {
  readonly name: string;
  readonly password = PASSWORD;
  readonly id: number;
  readonly #server: Server;
  readonly #access: string;

  private constructor(server: Server, name: string, id: number, access: string) {
    this.#server = server;
    this.name = name;
    this.id = id;
    this.#access = access;
  }

  static async register(server: Server, name: string, nickname = name): Promise<Member> {
    const body = { username: name, email: `${name}@example.org`, nickname, password: PASSWORD };
    const answer = await fetch(`${server.url}/api/accounts/register/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`register ${name}: ${answer.status} ${await answer.text()}`);
    const { user, access } = (await answer.json()) as { user: { id: number }; access: string };
    return new Member(server, name, user.id, access);
  }

  /** Sends a request; body is JSON, or a form with a picture. */
  request(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#access}` };
    if (body !== undefined && !(body instanceof FormData)) headers['Content-Type'] = 'application/json';
    return fetch(this.#server.url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
  }

  /** Makes something, and returns its id. */
  async make(path: string, body: unknown): Promise<number> {
    const answer = await this.request('POST', path, body);
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { id: number }).id;
  }

  /** Sends a request that has to succeed. */
  async expect(method: string, path: string, body?: unknown): Promise<Response> {
    const answer = await this.request(method, path, body);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** Logs a browser in without its pages. */
  async enter(context: BrowserContext): Promise<void> {
    const data = { username: this.name, password: this.password, cookie_only: true };
    const answer = await context.request.post(`${this.#server.url}/api/accounts/login/`, { data });
    if (!answer.ok()) throw new Error(`log in ${this.name}: ${answer.status()} ${await answer.text()}`);
  }
}
