/** Finding people in a list that is here already. */
import type { Person } from '../../api/people';

/** Those whose nickname or username contains the text, in any case and however it is composed. */
export function named<P extends Person>(people: P[], text: string): P[] {
  const wanted = plain(text.trim().replace(/^@/, ''));
  return wanted === ''
    ? people
    : people.filter(({ nickname, username }) =>
        [nickname, username].some((name) => plain(name).includes(wanted)),
      );
}

const plain = (text: string) => text.normalize('NFC').toLowerCase();
