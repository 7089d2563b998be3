import { describe, expect, it } from 'vitest';
import { isMissed, outcomeOf, partnerOf } from './pastcalls';

describe('what became of a call', () => {
  it.each([
    ['call', false, 'past.call', false],
    ['missed', false, 'past.missed', true],
    ['missed', true, 'past.unanswered', false],
    ['cancelled', false, 'past.missed', true],
    ['cancelled', true, 'past.cancelled', false],
    ['declined', false, 'past.declined', false],
    ['declined', true, 'past.refused', false],
    ['busy', false, 'past.mebusy', true],
    ['busy', true, 'past.busy', false],
  ] as const)('%s, by oneself: %s', (kind, outgoing, key, missed) => {
    expect(outcomeOf({ kind, outgoing })).toBe(key);
    expect(isMissed({ kind, outgoing })).toBe(missed);
  });
});

describe('who can be called again', () => {
  const una = { id: 7, username: 'una', nickname: 'Una', avatar: { photo_id: 0, url: '', blurhash: '' } };

  it('is the one with an account', () => {
    expect(partnerOf({ with: [{ name: 'a guest' }, { name: 'Una', person: una }] })).toBe(una);
  });

  it('is nobody where it was nobody, or several', () => {
    expect(partnerOf({ with: [] })).toBeNull();
    expect(partnerOf({ with: [{ name: '' }] })).toBeNull();
    const ben = { ...una, id: 8 };
    expect(partnerOf({ with: [una, ben].map((person) => ({ name: person.nickname, person })) })).toBeNull();
  });
});
