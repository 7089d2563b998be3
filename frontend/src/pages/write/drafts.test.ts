import { expect, it } from 'vitest';
import { noText } from '../../ui/posttext';
import { Drafts } from './drafts';

function shelf(start: Record<string, string> = {}) {
  const kept = new Map(Object.entries(start));
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

const draft = {
  photo: 5,
  text: { ...noText(), title: '점심', tags: ['a', 'b'], tagging: 'c', visibility: 'public' as const },
};

it('gives back what was kept, for each post and each person alone', () => {
  const place = shelf();
  const mine = new Drafts(place, 1);
  mine.keep(0, draft);
  expect(new Drafts(place, 1).read(0)).toEqual(draft);
  expect(mine.read(9)).toBeNull();
  expect(new Drafts(place, 2).read(0)).toBeNull();
  mine.drop(0);
  expect(mine.read(0)).toBeNull();
  expect(place.kept.size).toBe(0);
});

it.each([
  'not JSON',
  'null',
  '7',
  '{}',
  JSON.stringify({ ...draft, photo: -1 }),
  JSON.stringify({ ...draft, photo: '5' }),
  JSON.stringify({ photo: 5, text: { ...draft.text, visibility: 'staff' } }),
  JSON.stringify({ photo: 5, text: { ...draft.text, tags: 'a' } }),
  JSON.stringify({ photo: 5, text: { ...draft.text, tags: [1] } }),
  JSON.stringify({ photo: 5, text: { ...draft.text, alt: null } }),
])('does not take %s for a draft', (text) => {
  expect(new Drafts(shelf({ 'ppenter.draft.1.0': text }), 1).read(0)).toBeNull();
});

it('does without a place that keeps nothing', () => {
  const none = new Drafts(null, 1);
  none.keep(0, draft);
  none.drop(0);
  expect(none.read(0)).toBeNull();
  const full = new Drafts(
    {
      ...shelf(),
      setItem: () => {
        throw new Error('full');
      },
    },
    1,
  );
  expect(() => full.keep(0, draft)).not.toThrow();
});
