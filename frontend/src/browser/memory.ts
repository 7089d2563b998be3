/** Small things this browser remembers; nothing is lost when it may not. */
const PREFIX = 'ppenter.';

export type Remembered =
  | 'name'
  | 'camera'
  | 'microphone'
  | 'speaker'
  | 'mode'
  | 'picture'
  /** Of a blur. */
  | 'strength'
  /** What was said to the reading of the expression here; see consent.ts. */
  | 'consent'
  | 'language'
  | 'theme'
  /** The corner where one's own picture stands in a call. */
  | 'mirror'
  /** `yes`: one's own picture is not shown in a call. */
  | 'mirrorhidden'
  /** `off`: keys do nothing in a call. */
  | 'keys';

export const memory = {
  get(key: Remembered): string {
    try {
      return localStorage.getItem(PREFIX + key) ?? '';
    } catch {
      return '';
    }
  },
  set(key: Remembered, value: string): void {
    try {
      localStorage.setItem(PREFIX + key, value);
    } catch {
      // A private window without storage: the choice lasts as long as the page.
    }
  },
};
