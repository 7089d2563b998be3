import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './rig/fixtures';
import { Member } from './rig/member';
import { enter, fillLobby, filterRuns, logIn, openRoom, waitForVideo } from './rig/page';
import { paths } from './rig/paths';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

test('what stands behind one is chosen, and the yes to the analysis is remembered', async ({
  server,
  ada,
  ben,
}) => {
  await mkdir(paths.out, { recursive: true });
  const member = await Member.register(server, 'ada');
  const page = await ada.open(server.url);
  await logIn(page, member);
  const room = await openRoom(page);
  await enter(page, { name: 'Ada', mode: 'blur' });
  const bens = await ben.open(room);
  await enter(bens, { name: 'Ben', mode: 'off' });
  await waitForVideo(page, 'mirror-video');
  const menu = page.getByTestId('mode-menu');

  await test.step('a blur is light or strong', async () => {
    await menu.click();
    await expect(page.getByTestId('strength-strong')).toHaveAttribute('aria-pressed', 'true');
    await page.getByTestId('strength-light').click();
    await menu.click();
    await expect(page.getByTestId('strength-light')).toHaveAttribute('aria-pressed', 'true');
    await filterRuns(page);
  });

  await test.step('a picture of her own, which a guest has none of', async () => {
    await page.getByTestId('mode-picture').click();
    const picture = await page.screenshot();
    await page
      .getByTestId('own-file')
      .setInputFiles({ name: 'garden.png', mimeType: 'image/png', buffer: picture });
    // The menu goes away once the picture is there and chosen.
    await expect(page.getByTestId('own-picture')).toHaveAttribute('aria-pressed', 'true');
    await expect(page.getByTestId('own-picture')).toBeHidden();
    await menu.click();
    await expect(page.getByTestId('own-picture')).toBeVisible();
    await accessible(page, 'filters-picture');
    await page.keyboard.press('Escape');
    await filterRuns(page);
    await bens.getByTestId('mode-menu').click();
    await bens.getByTestId('mode-picture').click();
    await expect(bens.getByTestId('own-login')).toBeVisible();
    await expect(bens.getByTestId('own-upload')).toBeHidden();
    await bens.keyboard.press('Escape');
  });

  await test.step('the light of the mood asks first, and stops at one press', async () => {
    await menu.click();
    await page.getByTestId('mode-tint').click();
    await page.getByTestId('consent-yes').click();
    await expect(menu).toHaveAttribute('data-mode', 'tint');
    await filterRuns(page);
    await expect(page.getByTestId('analysis-sign')).toBeVisible();
    await expect.poll(() => said(member)).toBe(true);
  });

  await test.step('in the second call she is not asked again, and takes it back before', async () => {
    await page.getByTestId('leave-button').click();
    await expect(page.getByTestId('leave-button')).toBeHidden();
    await page.goto(room);
    await expect(page.getByTestId('mood-note')).toBeVisible();
    await expect(page.getByTestId('mode-tint')).toHaveAttribute('aria-pressed', 'true');
    await accessible(page, 'filters-lobby');
    await page.getByTestId('join-button').click();
    await expect(page.getByTestId('consent-dialog')).toBeHidden();
    await expect(menu).toHaveAttribute('data-mode', 'tint');
    await filterRuns(page);
    await page.getByTestId('analysis-stop').click();
    await expect(menu).toHaveAttribute('data-mode', 'blur');
    await expect(page.getByTestId('analysis-sign')).toBeHidden();
    await expect.poll(() => said(member)).toBe(false);
  });

  await test.step('in the third one she is asked again, and a guest is remembered by the browser', async () => {
    await page.goto(room);
    await page.getByTestId('mode-mood').click();
    await expect(page.getByTestId('consent-dialog')).toBeVisible();
    await page.getByTestId('consent-no').click();
    await bens.goto(room);
    await fillLobby(bens, { name: 'Ben', mode: 'mood', consent: true });
    await expect(bens.getByTestId('mood-note')).toBeVisible();
    await bens.getByTestId('mode-off').click();
    await bens.reload();
    await bens.getByTestId('mode-mood').click();
    await expect(bens.getByTestId('mood-note')).toBeVisible();
    await bens.getByTestId('mood-withdraw').click();
    await expect(bens.getByTestId('mode-blur')).toHaveAttribute('aria-pressed', 'true');
  });

  expect(ada.complaints).toEqual([]);
  expect(ben.complaints).toEqual([]);
  expect(server.errors()).toEqual([]);
});

/** What the account says of the reading of the expression. */
async function said(member: Member): Promise<boolean> {
  const answer = await member.expect('GET', '/api/accounts/consent/');
  return ((await answer.json()) as { mood: boolean }).mood;
}

/** Can be used by all, on a light phone and a dark desk; leaves pictures for eyes. */
async function accessible(page: Page, name: string): Promise<void> {
  for (const [scheme, size] of [
    ['light', PHONE],
    ['dark', DESKTOP],
  ] as const) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: join(paths.out, `${name}-${scheme}.png`) });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
}
