import type { Page } from '@playwright/test';
import { expect, test } from './rig/fixtures';
import { Member } from './rig/member';
import { logIn } from './rig/page';

test('the page opens without its server, says so, and goes on by itself', async ({ server, ada }) => {
  const una = await Member.register(server, 'una');
  const page = await ada.open(server.url);
  await logIn(page, una);
  await expect(page.getByTestId('me-button')).toBeVisible();

  await test.step('only the shell is kept', async () => {
    await kept(page);
    const paths = await page.evaluate(async () => {
      const names = await caches.keys();
      const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return { names, paths: requests.flat().map(({ url }) => new URL(url).pathname) };
    });
    expect(paths.names).toHaveLength(1);
    expect(paths.paths).toContain('/');
    expect(paths.paths.filter((path) => !/^\/$|^\/assets\/|^\/icon\.svg$|^\/manifest/.test(path))).toEqual(
      [],
    );
  });

  await test.step('without the server the page says so at any address', async () => {
    await page.goto(`${server.url}/rooms/`);
    await expect(page.getByTestId('new-room-link').first()).toBeVisible();
    await server.leave();
    for (const path of ['/', '/friends/', '/r/some-room']) {
      await page.goto(server.url + path);
      await expect(page.getByTestId('away')).toContainText('cannot be reached');
    }
    // The content policy holds there, too.
    const broken = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.broken = true';
      document.head.append(script);
      return 'broken' in window;
    });
    expect(broken).toBe(false);
  });

  await test.step('once the server answers, the page opens by itself', async () => {
    await page.goto(`${server.url}/friends/`);
    await expect(page.getByTestId('away')).toBeVisible();
    await server.comeBack();
    await expect(page.getByTestId('find-friends')).toBeVisible({ timeout: 20_000 });
    await expect(page).toHaveURL(`${server.url}/friends/`);
  });

  // What could not be reached, and the script that the policy refused.
  const told = /ERR_CONNECTION_REFUSED|WebSocket connection|Content Security Policy|Failed to load resource/;
  expect(ada.complaints.filter((text) => !told.test(text))).toEqual([]);
  expect(server.errors()).toEqual([]);
});

/** Waits until the worker has kept the shell and answers this page. */
async function kept(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.reload();
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state ?? ''))
    .toBe('activated');
}
