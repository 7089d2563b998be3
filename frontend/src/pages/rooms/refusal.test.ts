import { describe, expect, it } from 'vitest';
import { againOf, type Door, endingOf, refusalAhead } from './refusal';

const OPEN: Door = { state: 'live', allow_guests: true, present: 0 };

describe('before anybody asks for a seat', () => {
  it.each([
    [OPEN, true, ''],
    [OPEN, false, ''],
    [{ ...OPEN, allow_guests: false }, true, 'guests_not_allowed'],
    [{ ...OPEN, allow_guests: false }, false, ''],
    [{ ...OPEN, state: 'paused' as const }, false, 'room_paused'],
    [{ ...OPEN, state: 'paused' as const, present: 1 }, false, ''],
    [{ ...OPEN, state: 'paused' as const, allow_guests: false }, true, 'guests_not_allowed'],
  ])('%j refuses a guest (%j) with %j', (door, guest, code) => {
    expect(refusalAhead(door, guest)).toBe(code);
  });
});

it.each([
  ['left', '', 'left', 'again'],
  ['replaced', '', 'replaced', 'here'],
  ['room_full', 'room_full', 'room_full', 'retry'],
  ['refused', 'room_paused', 'room_paused', 'retry'],
  ['refused', 'guests_not_allowed', 'guests_not_allowed', 'none'],
  ['refused', 'session_ended', 'login_required', 'none'],
  ['rate_limited', 'rate_limited', 'server_busy', 'retry'],
  ['refused', 'user_not_found', 'account_disabled', 'none'],
  ['refused', 'display_name_invalid', 'refused', 'retry'],
  ['refused', 'constructor', 'refused', 'retry'],
  ['closed', 'room_paused', 'closed', 'none'],
])('%s with the code %s is the page %s, and the button %s', (reason, code, ending, again) => {
  expect(endingOf(reason, code)).toBe(ending);
  expect(againOf(endingOf(reason, code))).toBe(again);
});
