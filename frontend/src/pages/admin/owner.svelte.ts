/** Whose things a list shows: the address may name one person, as ?user=3. */
import type { AdminUserCard } from '../../api/admin';
import { admin } from './server';

export class Owner {
  /** 0: everybody's. */
  readonly id: number;
  /** Who it is, as soon as that is known. */
  card = $state.raw<AdminUserCard | null>(null);

  constructor(search: string) {
    const id = Number(new URLSearchParams(search).get('user') ?? '0');
    this.id = Number.isSafeInteger(id) && id > 0 ? id : 0;
  }

  /** Looks up who it is. A list of somebody unknown shows that by itself: it is empty. */
  async find(signal: AbortSignal): Promise<void> {
    if (this.id === 0) return;
    this.card = await admin.user(signal, this.id).catch(() => null);
  }
}
