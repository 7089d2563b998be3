/** Who is logged in. The tokens are the browser's business: they live in cookies that no script reads. */
import { account, api, mayBeKnown } from './api';
import type { NewAccount } from './api/account';
import type { Me } from './api/client';

class Session {
  /** null: nobody; undefined: the server was not asked yet. */
  me = $state.raw<Me | null | undefined>(undefined);

  /** Asks the server who is logged in. Rejects with EntryError where it cannot tell. */
  async load(signal: AbortSignal): Promise<void> {
    this.me = mayBeKnown() ? await api.me(signal) : null;
  }

  async login(signal: AbortSignal, name: string, password: string): Promise<void> {
    this.me = await api.login(signal, name, password);
  }

  /** Makes an account; who made it is logged in. Rejects with EntryError. */
  async register(signal: AbortSignal, wish: NewAccount): Promise<void> {
    this.me = await account.register(signal, wish);
  }

  /** One's own account as the server has it now. */
  changed(me: Me): void {
    this.me = me;
  }

  async logout(signal: AbortSignal): Promise<void> {
    await api.logout(signal);
    this.me = null;
  }

  /** The server said that nobody is logged in any more. */
  lost(): void {
    this.me = null;
  }
}

export const session = new Session();
