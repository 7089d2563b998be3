import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import type { Person } from './rig/browser';
import { expect, test } from './rig/fixtures';
import { type Language, Looker, VIEWPORTS } from './rig/look';
import { Member } from './rig/member';
import { enter, waitForVideo } from './rig/page';
import { paths } from './rig/paths';
import { drawPictures } from './rig/pictures';
import type { Server } from './rig/server';
import { fill, type World } from './rig/world';

const FOLDER = join(paths.out, 'screens');

/** A screen: what its pictures are called, where it is, and which refusals belong to it. */
interface Place {
  name: string;
  path: string;
  refusals?: RegExp;
}

test('every screen', async ({ server, ada, ben }) => {
  test.setTimeout(600_000);
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const pictures = await drawPictures(ada.browser);
  const faults: string[] = [];

  await test.step('an empty house', async () => {
    const first = await Member.register(server, 'first', '첫손님');
    const visitor = await Visitor.come(ada, server, first);
    await visitor.see(EMPTY_HOUSE);
    faults.push(...(await visitor.leave()));
    await first.expect('DELETE', '/api/accounts/me/', { password: first.password });
  });

  const world = await fill(server, pictures);
  await test.step('a call', () => seeCall(server, world, ada, ben, faults));
  await test.step('ringing', () => seeRings(server, world, ada, faults));

  const groups: [Member | null, Place[]][] = [
    [world.minji, placesOf(world)],
    [world.fresh, freshPlaces(world)],
    [world.keeper, STAFF],
    [null, strangersPlaces(world)],
  ];
  await test.step('every address', async () => {
    await Promise.all(
      groups.map(async ([who, places]) => {
        const visitor = await Visitor.come(ada, server, who);
        await visitor.see(places);
        await visitor.see(places, 'en');
        faults.push(...(await visitor.leave()));
      }),
    );
  });
  expect(faults).toEqual([]);
  expect(server.errors()).toEqual([]);
});

/** Somebody who goes from screen to screen; null: without an account. */
class Visitor {
  readonly page: Page;
  readonly looker: Looker;
  readonly #server: Server;
  readonly #context: BrowserContext;

  private constructor(server: Server, context: BrowserContext, page: Page) {
    this.#server = server;
    this.#context = context;
    this.page = page;
    this.looker = new Looker(page, FOLDER);
  }

