/** The keys of the call. Pure: a key and where it was pressed give what is to be done. */

export const ACTIONS = [
  'microphone',
  'talk',
  'camera',
  'background',
  'screenshot',
  'chat',
  'mirror',
  'float',
  'full',
  'leave',
  'help',
] as const;
export type Action = (typeof ACTIONS)[number];

/** As a person reads it on the key. */
export const KEYS: Record<Action, string> = {
  microphone: 'M',
  talk: 'Space',
  camera: 'V',
  background: 'B',
  screenshot: 'S',
  chat: 'C',
  mirror: 'H',
  float: 'P',
  full: 'F',
  leave: 'L',
  help: '?',
};

/** What an event of the keyboard tells that matters here. */
export interface Press {
  key: string;
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
  repeat: boolean;
}

/** Where the press happened. */
export interface Place {
  /** In a field that takes text or a choice. */
  field: boolean;
  /** On something that the space bar presses. */
  button: boolean;
  /** A dialog stands over the call. */
  dialog: boolean;
}

const BY_LETTER = new Map<string, Action>(
  ACTIONS.filter((action) => KEYS[action].length === 1 && action !== 'help').map((action) => [
    KEYS[action].toLowerCase(),
    action,
  ]),
);

/** The letter of the key; where the keyboard writes others, such as Hangul, the one that is printed in Latin. */
function letter({ key, code }: Press): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const other = key === 'Process' || (key.length === 1 && key > '\u00ff');
  return other ? (/^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? '') : '';
}

/** null: the press is none of the call's business. */
export function actionOf(press: Press, place: Place): Action | null {
  if (place.field || place.dialog || press.isComposing) return null;
  if (press.altKey || press.ctrlKey || press.metaKey || press.repeat) return null;
  if (press.key === '?') return 'help';
  if (press.key === ' ') return place.button ? null : 'talk';
  return BY_LETTER.get(letter(press)) ?? null;
}

/** For aria-keyshortcuts. */
export const ariaKey = (action: Action): string => (action === 'help' ? 'Shift+?' : KEYS[action]);

const FIELDS = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]';
const BUTTONS = 'button, a, summary, label, [role="button"], [role="menuitem"], [role="log"], [role="tab"]';

export function placeOf(target: EventTarget | null): Place {
  const element = target instanceof Element ? target : null;
  return {
    field: element?.closest(FIELDS) != null,
    button: element?.closest(BUTTONS) != null,
    dialog: document.querySelector('dialog:modal') !== null,
  };
}
