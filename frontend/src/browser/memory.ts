/** Small things this browser remembers; nothing is lost when it may not. */
const PREFIX = 'ppenter.';

export type Remembered = 'name' | 'camera' | 'microphone' | 'mode' | 'picture' | 'language' | 'theme' | 'demo';

function box(store: () => Storage) {
  return {
    get(key: Remembered): string {
      try {
        return store().getItem(PREFIX + key) ?? '';
      } catch {
        return '';
      }
    },
    set(key: Remembered, value: string): void {
      try {
        store().setItem(PREFIX + key, value);
      } catch {
        // A private window without storage: the choice lasts as long as the page.
      }
    },
  };
}

export const memory = box(() => localStorage);
