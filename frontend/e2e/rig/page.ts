import { expect, type Page } from '@playwright/test';

export interface Guest {
  name: string;
  mode: 'off' | 'blur' | 'picture' | 'mood' | 'tint';
  /** The answer to the question that the mood mode asks. */
  consent?: boolean;
}

/** From the first page into a room of one's own; returns the room's address. */
export async function openRoom(page: Page): Promise<string> {
  await page.getByTestId('start-button').or(page.getByTestId('instant-button')).click({ timeout: 15_000 });
  await page.waitForURL(/\/r\/[^/]+$/);
  return page.url();
}

/** Through the lobby: name, background, the question about the mood, in. */
export async function enter(page: Page, guest: Guest): Promise<void> {
  await fillLobby(page, guest);
  await page.getByTestId('join-button').click();
  await expect(page.getByTestId('leave-button')).toBeVisible();
}

/** Everything in the lobby but the button that joins. */
export async function fillLobby(page: Page, guest: Guest): Promise<void> {
  // Who has an account comes in under the nickname there.
  const name = page.getByTestId('name-input');
  await expect(name.or(page.getByTestId('lobby-me'))).toBeVisible();
  if (await name.isVisible()) await name.fill(guest.name);
  await page.getByTestId(`mode-${guest.mode}`).click();
  if (guest.mode === 'mood' || guest.mode === 'tint') {
    const answer = page.getByTestId(guest.consent === false ? 'consent-no' : 'consent-yes');
    // Who said yes before is not asked again.
    await answer.or(page.getByTestId('mood-note')).waitFor();
    if (await answer.isVisible()) await answer.click();
  }
}

/** Chooses what the server does to one's own camera, and waits until the server says that it does. */
export async function chooseMode(page: Page, mode: Guest['mode'], picture?: string): Promise<void> {
  const menu = page.getByTestId('mode-menu');
  await menu.click();
  await page.getByTestId(`mode-${mode}`).click();
  if (picture !== undefined) await page.getByTestId(`picture-${picture}`).click();
  await expect(menu).toHaveAttribute('data-mode', mode);
  await filterRuns(page);
}

/** Waits until the server does what the page wishes; a busy machine may already be saving work. */
export async function filterRuns(page: Page): Promise<void> {
  const menu = page.getByTestId('mode-menu');
  const state = (await menu.getAttribute('data-mode')) === 'off' ? /^off$/ : /^(active|degraded)$/;
  await expect(menu).toHaveAttribute('data-filter-state', state);
}

/** Waits until the element shows moving pictures. */
export async function waitForVideo(page: Page, testId: string): Promise<void> {
  const video = page.getByTestId(testId);
  await expect(video).toBeVisible();
  await video.evaluate(async (element) => {
    const seen = new Promise<void>((resolve) => {
      const count = (left: number) =>
        (element as HTMLVideoElement).requestVideoFrameCallback(() =>
          left > 0 ? count(left - 1) : resolve(),
        );
      count(5);
    });
    const late = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error('no moving picture within 20 s')), 20_000),
    );
    await Promise.race([seen, late]);
  });
}

/** Logs in as somebody with an account, and is at the path afterwards. */
export async function logIn(page: Page, who: { name: string; password: string }, path = '/'): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/login/?next=${encodeURIComponent(path)}`);
  await page.getByTestId('login-name').fill(who.name);
  await page.getByTestId('login-password').fill(who.password);
  await page.getByTestId('login-button').click();
  await page.waitForURL((url) => url.pathname + url.search === path);
}
