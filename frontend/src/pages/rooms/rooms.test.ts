import { describe, expect, it } from 'vitest';
import { draftOf, draftProblem, fieldsOf, fullness, grouped, NEW_ROOM, named, withFresh } from './rooms';

it.each([
  [0, 'empty'],
  [1, 'waiting'],
  [2, 'full'],
  [3, 'full'],
])('with %i of two inside a room is %s', (present, state) => {
  expect(fullness({ present, max: 2 })).toBe(state);
});

it('tells rooms for everybody from those that one finds through people', () => {
  const room = (id: number, visibility: 'public' | 'friends' | 'link', more = {}) => ({
    id,
    visibility,
    state: 'live' as const,
    mine: false,
    ...more,
  });
  const rooms = [
    room(1, 'public'),
    room(2, 'public', { mine: true }),
    room(3, 'public', { state: 'paused' as const }),
    room(4, 'friends'),
    room(5, 'link', { mine: true }),
    room(6, 'link'),
  ];
  const { open, near } = grouped(rooms);
  expect(open.map(({ id }) => id)).toEqual([1]);
  expect(near.map(({ id }) => id)).toEqual([3, 4, 6]);
});

describe('a first page that is fetched anew', () => {
  const rows = (...ids: number[]) => ids.map((id) => ({ id }));
  it.each([
    ['replaces a short list', [3, 2, 1], '', [4, 3], '', [4, 3], ''],
    ['keeps the pages behind it', [5, 4, 3, 2], 'c2', [6, 5, 4], 'c1', [6, 5, 4, 3, 2], 'c2'],
    ['lets go what left the first page', [5, 4, 3, 2], 'c2', [5, 3], 'c1', [5, 3, 2], 'c2'],
    ['begins anew where nothing is known', [3, 2, 1], 'c2', [9, 8, 7], 'c1', [9, 8, 7], 'c1'],
    ['takes its own end where nothing is behind it', [5, 4], 'old', [5, 4], 'c1', [5, 4], 'c1'],
    ['shows no row twice', [5, 4, 6, 3], 'c2', [6, 5, 4], 'c1', [6, 5, 4, 3], 'c2'],
    ['may be empty', [3, 2], 'c1', [], '', [], ''],
  ])('%s', (_, old, oldNext, fresh, freshNext, items, next) => {
    const got = withFresh({ items: rows(...old), next: oldNext }, { items: rows(...fresh), next: freshNext });
    expect(got).toEqual({ items: rows(...items), next });
  });
});

describe('what is typed', () => {
  it('becomes a room', () => {
    const fields = { ...NEW_ROOM, title: '  점심 ', content: ' 같이\n먹어요 ', tags: '#점심, 커피 #점심' };
    expect(draftOf(fields)).toEqual({
      title: '점심',
      content: '같이\n먹어요',
      tags: ['점심', '커피'],
      visibility: 'friends',
      allow_guests: false,
    });
  });

  it('is what the room says already', () => {
    const tags = [
      { id: 1, name: 'tea' },
      { id: 2, name: 'walk' },
    ];
    const room = { title: 'Tea', content: '', visibility: 'link' as const, allow_guests: true, tags };
    expect(draftOf(fieldsOf(room))).toEqual({ ...room, tags: ['tea', 'walk'] });
  });

  it.each([
    [{}, ''],
    [{ title: '가'.repeat(100) }, ''],
    [{ title: '가'.repeat(101) }, 'title_invalid'],
    [{ title: '😀'.repeat(100) }, ''],
    [{ content: 'x'.repeat(1001) }, 'room_content_invalid'],
    [{ tags: Array.from({ length: 11 }, (_, at) => `t${at}`).join(' ') }, 'tag_invalid'],
    [{ tags: 'x'.repeat(31) }, 'tag_invalid'],
  ])('%j is refused with %j', (change, code) => {
    expect(draftProblem(draftOf({ ...NEW_ROOM, ...change }))).toBe(code);
  });
});

it('finds friends by either name', () => {
  const ada = { nickname: '에이다', username: 'ada.l' };
  const ben = { nickname: 'Ben', username: 'red.fox' };
  expect(named([ada, ben], ' ')).toEqual([ada, ben]);
  expect(named([ada, ben], '에이')).toEqual([ada]);
  expect(named([ada, ben], '@RED')).toEqual([ben]);
  expect(named([ada, ben], 'zoe')).toEqual([]);
});
