import { describe, expect, it } from 'vitest';
import { ACTIONS, type Action, actionOf, KEYS, type Place, type Press } from './callkeys';

const press = (key: string, change: Partial<Press> = {}): Press => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : '',
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  isComposing: false,
  repeat: false,
  ...change,
});
const nowhere: Place = { field: false, button: false, dialog: false };

describe('keys', () => {
  it.each([
    ['m', 'microphone'],
    ['M', 'microphone'],
    ['v', 'camera'],
    ['c', 'chat'],
    ['b', 'background'],
    ['s', 'screenshot'],
    ['h', 'mirror'],
    ['p', 'float'],
    ['f', 'full'],
    ['l', 'leave'],
    ['?', 'help'],
    [' ', 'talk'],
    ['x', null],
    ['Escape', null],
    ['Tab', null],
  ] as [string, Action | null][])('%j does %s', (key, action) => {
    expect(actionOf(press(key), nowhere)).toBe(action);
  });

  it('are each used once', () => {
    expect(new Set(ACTIONS.map((action) => KEYS[action])).size).toBe(ACTIONS.length);
  });

  it.each([
    ['Hangul', { key: 'ㅡ', code: 'KeyM' }],
    ['an input method at work', { key: 'Process', code: 'KeyM' }],
  ])('are found on a keyboard that writes %s', (_, change) => {
    expect(actionOf(press('m', change), nowhere)).toBe('microphone');
  });

  it('are where the letter is, not where it would be on another keyboard', () => {
    expect(actionOf(press('m', { code: 'Semicolon' }), nowhere)).toBe('microphone');
    expect(actionOf(press(',', { code: 'KeyM' }), nowhere)).toBeNull();
  });

  it.each([{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { repeat: true }, { isComposing: true }])(
    'are left to others with %j',
    (change) => {
      expect(actionOf(press('l', change), nowhere)).toBeNull();
    },
  );

  it.each(['m', 'l', ' ', '?'])('%j is written where one writes', (key) => {
    expect(actionOf(press(key), { ...nowhere, field: true })).toBeNull();
    expect(actionOf(press(key), { ...nowhere, dialog: true })).toBeNull();
  });

  it('leave the space bar to the button that has the focus, and only that', () => {
    expect(actionOf(press(' '), { ...nowhere, button: true })).toBeNull();
    expect(actionOf(press('m'), { ...nowhere, button: true })).toBe('microphone');
  });
});
