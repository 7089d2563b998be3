import { expect, it } from 'vitest';
import { standing } from './consent';

it.each([
  ['off', { mood_enabled: false, mood: false, version: 3 }],
  ['never', { mood_enabled: true, mood: false, version: 0 }],
  ['yes', { mood_enabled: true, mood: true, version: 3 }],
  ['no', { mood_enabled: true, mood: false, version: 3 }],
  ['changed', { mood_enabled: true, mood: false, version: 2 }],
] as const)('one stands at %s', (at, said) => {
  expect(standing({ share: false, at: null, current_version: 3, ...said })).toBe(at);
});
