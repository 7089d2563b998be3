import { Member } from './member';
import type { Server } from './server';

/** A small world that everybody on the screens lives in. */
export interface World {
  /** Has some of everything. */
  minji: Member;
  /** Friends of hers. */
  jun: Member;
  seoyeon: Member;
  /** Asks to be her friend. */
  doyun: Member;
  /** Keeps the house. */
  keeper: Member;
  /** Has just come. */
  fresh: Member;
  /** Her post with a conversation below it; a post of her own without one. */
  post: number;
  quiet: number;
  /** A post of hers that only she sees. */
  diary: number;
  /** A room of hers, and one of a friend. */
  room: number;
  friendsRoom: number;
}

const LONG_TEXT = `오늘은 오랜만에 준이랑 한 시간 넘게 통화했어요. 웃을 때마다 배경이 노랗게 번져서 둘 다 한참을 웃었네요.

서로 사는 도시는 달라도 화면 가운데에서 두 구름이 만나는 순간이 참 좋았어요. 다음에는 서연이도 불러서 같이 별 보러 가기로 했답니다. https://example.org/아주-긴-주소/그리고-더-길게-이어지는-주소/끝없이`;

/** The rest of the people: their names as others see them, and what they say of themselves. */
const PEOPLE = [
  { name: 'jun', nickname: '이준', bio: '밤하늘과 산책을 좋아해요.' },
  { name: 'seoyeon', nickname: '서연', bio: '그림 그리는 사람 🎨' },
  { name: 'haneul', nickname: '하늘', bio: '' },
  { name: 'doyun', nickname: '도윤', bio: '커피 내리는 중이에요.' },
  { name: 'sua', nickname: '수아', bio: '' },
  { name: 'hyunwoo_the_traveller', nickname: '세계를 여행하는 현우와 고양이', bio: '지금은 리스본이에요.' },
  { name: 'keeper', nickname: '집지기', bio: '' },
  { name: 'fresh', nickname: '새내기', bio: '' },
  { name: 'noisy', nickname: '시끌이', bio: '' },
] as const;

type Name = 'minji' | (typeof PEOPLE)[number]['name'];

/** Fills an empty server, through its API alone. */
export async function fill(server: Server, pictures: readonly Blob[]): Promise<World> {
  const minji = await Member.register(server, 'minji', '민지');
  const others = await Promise.all(
    PEOPLE.map(async ({ name, nickname }) => [name, await Member.register(server, name, nickname)] as const),
  );
  const people = { minji, ...Object.fromEntries(others) } as Record<Name, Member>;
  const { jun, seoyeon, doyun, keeper, fresh } = people;
  const promoted = server.command('admin', 'promote', 'keeper');
  await introduce(people, pictures);
  await befriend(people);
  const posts = await write(people, pictures);
  await talk(people, posts);
  const rooms = await makeRooms(people);
  await complain(people, posts.post);
  await promoted;
  return { minji, jun, seoyeon, doyun, keeper, fresh, ...posts, ...rooms };
}

async function introduce(people: Record<Name, Member>, pictures: readonly Blob[]): Promise<void> {
  const bios = [
    { name: 'minji' as const, bio: '통화하며 찍은 사진을 모아요. 웃는 얼굴이 제일 좋아요!' },
    ...PEOPLE,
  ];
  await Promise.all(
    bios.map(async ({ name, bio }, index) => {
      if (bio === '') return;
      const form = new FormData();
      form.set('bio', bio);
      // The last pictures are faces.
      form.set('picture', pictures.at(-1 - (index % pictures.length)) as Blob, 'me.jpg');
      await people[name].expect('PUT', '/api/accounts/update/', form);
    }),
  );
}

async function befriend({ minji, ...others }: Record<Name, Member>): Promise<void> {
  for (const name of ['jun', 'seoyeon', 'haneul'] as const) {
    await minji.expect('POST', '/api/accounts/friend-request/', { to_user: others[name].id });
    await others[name].expect('POST', '/api/accounts/friends/', { user: minji.id });
    await others[name].expect('POST', `/api/accounts/follow/${minji.id}/`);
  }
  for (const name of ['doyun', 'sua'] as const) {
    await others[name].expect('POST', '/api/accounts/friend-request/', { to_user: minji.id });
  }
  const { hyunwoo_the_traveller: hyunwoo, jun, noisy, keeper } = others;
  await minji.expect('POST', '/api/accounts/friend-request/', { to_user: hyunwoo.id });
  for (const other of [jun, hyunwoo, keeper]) {
    await minji.expect('POST', `/api/accounts/follow/${other.id}/`);
  }
  await minji.expect('POST', `/api/accounts/block/${noisy.id}/`);
}

interface Draft {
  title: string;
  content?: string;
  tags?: string[];
  visibility?: string;
}

