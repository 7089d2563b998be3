/** What somebody began to write in this tab: it outlives a reload, and ends with the tab. */
import { type PostText, VISIBILITIES } from '../../ui/posttext';

export interface Draft {
  /** The chosen picture; 0: none yet. */
  photo: number;
  text: PostText;
}

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const PREFIX = 'ppenter.draft.';

/** The drafts of one person: who logs in after them sees nothing of them. `null`: this browser keeps nothing. */
export class Drafts {
  readonly #shelf: Shelf | null;
  readonly #owner: number;

  constructor(shelf: Shelf | null, owner: number) {
    this.#shelf = shelf;
    this.#owner = owner;
  }

  /** The draft of a post; null: there is none, or none that can be read. */
  read(post: number): Draft | null {
    try {
      return draftOf(JSON.parse(this.#shelf?.getItem(this.#key(post)) ?? 'null'));
    } catch {
      return null;
    }
  }

  keep(post: number, draft: Draft): void {
    try {
      this.#shelf?.setItem(this.#key(post), JSON.stringify(draft));
    } catch {
      // Full, or not allowed: the text stands in the page still.
    }
  }

  drop(post: number): void {
    try {
      this.#shelf?.removeItem(this.#key(post));
    } catch {
      // Then there is none either.
    }
  }

  /** post 0: one that is not there yet. */
  #key(post: number): string {
    return `${PREFIX}${this.#owner}.${post}`;
  }
}

/** The drafts of this tab; a browser may forbid even to ask for its storage. */
export function tabDrafts(owner: number): Drafts {
  try {
    return new Drafts(sessionStorage, owner);
  } catch {
    return new Drafts(null, owner);
  }
}

/** A draft that was read from outside: whatever is not as it should be makes it none. */
function draftOf(value: unknown): Draft | null {
  if (!isRecord(value) || !isRecord(value.text) || !isId(value.photo)) return null;
  const { title, content, tags, tagging, alt, visibility } = value.text;
  const seen = VISIBILITIES.find((known) => known === visibility);
  if (seen === undefined || !isText(title) || !isText(content) || !isText(tagging) || !isText(alt))
    return null;
  if (!Array.isArray(tags) || !tags.every(isText)) return null;
  return { photo: value.photo, text: { title, content, tags, tagging, alt, visibility: seen } };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
