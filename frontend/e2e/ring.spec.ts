import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './rig/fixtures';
import { Member } from './rig/member';
import { logIn } from './rig/page';
import { Server } from './rig/server';

test.setTimeout(90_000);

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

test('a friend rings, on whatever page one is', async ({ server, ada, ben }) => {
  const [caller, callee, third] = await threeFriends(server);
  const adas = await ada.open(server.url);
  await logIn(adas, caller, `/users/${callee.id}/`);
  const bens = await ben.open(server.url);
  await logIn(bens, callee, '/rooms/');
  const second = await ben.open(`${server.url}/friends/`, { keep: true });
  const incoming = (page: Page) => page.getByTestId('incoming-call');
  const ring = () => adas.getByTestId('call-button').first().click();

  await test.step('both see it, in all tabs, and after a reload', async () => {
    await ring();
    await expect(adas.getByTestId('outgoing-call')).toContainText('ben');
    for (const page of [bens, second]) await expect(incoming(page)).toContainText('ada');
    await expect.poll(() => bens.title()).toContain('📞');
    await bens.bringToFront();
    await bens.reload();
    await expect(incoming(bens)).toContainText('ada');
    await accessible(bens, 'dialog');
  });

  await test.step('no stops all tabs at once, and the caller is told', async () => {
    await bens.keyboard.press('Escape');
    await expect(incoming(bens)).toHaveCount(0);
    await bens.getByTestId('incoming-strip').getByTestId('decline-button').click();
    await expect(bens.getByTestId('incoming-strip')).toHaveCount(0);
    await expect(incoming(second)).toHaveCount(0);
    await expect(adas.getByTestId('outcome')).toHaveAttribute('data-outcome', 'declined');
    await expect(bens).toHaveTitle(/^Rooms/);
    await accessible(adas, 'dialog');
  });

  await test.step('once more, and the caller gives up', async () => {
    await adas.getByTestId('again-button').click();
    await expect(incoming(bens)).toBeVisible();
    await adas.getByTestId('cancel-call-button').click();
    await expect(adas.getByTestId('outgoing-call')).toHaveCount(0);
    for (const page of [bens, second]) await expect(incoming(page)).toHaveCount(0);
    await expect(bens.getByTestId('message')).toContainText('stopped calling');
  });

  await test.step('who is being rung is busy, and learns who tried', async () => {
    const room = await third.make('/api/facechats/create_facechat/', { visibility: 'link' });
    await third.expect('POST', `/api/facechats/${room}/ring/`, { user: callee.id });
    await expect(incoming(bens)).toContainText('cleo');
    await ring();
    await expect(adas.getByTestId('outcome')).toHaveAttribute('data-outcome', 'busy');
    await third.expect('POST', `/api/facechats/${room}/ring/cancel/`);
    await expect(incoming(bens)).toHaveCount(0);
    await expect(bens.getByTestId('news')).toHaveAttribute('data-kind', 'missed_call');
    await adas.getByTestId('outcome-close').click();
    // Rooms that were made for a call that came to nothing end with it.
    await expect
      .poll(async () => {
        const answer = await caller.request('GET', '/api/facechats/?mine=true');
        return ((await answer.json()) as { items: unknown[] }).items.length;
      })
      .toBe(0);
  });

  await test.step('the missed call is called back, and the answer brings both into one room', async () => {
    await bens.getByTestId('bell').click();
    const missed = bens.locator('[data-testid="notification"][data-kind="missed_call"]');
    await missed.getByTestId('call-back').click();
    await expect(bens.getByTestId('outgoing-call')).toContainText('ada');
    await adas.getByTestId('accept-button').click();
    for (const page of [adas, bens]) await page.waitForURL(/\/r\/[^/]+$/);
    expect(adas.url()).toBe(bens.url());
    await expect(second).toHaveURL(/\/friends\/$/);
  });

  await test.step('on the page of a call it rings small', async () => {
    const room = await third.make('/api/facechats/create_facechat/', { visibility: 'link', title: 'Tea' });
    await third.expect('POST', `/api/facechats/${room}/ring/`, { user: caller.id });
    const strip = adas.getByTestId('incoming-strip');
    await expect(strip).toContainText('Tea');
    await accessible(adas, '[data-testid="incoming-strip"]');
    await strip.getByTestId('decline-button').click();
    await expect(strip).toHaveCount(0);
  });
  expect([...ada.complaints, ...ben.complaints]).toEqual([]);
  expect(server.errors()).toEqual([]);
});

