import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './rig/fixtures';
import { VIEWPORTS } from './rig/look';
import { rate } from './rig/media';
import { chooseMode, enter, waitForVideo } from './rig/page';
import { paths } from './rig/paths';

/** Pictures a second that must arrive both ways; how steady they are is another test's question. */
const MIN_FPS = 10;
const PASSWORD = 'a good long phrase';

for (const kind of ['desktop', 'phone'] as const) {
  test(`the story of two people on a ${kind}`, async ({ server, ada, ben }) => {
    await mkdir(paths.out, { recursive: true });
    const adas = await ada.open(`${server.url}/register/`);
    const bens = await ben.open(`${server.url}/register/`);
    for (const page of [adas, bens]) {
      page.setDefaultTimeout(20_000);
      await page.setViewportSize(VIEWPORTS[kind]);
    }
    const both = [adas, bens];

    await test.step('both register', async () => {
      await register(adas, 'ada', 'Ada');
      await register(bens, 'ben', 'Ben');
    });

    await test.step('they become friends', async () => {
      await visit(adas, 'friends');
      await adas.getByTestId('to-people').click();
      await adas.getByTestId('people-input').fill('ben');
      await adas.getByTestId('found').getByTestId('friend-ask').click();
      await expect(bens.getByTestId('bell-count')).toHaveText('1');
      await visit(bens, 'friends');
      await bens.getByTestId('requests-in').getByTestId('friend-accept').click();
      await expect(bens.getByTestId('friends').getByTestId('friend')).toContainText('Ada');
    });

    await test.step('a room is made, and its host rings the friend', async () => {
      await visit(adas, 'rooms');
      await adas.getByTestId('new-room-link').first().click();
      await adas.getByTestId('room-title').fill('Evening talk');
      await adas.getByTestId('room-tags').fill('evening');
      await adas.getByTestId('friend-check').check();
      await adas.getByTestId('room-make').click();
      await expect(adas.getByTestId('room-host')).toBeVisible();
      await adas.getByTestId('room-people').getByTestId('room-ring').first().click();
      await expect(adas.getByTestId('outgoing-call')).toContainText('Ben');
      await expect(bens.getByTestId('incoming-call')).toContainText('Ada');
      await bens.getByTestId('accept-button').click();
      for (const page of both) await page.waitForURL(/\/r\/[^/]+$/);
      expect(adas.url()).toBe(bens.url());
    });

    await test.step('they see each other', async () => {
      await enter(adas, { name: '', mode: 'off' });
      await enter(bens, { name: '', mode: 'off' });
      for (const page of both) await waitForVideo(page, 'peer-video');
      for (const { fps } of await Promise.all(both.map((page) => rate(page, 'peer-video', 3)))) {
        expect(fps).toBeGreaterThanOrEqual(MIN_FPS);
      }
    });

    await test.step('they write to each other', async () => {
      await say(adas, 'Can you see me well?');
      await hears(bens, 'Can you see me well?');
      await say(bens, '잘 보여!');
      await hears(adas, '잘 보여!');
      if (kind === 'phone') for (const page of both) await page.getByTestId('panel-close').click();
    });

    await test.step('one changes the background', async () => {
      await chooseMode(adas, 'blur');
      await waitForVideo(bens, 'peer-video');
    });

    await test.step('a picture of both, which the other allows', async () => {
      await adas.getByTestId('shutter-menu').click();
      await adas.getByTestId('shot-layout-both').click();
      await adas.getByTestId('shot-take').click();
      await expect(bens.getByTestId('capture-ask')).toContainText('Ada');
      await bens.getByTestId('capture-once').click();
      await expect(adas.getByTestId('shot')).toHaveCount(1, { timeout: 30_000 });
      await adas.screenshot({ path: join(paths.out, `story-call-${kind}.png`) });
    });

    await test.step('it becomes a post', async () => {
      await adas.getByTestId('shot').click();
      await adas.getByTestId('post-title').fill('An evening with Ben');
      await adas.getByTestId('post-content').fill('We laughed a lot.');
      await adas.getByTestId('post-tags').fill('evening');
      await adas.getByTestId('post-form').getByText('Everyone').click();
      await adas.getByTestId('post-submit').click();
      await expect(adas.getByTestId('shot-posted')).toBeVisible();
      await adas.getByTestId('sheet-close').click();
      for (const page of both) {
        await page.getByTestId('leave-button').click();
        await expect(page.getByTestId('end-length')).toBeVisible();
      }
    });

    await test.step('the friend finds it in the feed, likes it and says something', async () => {
      await bens.goto(server.url);
      const post = bens.getByTestId('post');
      await expect(post).toHaveCount(1);
      await expect(post.locator('img').first()).toHaveJSProperty('complete', true);
      await post.getByTestId('like-button').click();
      await expect(post.getByTestId('like-count')).toHaveText('1');
      await post.getByTestId('post-link').click();
      await comment(bens, 'comment-form', 'The best evening!');
      await expect(bens.getByTestId('comment')).toHaveCount(1);
    });

    await test.step('its writer hears of it and replies', async () => {
      await adas.goto(server.url);
      await expect(adas.getByTestId('bell-count')).toBeVisible();
      await adas.getByTestId('bell').click();
      const news = adas.locator('[data-testid="notification"][data-kind="comment"]');
      await expect(news).toContainText('Ben');
      await news.getByRole('link').first().click();
      await adas.getByTestId('reply-button').click();
      await comment(adas, 'reply-form', 'Soon again');
      await expect(adas.getByTestId('replies').getByTestId('comment')).toHaveCount(1);
      await expect(adas.getByTestId('like-count')).toHaveText('1');
    });

    await test.step('it is found, changed and deleted', async () => {
      await find(adas, 'evening with');
      await adas.getByTestId('post').getByTestId('post-link').click();
      await adas.getByTestId('edit-post').click();
      await adas.getByTestId('post-title').fill('A long evening with Ben');
      await adas.getByTestId('post-submit').click();
      await expect(adas.getByRole('heading', { level: 1 })).toHaveText('A long evening with Ben');
      await find(bens, 'long evening');
      await expect(bens.getByTestId('post')).toContainText('A long evening with Ben');
      await adas.getByTestId('delete-post').click();
      await adas.getByTestId('confirm-button').click();
      await adas.waitForURL(`${server.url}/`);
      await expect(adas.getByTestId('empty')).toBeVisible();
      await bens.reload();
      await expect(bens.getByTestId('post')).toHaveCount(0);
    });
    expect([...ada.complaints, ...ben.complaints]).toEqual([]);
    expect(server.errors()).toEqual([]);
  });
}

