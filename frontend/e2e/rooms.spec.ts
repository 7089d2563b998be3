import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './rig/fixtures';
import { Member } from './rig/member';
import { enter, logIn } from './rig/page';
import { paths } from './rig/paths';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

test('a room of one’s own, and who comes in', async ({ server, ada, ben }) => {
  await mkdir(paths.out, { recursive: true });
  const [host, friend, stranger] = (await Promise.all(
    ['ada', 'ben', 'cleo'].map((name) => Member.register(server, name)),
  )) as [Member, Member, Member];
  for (const [from, to] of [
    [host, friend],
    [friend, host],
  ] as const) {
    await from.make('/api/accounts/friends/', { user: to.id });
  }
  const adas = await ada.open(server.url);
  await logIn(adas, host, '/rooms/');
  const bens = await ben.open(server.url);
  await logIn(bens, friend, '/rooms/');
  const others = await ben.open(server.url);
  await logIn(others, stranger, '/rooms/');

  let page = '';
  let link = '';
  await test.step('it is made with tags, for an invited friend', async () => {
    await expect(adas.getByTestId('empty')).toBeVisible();
    await accessible(adas, 'rooms-empty');
    await adas.getByTestId('new-room-link').click();
    await adas.getByTestId('room-tags').fill('x'.repeat(31));
    await adas.getByTestId('room-make').click();
    await expect(adas.getByTestId('room-tags')).toBeFocused();
    await expect(adas.getByTestId('room-tags')).toHaveAttribute('aria-invalid', 'true');
    await adas.getByTestId('room-title').fill('Tea at four');
    await adas.getByTestId('room-tags').fill('#tea, talk');
    await adas.getByTestId('room-form').getByText('By link only').click();
    await expect(adas.getByTestId('room-link')).toBeChecked();
    await adas.getByTestId('friend-search').fill('nobody');
    await expect(adas.getByTestId('friend')).toHaveCount(0);
    await adas.getByTestId('friend-search').fill('BEN');
    await adas.getByTestId('friend-check').check();
    await expect(adas.getByTestId('friend-chip')).toContainText('ben');
    await accessible(adas, 'rooms-new');
    await adas.getByTestId('room-make').click();
    await adas.waitForURL(/\/rooms\/\d+\/$/);
    await expect(adas.getByTestId('room-host')).toBeVisible();
    await expect(adas.getByTestId('room-chat-empty')).toBeVisible();
    await accessible(adas, 'room-host');
    page = new URL(adas.url()).pathname;
    link = await adas.getByTestId('invite-link').inputValue();
  });

  await test.step('the friend finds it, a stranger does not', async () => {
    await bens.goto(`${server.url}/rooms/?tag=tea`);
    const card = bens.getByTestId('near-rooms').getByTestId('room-card');
    await expect(card).toHaveCount(1);
    await expect(card).toContainText('Tea at four');
    await expect(card.getByTestId('room-seats')).toHaveAttribute('data-present', '0');
    await accessible(bens, 'rooms');
    await others.reload();
    await expect(others.getByTestId('empty')).toBeVisible();
    await others.goto(server.url + page);
    await expect(others.getByTestId('room-hidden')).toBeVisible();
    await accessible(others, 'room-hidden');
  });

  const guests = await ben.open(link);
  await test.step('guests come only where the host lets them', async () => {
    await expect(guests.getByTestId('ended-guests-not-allowed')).toBeVisible();
    const login = `/login/?next=${encodeURIComponent(new URL(link).pathname)}`;
    await expect(guests.getByTestId('end-login')).toHaveAttribute('href', login);
    await accessible(guests, 'end-guest');
    await adas.getByTestId('room-edit').click();
    await adas.getByTestId('room-title').fill('Tea at five');
    await adas.getByTestId('room-guests').check();
    await accessible(adas, 'room-edit');
    await adas.getByTestId('room-save').click();
    await expect(adas.getByTestId('room-edit-dialog')).toBeHidden();
    await expect(adas.getByRole('heading', { level: 1 })).toHaveText('Tea at five');
    await guests.reload();
    await expect(guests.getByTestId('lobby-about')).toContainText('ada');
    await guests.close();
  });

  await test.step('nobody comes through a closed door', async () => {
    await adas.getByTestId('room-door').click();
    await expect(adas.getByTestId('room-about')).toHaveAttribute('data-state', 'paused');
    await expect(adas.getByTestId('room-door')).toBeEnabled();
    await bens.goto(link);
    await expect(bens.getByTestId('room-paused')).toBeVisible();
    await accessible(bens, 'end-paused');
    await adas.getByTestId('room-door').click();
    await expect(adas.getByTestId('room-about')).toHaveAttribute('data-state', 'live');
    await expect(adas.getByTestId('room-door')).toBeEnabled();
    await bens.getByTestId('again-button').click();
    await expect(bens.getByTestId('lobby-me')).toContainText('ben');
    await expect(bens.getByTestId('preview-video')).toBeVisible();
    await accessible(bens, 'lobby');
  });

  await test.step('they talk, and what they said stays', async () => {
    await enter(bens, { name: '', mode: 'off' });
    const guest = await ben.open(link, { devices: false });
    await expect(guest.getByTestId('room-present')).toBeVisible();
    await expect(guest.getByTestId('camera-retry')).toBeVisible();
    await accessible(guest, 'lobby-no-devices');
    await enter(guest, { name: 'Gus', mode: 'off' });
    await bens.getByTestId('chat-input').fill('Two sugars, please');
    await bens.getByTestId('chat-send').click();
    await expect(guest.getByTestId('chat-log')).toContainText('Two sugars');
    await guest.getByTestId('leave-button').click();
    await expect(guest.getByTestId('end-length')).toBeVisible();
    await expect(guest.getByTestId('end-register')).toBeVisible();
    await accessible(guest, 'end-left-guest');
    await guest.close();
    await bens.getByTestId('leave-button').click();
    await expect(bens.getByTestId('end-friends')).toBeVisible();
    await accessible(bens, 'end-left');
    await adas.reload();
    await expect(adas.getByTestId('room-line')).toContainText('Two sugars');
  });

  await test.step('it ends, and stays with who was in it', async () => {
    await adas.getByTestId('room-end').click();
    await adas.getByTestId('confirm-button').click();
    await adas.waitForURL(/\/rooms\/$/);
    await expect(adas.getByTestId('empty')).toBeVisible();
    await bens.getByTestId('end-room').click();
    await expect(bens.getByTestId('room-ended')).toContainText('ended');
    await expect(bens.getByRole('heading', { level: 1 })).toHaveText('Tea at five');
    await expect(bens.getByTestId('room-line')).toContainText('Two sugars');
    await accessible(bens, 'room-ended');
    await bens.goto(link);
    await expect(bens.getByTestId('room-not-found')).toBeVisible();
  });

  // A room that one may not see, and chat that one may not read, answer with 403 and 404.
  const odd = [...ada.complaints, ...ben.complaints].filter((text) => !/status of 40[34]/.test(text));
  expect(odd).toEqual([]);
  expect(server.errors()).toEqual([]);
});

/** Nothing that keeps people out, in either theme; with a picture of each for whoever looks. */
async function accessible(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.evaluate((theme) => {
      document.documentElement.dataset.theme = theme;
    }, colorScheme);
    // With less motion the new colours still come down to the last element one step a frame.
    await page.waitForFunction(() => document.getAnimations().length === 0);
    await page.screenshot({ path: join(paths.out, `${name}-${colorScheme}.png`) });
    const axe = new AxeBuilder({ page });
    // The theme changes nothing but colours.
    const rules = colorScheme === 'dark' ? axe.withTags(WCAG) : axe.withRules('color-contrast');
    const { violations } = await rules.analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect.soft(found, `${name}, ${colorScheme}`).toEqual([]);
  }
}
