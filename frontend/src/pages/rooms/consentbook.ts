/** What this person said to the reading of their expression, in a call. */
import { account } from '../../api';
import { memory } from '../../browser/memory';
import { createConsentBook } from '../../consent';
import { session } from '../../session.svelte';

export const consentBook = createConsentBook({ account, memory, known: () => Boolean(session.me) });
