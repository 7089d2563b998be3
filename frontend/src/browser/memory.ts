/** Small things this browser remembers; nothing is lost when it may not. */
const PREFIX = 'ppenter.';

export type Remembered = 'name' | 'camera' | 'microphone' | 'mode' | 'picture' | 'language' | 'theme';

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