async function post(of: Member, picture: Blob | undefined, draft: Draft): Promise<number> {
  const form = new FormData();
  form.set('title', draft.title);
  form.set('content', draft.content ?? '');
  form.set('visibility', draft.visibility ?? 'public');
  for (const tag of draft.tags ?? []) form.append('tags', tag);
  if (picture !== undefined) {
    form.set('picture', picture, 'picture.jpg');
    form.set('alt', '해 질 녘 언덕 위로 번지는 하늘');
  }
  return of.make('/api/posts/create/', form);
}

async function write(people: Record<Name, Member>, pictures: readonly Blob[]) {
  const { minji, jun, seoyeon, haneul, hyunwoo_the_traveller: hyunwoo, noisy } = people;
  await post(noisy, pictures[3], { title: '시계 팝니다', content: '지금 사세요!' });
  const diary = await post(minji, pictures[3], { title: '나만 보는 밤', visibility: 'private' });
  const favourite = await post(jun, pictures[0], {
    title: '보랏빛 저녁',
    content: '창밖이 이랬어요.',
    tags: ['하늘', '저녁'],
  });
  await post(seoyeon, pictures[1], { title: '파란 아침', tags: ['하늘', '그림'] });
  await post(haneul, pictures[2], { title: '세로로 찍은 노을', tags: ['노을'] });
  await post(hyunwoo, pictures[4], {
    title: '리스본에서 보내는 아주 긴 제목의 엽서, 그러니까 한 줄에 다 들어가지 않을 만큼 긴 이야기',
    tags: ['여행', '리스본', '초록'],
  });
  const friends = await post(minji, pictures[7], { title: '친구들만 봐요', visibility: 'friends' });
  const post_ = await post(minji, pictures[5], {
    title: '준이와 한 시간 통화',
    content: LONG_TEXT,
    tags: ['통화', '노을', '웃음'],
  });
  const quiet = await post(minji, pictures[6], { title: '인사', tags: ['통화'] });
  await minji.expect('POST', '/api/posts/favorites/', { post: favourite });
  await minji.expect('POST', '/api/posts/favorites/', { post: friends });
  await minji.expect('POST', '/api/posts/likes/', { post: favourite });
  return { post: post_, quiet, diary };
}

async function talk(people: Record<Name, Member>, { post: on }: { post: number }): Promise<void> {
  const { minji, jun, seoyeon, doyun } = people;
  for (const one of [jun, seoyeon, doyun]) await one.expect('POST', '/api/posts/likes/', { post: on });
  const say = (who: Member, content: string, parent?: number) =>
    who.make('/api/posts/comments/', { post: on, content, ...(parent === undefined ? {} : { parent }) });
  const first = await say(jun, '이날 정말 많이 웃었지! 다음에는 내가 먼저 걸게.');
  await say(minji, '기다릴게 😊', first);
  await say(seoyeon, '나도 불러 줘~', first);
  await say(doyun, '사진 분위기가 따뜻하네요. 배경이 바뀌는 순간을 이렇게 남길 수 있다니 신기해요.');
  const gone = await say(seoyeon, '지울 말');
  await say(minji, '무슨 말이었어?', gone);
  await seoyeon.expect('DELETE', `/api/posts/comments/${gone}/`);
}

async function makeRooms({ minji, jun, seoyeon, haneul }: Record<Name, Member>) {
  const make = (host: Member, title: string, more: object) =>
    host.make('/api/facechats/create_facechat/', { title, visibility: 'public', ...more });
  const room = await make(minji, '저녁 수다방', {
    content: '하루를 마치고 가볍게 이야기 나눠요.',
    tags: ['수다', '저녁'],
    allow_guests: true,
    invite: [jun.id, seoyeon.id],
  });
  await make(minji, '둘만의 방', { visibility: 'link' });
  const friendsRoom = await make(jun, '별 이야기', { tags: ['별', '밤'], invite: [minji.id] });
  await make(seoyeon, '함께 그려요: 얼굴을 보며 서로의 표정을 그림으로 남기는 긴 이름의 방', {
    tags: ['그림'],
  });
  await make(haneul, '아침 인사', {});
  return { room, friendsRoom };
}

async function complain({ jun, seoyeon, noisy, keeper }: Record<Name, Member>, on: number): Promise<void> {
  const report = (who: Member, kind: string, target: number, reason: string, content: string) =>
    who.expect('POST', '/api/posts/reports/', { kind, target, reason, content });
  await report(jun, 'user', noisy.id, 'spam', '계속 시계를 팔아요.');
  await report(seoyeon, 'post', on, 'other', '사진에 제가 나와요.');
  await report(keeper, 'user', noisy.id, 'abuse', '');
}
