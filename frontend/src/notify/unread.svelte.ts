/** How many notifications wait; apart from the rest so that the bell needs nothing else at first. */
class Unread {
  /** null: no socket has told yet, and what the account's page said holds. */
  count = $state<number | null>(null);
}

export const unread = new Unread();