  static async come(person: Person, server: Server, who: Member | null): Promise<Visitor> {
    const context = await person.browser.newContext({
      locale: 'ko-KR',
      serviceWorkers: 'block',
      viewport: VIEWPORTS.desktop,
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(15_000);
    if (who !== null) await who.enter(context);
    return new Visitor(server, context, await context.newPage());
  }

  /** Sees each place in both sizes and themes; in English once, on a phone and on a desktop in turn. */
  async see(places: readonly Place[], language: Language = 'ko'): Promise<void> {
    if (language === 'en') await this.page.evaluate(() => localStorage.setItem('ppenter.language', 'en'));
    for (const [index, { name, path, refusals }] of places.entries()) {
      await this.looker.go(this.#server.url + path, refusals ?? null);
      if (language === 'ko') await this.looker.everyWay({ name });
      else await this.looker.look({ name }, index % 2 === 0 ? 'phone' : 'desktop', 'light', 'en');
    }
  }

  async leave(): Promise<string[]> {
    await this.#context.close();
    return this.looker.faults;
  }
}

const EMPTY_HOUSE: Place[] = [
  { name: 'empty-feed', path: '/' },
  { name: 'empty-search', path: '/search/?q=%ED%95%98%EB%8A%98' },
  { name: 'empty-people', path: '/people/' },
  { name: 'empty-rooms', path: '/rooms/' },
];

function placesOf({ minji, jun, doyun, post, quiet, diary, room, friendsRoom }: World): Place[] {
  const tabs = ['posts', 'followers', 'following', 'favorites', 'calls'];
  return [
    { name: 'feed', path: '/' },
    { name: 'search', path: '/search/' },
    { name: 'search-found', path: '/search/?q=%ED%95%98%EB%8A%98' },
    { name: 'post', path: `/posts/${post}/` },
    { name: 'post-others', path: `/posts/${diary + 1}/` },
    { name: 'post-quiet', path: `/posts/${quiet}/` },
    { name: 'post-gone', path: '/posts/999999/', refusals: /^404 / },
    { name: 'post-new', path: '/posts/new/' },
    { name: 'post-edit', path: `/posts/${post}/edit/` },
    { name: 'photos', path: '/photos/' },
    ...tabs.map((tab) => ({ name: `profile-own-${tab}`, path: `/users/${minji.id}/${tab}/` })),
    ...tabs.slice(0, 3).map((tab) => ({ name: `profile-friend-${tab}`, path: `/users/${jun.id}/${tab}/` })),
    { name: 'profile-asks', path: `/users/${doyun.id}/` },
    { name: 'profile-gone', path: '/users/999999/', refusals: /^404 / },
    { name: 'friends', path: '/friends/' },
    { name: 'people', path: '/people/' },
    { name: 'people-found', path: '/people/?q=%ED%95%98' },
    { name: 'rooms', path: '/rooms/' },
    { name: 'room-new', path: '/rooms/new/' },
    { name: 'room-own', path: `/rooms/${room}/` },
    // Who was never in the room does not read what was said there.
    { name: 'room-friend', path: `/rooms/${friendsRoom}/`, refusals: /^403 .*\/messages\// },
    { name: 'room-gone', path: '/rooms/999999/', refusals: /^404 / },
    { name: 'notifications', path: '/notifications/' },
    ...['profile', 'look', 'privacy', 'sessions', 'account'].map((tab) => ({
      name: `settings-${tab}`,
      path: `/settings/${tab}/`,
    })),
    { name: 'admin-denied', path: '/admin/' },
    { name: 'missing', path: '/nowhere/at/all/' },
  ];
}

const freshPlaces = ({ fresh }: World): Place[] => [
  { name: 'fresh-photos', path: '/photos/' },
  ...['posts', 'followers', 'following', 'favorites', 'calls'].map((tab) => ({
    name: `fresh-${tab}`,
    path: `/users/${fresh.id}/${tab}/`,
  })),
  { name: 'fresh-friends', path: '/friends/' },
  { name: 'fresh-rooms', path: '/rooms/' },
  { name: 'fresh-notifications', path: '/notifications/' },
  { name: 'fresh-privacy', path: '/settings/privacy/' },
];

const STAFF: Place[] = ['users', 'posts', 'comments', 'rooms', 'reports', 'audit'].map((tab) => ({
  name: `admin-${tab}`,
  path: `/admin/${tab}/`,
}));

const strangersPlaces = ({ minji, post, room }: World): Place[] => [
  { name: 'home', path: '/' },
  { name: 'login', path: '/login/' },
  { name: 'register', path: '/register/' },
  { name: 'guest-feed', path: '/feed/' },
  { name: 'guest-search', path: '/search/?q=%ED%95%98%EB%8A%98' },
  { name: 'guest-post', path: `/posts/${post}/` },
  { name: 'guest-profile', path: `/users/${minji.id}/` },
  { name: 'guest-rooms', path: '/rooms/' },
  { name: 'guest-room', path: `/rooms/${room}/` },
  { name: 'room-none', path: '/r/nowhere-at-all', refusals: /^404 / },
];

/** Two people in a room: the lobby, the call, its end; and the past that it leaves behind. */
async function seeCall(
  server: Server,
  world: World,
  ada: Person,
  ben: Person,
  faults: string[],
): Promise<void> {
  const answer = await world.minji.expect('GET', `/api/facechats/${world.room}/`);
  const { slug } = (await answer.json()) as { slug: string };
  const minji = await Visitor.come(ada, server, world.minji);
  const jun = await Visitor.come(ben, server, world.jun);
  await minji.looker.go(`${server.url}/r/${slug}`);
  await expect(minji.page.getByTestId('join-button')).toBeVisible();
  await minji.looker.everyWay({ name: 'lobby' });
  await enter(minji.page, { name: '민지', mode: 'blur' });
  await waitForVideo(minji.page, 'mirror-video');
  await minji.looker.everyWay({ name: 'call-alone', window: true });
  await jun.looker.go(`${server.url}/r/${slug}`);
  await enter(jun.page, { name: '이준', mode: 'off' });
  await waitForVideo(minji.page, 'peer-video');
  await jun.page.getByTestId('chat-input').fill('민지야, 잘 보여?');
  await jun.page.getByTestId('chat-send').click();
  await expect(minji.page.getByTestId('chat-log')).toContainText('잘 보여');
  await minji.looker.everyWay({ name: 'call', window: true });
  await minji.page.getByTestId('leave-button').click();
  await expect(minji.page.getByTestId('leave-button')).toBeHidden();
  await minji.looker.everyWay({ name: 'call-end' });
  await jun.page.getByTestId('leave-button').click();
  await expect(jun.page.getByTestId('leave-button')).toBeHidden();
  faults.push(...(await minji.leave()), ...(await jun.leave()));
}

/** A friend rings, and one rings a friend. */
async function seeRings(server: Server, world: World, ada: Person, faults: string[]): Promise<void> {
  const { minji, jun, friendsRoom } = world;
  const visitor = await Visitor.come(ada, server, minji);
  await visitor.looker.go(`${server.url}/`);
  await visitor.looker.settle();
  await jun.expect('POST', `/api/facechats/${friendsRoom}/ring/`, { user: minji.id });
  await expect(visitor.page.getByTestId('incoming-call')).toBeVisible();
  await visitor.looker.everyWay({ name: 'ring-incoming', window: true });
  await visitor.page.getByTestId('decline-button').click();
  await expect(visitor.page.getByTestId('incoming-call')).toBeHidden();
  await visitor.looker.go(`${server.url}/users/${world.seoyeon.id}/`);
  await visitor.page.getByTestId('call-button').click();
  await expect(visitor.page.getByTestId('outgoing-call')).toBeVisible();
  await visitor.looker.everyWay({ name: 'ring-outgoing', window: true });
  await visitor.page.getByTestId('cancel-call-button').click();
  faults.push(...(await visitor.leave()));
}