async function register(page: Page, name: string, nickname: string): Promise<void> {
  await page.getByTestId('register-username').fill(name);
  await page.getByTestId('register-nickname').fill(nickname);
  await page.getByTestId('register-email').fill(`${name}@example.org`);
  await page.getByTestId('register-password').fill(PASSWORD);
  await page.getByTestId('register-button').click();
  await expect(page.getByTestId('me-button')).toBeVisible();
}

/** Goes on by the bar, which on a phone is at the thumb. */
async function visit(page: Page, key: string): Promise<void> {
  await page.getByTestId(`nav-${key}`).filter({ visible: true }).click();
}

/** Writes into the chat, which on a phone is opened first. */
async function say(page: Page, text: string): Promise<void> {
  await openChat(page);
  await page.getByTestId('chat-input').fill(text);
  await page.getByTestId('chat-send').click();
}

async function hears(page: Page, text: string): Promise<void> {
  await openChat(page);
  await expect(page.getByTestId('chat-log')).toContainText(text);
}

async function openChat(page: Page): Promise<void> {
  const input = page.getByTestId('chat-input');
  if (!(await input.isVisible())) await page.getByTestId('panel-button').click();
  await expect(input).toBeVisible();
}

async function comment(page: Page, form: string, text: string): Promise<void> {
  await page.getByTestId(form).getByTestId('comment-input').fill(text);
  await page.getByTestId(form).getByTestId('comment-send').click();
}

/** Looks for something by the way in the frame. */
async function find(page: Page, text: string): Promise<void> {
  const box = page.getByTestId('nav-search');
  if (await box.isVisible()) {
    await box.fill(text);
    await box.press('Enter');
  } else {
    await page.getByTestId('nav-search-link').click();
    await page.getByTestId('search-input').fill(text);
  }
  await expect(page.getByTestId('post')).toHaveCount(1);
}
