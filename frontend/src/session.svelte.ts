/** Who is logged in. The tokens are the browser's business: they live in cookies that no script reads. */
import { account, api, mayBeKnown } from './api';
import type { NewAccount } from './api/account';
import type { Me } from './api/client';
import { memory } from './browser/memory';
import { tellTabs } from './browser/tabs';

class Session {
  /** null: nobody; undefined: the server was not asked yet. */
  me = $state.raw<Me | null | undefined>(undefined);
  /** For whom this page shows things (0: nobody); a session that is lost leaves them there. undefined: not asked yet. */
  #reader: number | undefined;
  #tell: (who: number) => void = () => {};

  /** Until the signal aborts the tabs of this browser tell each other who is logged in; another: not who was here. */
  listen(signal: AbortSignal, another: () => void): void {
    this.#tell = tellTabs('who', signal, (who) => {
      if (this.#reader !== undefined && this.#reader !== who) another();
    });
  }

  /** Asks the server who is logged in. Rejects with EntryError where it cannot tell. */
  async load(signal: AbortSignal): Promise<void> {
    this.me = mayBeKnown() ? await api.me(signal) : null;
    this.#reader = this.me?.id ?? 0;
  }

  async login(signal: AbortSignal, name: string, password: string): Promise<void> {
    this.#enter(await api.login(signal, name, password));
  }

  /** Makes an account; who made it is logged in. Rejects with EntryError. */
  async register(signal: AbortSignal, wish: NewAccount): Promise<void> {
    this.#enter(await account.register(signal, wish));
  }

  /** One's own account as the server has it now. */
  changed(me: Me): void {
    this.me = me;
  }

  async logout(signal: AbortSignal): Promise<void> {
    await api.logout(signal);
    this.#enter(null);
  }

  /** The server said that nobody is logged in any more. */
  lost(): void {
    this.me = null;
  }

  /** The person's account is gone, and with it every login. */
  ended(): void {
    this.#enter(null);
  }

  #enter(me: Me | null): void {
    this.me = me;
    // A yes that somebody gave here before is not this person's.
    if (memory.get('consent').startsWith('yes')) memory.set('consent', '');
    this.#reader = me?.id ?? 0;
    this.#tell(this.#reader);
  }
}

export const session = new Session();