test('news comes by itself and is read where it is seen', async ({ server, ada }) => {
  const [me, friend, third] = await threeFriends(server);
  await me.expect('POST', '/api/accounts/notifications/read/', {});
  const page = await ada.open(server.url);
  await logIn(page, me);
  await expect(page.getByTestId('bell')).toBeVisible();
  await expect(page.getByTestId('bell-count')).toHaveCount(0);

  await test.step('what happens passes by, and leads to who did it', async () => {
    await listening(page);
    await friend.expect('POST', `/api/accounts/follow/${me.id}/`);
    const news = page.getByTestId('news');
    await expect(news).toContainText('ben follows you.');
    await expect(page.getByTestId('news-said')).toHaveText('ben follows you.');
    await expect(page.getByTestId('bell-count')).toHaveText('1');
    // Who points at it gets the time that they need.
    await news.hover();
    await accessible(page, '[data-testid="news"]');
    await news.getByRole('link').click();
    await expect(page).toHaveURL(new RegExp(`/users/${friend.id}/$`));
    await expect(news).toHaveCount(0);
  });

  await test.step('the list shows it, what comes stands on top, and both are read', async () => {
    const stranger = await Member.register(server, 'dora');
    await page.getByTestId('bell').click();
    const rows = page.getByTestId('notification');
    await expect(rows.first()).toContainText('ben follows you.');
    await expect(rows.first()).toHaveAttribute('data-unread', 'true');
    await expect(page.getByTestId('bell-count')).toHaveCount(0);
    await stranger.expect('POST', '/api/accounts/friend-request/', { to_user: me.id });
    await expect(rows.first()).toContainText('dora wants to be your friend.');
    await expect(page.getByTestId('news')).toHaveCount(0);
    await accessible(page, '[data-testid="notifications-page"]');
    await expect(page.getByTestId('bell-count')).toHaveCount(0);
    const left = await me.expect('GET', '/api/accounts/notifications/?unread=true');
    expect(await left.json()).toMatchObject({ items: [] });
  });

  await test.step('a request is answered right there', async () => {
    const request = page.locator('[data-testid="notification"][data-kind="friend_request"]');
    await request.getByTestId('accept-request').click();
    await expect(request).toHaveCount(0);
    await expect(page.getByTestId('message')).toContainText('dora and you are friends now.');
  });

  await test.step('another tab and a logout are noticed', async () => {
    const other = await ada.open(`${server.url}/`, { keep: true });
    await third.expect('POST', `/api/accounts/follow/${me.id}/`);
    await expect(other.getByTestId('bell-count')).toHaveText('1');
    await expect(page.getByTestId('notification').first()).toContainText('cleo');
    await page.bringToFront();
    await expect(other.getByTestId('bell-count')).toHaveCount(0);
    await other.getByTestId('me-button').click();
    await other.getByTestId('logout-button').click();
    await page.waitForURL(/\/login\//);
  });
  const refused = (line: string) => /status of 401/.test(line);
  expect(ada.complaints.filter((line) => !refused(line))).toEqual([]);
  expect(server.errors()).toEqual([]);
});

test('after a restart of the server news comes again', async ({ ada }) => {
  const data = await mkdtemp(join(tmpdir(), 'ppenter-ring-'));
  const environment = { PPENTER_HTTP_ADDR: `127.0.0.1:${await freePort()}`, PPENTER_DATA_DIR: data };
  let server = await Server.start(environment);
  try {
    const [me, friend] = await threeFriends(server);
    const page = await ada.open(server.url);
    await logIn(page, me);
    const before = Number(await page.getByTestId('bell-count').textContent());
    await listening(page);
    await server.stop();
    server = await Server.start(environment);
    await friend.expect('POST', `/api/accounts/follow/${me.id}/`);
    await expect(page.getByTestId('bell-count')).toHaveText(String(before + 1));
  } finally {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  }
  // The attempts while nobody was there.
  const attempt = (line: string) => /ERR_CONNECTION_REFUSED|\/ws\/notify\//.test(line);
  expect(ada.complaints.filter((line) => !attempt(line))).toEqual([]);
});

/** Three who are friends of one another. */
async function threeFriends(server: Server): Promise<[Member, Member, Member]> {
  const all = (await Promise.all(['ada', 'ben', 'cleo'].map((name) => Member.register(server, name)))) as [
    Member,
    Member,
    Member,
  ];
  for (const [from, to] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    await all[from].make('/api/accounts/friends/', { user: all[to].id });
    await all[to].make('/api/accounts/friends/', { user: all[from].id });
  }
  return all;
}

/** Waits until the page hears what happens. */
async function listening(page: Page): Promise<void> {
  await expect(page.getByTestId('news-said')).toHaveAttribute('data-line', 'open');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** No fault that axe finds in a part of the page, in both themes; between them only the colours differ. */
async function accessible(page: Page, part: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const axe = new AxeBuilder({ page }).include(part);
    const { violations } = await (colorScheme === 'dark'
      ? axe.withRules('color-contrast')
      : axe.withTags(WCAG)
    ).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
      [],
    );
  }
}
