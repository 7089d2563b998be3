import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './rig/fixtures';
import { Member } from './rig/member';
import { paths } from './rig/paths';

const FIRST = 'a good long phrase';
const SECOND = 'another long phrase';

test('an account from its first day to its last', async ({ server, ada }) => {
  await mkdir(paths.out, { recursive: true });
  const una = await Member.register(server, 'una');
  const page = await ada.open(`${server.url}/login/?next=${encodeURIComponent('/settings/')}`);
  const frame = page.getByTestId('me-button').locator('img');
  const open = async (tab: string) => {
    await page.getByTestId(`settings-${tab}`).click();
    await expect(page.getByTestId('settings-part')).toHaveAttribute('data-part', tab);
  };

  await test.step('the way leads from the login to the registration, and keeps where it leads to', async () => {
    await expect(page.getByTestId('login-page')).toBeVisible();
    await accessible(page);
    await page.getByTestId('to-register').click();
    await expect(page).toHaveURL(/\/register\/\?next=%2Fsettings%2F$/);
    await page.getByTestId('to-login').click();
    await expect(page).toHaveURL(/\/login\/\?next=%2Fsettings%2F$/);
    await page.getByTestId('to-register').click();
  });

  await test.step('what is wrong is said beside its field', async () => {
    const field = (name: string) => page.getByTestId(`register-${name}`);
    await field('username').fill('a b');
    await field('email').fill('nobody');
    await field('password').fill('1234');
    await expect(page.getByTestId('register-password-strength')).toHaveText('Too short');
    await page.getByTestId('register-button').click();
    await expect(field('username')).toBeFocused();
    for (const name of ['username', 'email', 'password']) {
      await expect(page.getByTestId(`register-${name}-problem`)).toBeVisible();
      await expect(field(name)).toHaveAttribute('aria-invalid', 'true');
    }
    await expect(page.getByTestId('register-nickname-problem')).toHaveCount(0);
    await accessible(page);
    await field('username').fill('una');
    await expect(page.getByTestId('register-username-problem')).toHaveCount(0);
    await field('email').fill('ada@example.org');
    await field('password').fill('password123');
    await page.getByTestId('register-button').click();
    await expect(page.getByTestId('register-password-problem')).toBeVisible();
    await expect(field('password')).toBeFocused();
    await field('password').fill(FIRST);
    await page.getByTestId('register-button').click();
    await expect(page.getByTestId('register-username-problem')).toContainText('taken');
    await field('username').fill('Ada');
    await page.getByTestId('register-password-show').click();
    await expect(field('password')).toHaveAttribute('type', 'text');
    await page.getByTestId('register-button').click();
    await expect(page).toHaveURL(`${server.url}/settings/`);
  });

  await test.step('who is logged in is sent on from both entrances', async () => {
    await page.goto(`${server.url}/register/?next=/settings/look/`);
    await expect(page).toHaveURL(/\/settings\/look\/$/);
    await page.goto(`${server.url}/login/?next=/settings/`);
    await expect(page.getByTestId('profile-nickname')).toHaveValue('ada');
  });

  await test.step('name and picture change, and with them the frame', async () => {
    await accessible(page);
    await expect(page.getByTestId('profile-save')).toBeDisabled();
    await page.getByTestId('profile-nickname').fill('  ');
    await page.getByTestId('profile-save').click();
    await expect(page.getByTestId('profile-nickname-problem')).toBeVisible();
    await page.getByTestId('profile-nickname').fill('Ada L.');
    await page.getByTestId('profile-bio').fill('Numbers\nand looms');
    await page.getByTestId('profile-save').click();
    await expect(page.getByTestId('me-button')).toHaveAccessibleName(/Ada L\./);
    await expect(page.getByTestId('profile-save')).toBeDisabled();

    const before = await frame.getAttribute('src');
    const input = page.getByTestId('picture-input');
    await input.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await expect(page.getByTestId('picture-problem')).toBeVisible();
    await input.setInputFiles({ name: 'b.png', mimeType: 'image/png', buffer: await page.screenshot() });
    await expect(page.getByTestId('picture-preview')).toHaveAttribute('src', /^blob:/);
    await page.getByTestId('picture-save').click();
    await expect(page.getByTestId('picture-remove')).toBeVisible();
    await expect(frame).not.toHaveAttribute('src', before ?? '');
    await expect(frame).toHaveJSProperty('complete', true);
    await accessible(page);
    await page.screenshot({ path: join(paths.out, 'settings.png') });
    await page.getByTestId('picture-remove').click();
    await expect(frame).toHaveAttribute('src', before ?? '');
  });

  await test.step('language and theme count at once, and after a reload', async () => {
    await open('look');
    await accessible(page);
    await page.getByTestId('language-ko').check();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('설정');
    await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
    await page.getByTestId('theme-dark').check();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.reload();
    await expect(page.getByTestId('language-ko')).toBeChecked();
    await expect(page.getByTestId('theme-dark')).toBeChecked();
    await page.getByTestId('language-en').check();
    await page.getByTestId('theme-system').check();
    await expect(page.locator('html')).not.toHaveAttribute('data-theme');
  });

  await test.step('a yes to the analysis is given and taken back; somebody is unblocked', async () => {
    const said = () =>
      page.evaluate(async () => {
        const { mood, share } = await (await fetch('/api/accounts/consent/')).json();
        return { mood, share };
      });
    await writeAs(page, 'POST', `/api/accounts/block/${una.id}/`);
    await open('privacy');
    const state = page.getByTestId('consent-state');
    await expect(state).toHaveAttribute('data-state', 'never');
    await page.getByTestId('consent-give').click();
    await expect(state).toHaveAttribute('data-state', 'yes');
    await page.getByTestId('consent-share').check();
    await expect.poll(said).toEqual({ mood: true, share: true });
    await expect(page.getByTestId('blocked')).toContainText('@una');
    await accessible(page);
    await page.getByTestId('consent-withdraw').click();
    await expect(state).toHaveAttribute('data-state', 'no');
    await expect.poll(said).toEqual({ mood: false, share: false });
    await page.getByTestId('unblock-button').click();
    await expect(page.getByTestId('blocked')).toHaveCount(0);
    await expect(page.getByTestId('blocked-section').getByTestId('empty')).toBeVisible();
  });

  await test.step('a second login is seen and ended', async () => {
    const elsewhere = await login(server.url, FIRST, 'curl/8.5.0');
    await open('sessions');
    const rows = page.getByTestId('session');
    await expect(rows).toHaveCount(2);
    await expect(page.locator('[data-current="true"]')).toContainText('Chrome on');
    await expect(page.locator('[data-current="true"]').getByTestId('session-here')).toBeVisible();
    await expect(page.locator('[data-current="false"]')).toContainText('program');
    await accessible(page);
    await page.getByTestId('end-session').click();
    await expect(rows).toHaveCount(1);
    expect(await status(server.url, elsewhere)).toBe(401);
    const third = await login(server.url, FIRST, 'curl/8.5.0');
    await page.reload();
    await page.getByTestId('end-others').click();
    await page.getByTestId('confirm-button').click();
    await expect(page.getByTestId('no-others')).toBeVisible();
    expect(await status(server.url, third)).toBe(401);
  });

  await test.step('a new password ends the other logins', async () => {
    const elsewhere = await login(server.url, FIRST, 'curl/8.5.0');
    await open('account');
    await accessible(page);
    await page.getByTestId('old-password').fill('wrong');
    await page.getByTestId('new-password').fill(SECOND);
    await page.getByTestId('password-save').click();
    await expect(page.getByTestId('old-password-problem')).toBeVisible();
    await page.getByTestId('old-password').fill(FIRST);
    await page.getByTestId('password-save').click();
    await expect(page.getByTestId('new-password')).toHaveValue('');
    expect(await status(server.url, elsewhere)).toBe(401);
    expect(await login(server.url, FIRST, 'curl/8.5.0')).toBe('');
    expect(await login(server.url, SECOND, 'curl/8.5.0')).not.toBe('');
  });

  await test.step('all that is kept comes as a file', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('export-button').click(),
    ]);
    expect(download.suggestedFilename()).toBe('pp-enter.json');
    const all = await readFile(await download.path(), 'utf8');
    expect(all).toContain('ada@example.org');
    expect(all).toContain('and looms');
    JSON.parse(all);
  });

  await test.step('after logging out and in again, the account is deleted', async () => {
    await page.getByTestId('settings-logout').click();
    await expect(page.getByTestId('me-button')).toHaveCount(0);
    await page.goto(`${server.url}/settings/account/`);
    await page.getByTestId('login-name').fill('ada@example.org');
    await page.getByTestId('login-password').fill(SECOND);
    await page.getByTestId('login-button').click();
    await page.getByTestId('delete-account').click();
    await accessible(page);
    await page.getByTestId('delete-password').fill('wrong');
    await page.getByTestId('delete-confirm').click();
    await expect(page.getByTestId('delete-password-problem')).toBeVisible();
    await page.getByTestId('delete-password').fill(SECOND);
    await page.getByTestId('delete-confirm').click();
    await expect(page).toHaveURL(`${server.url}/`);
    await expect(page.getByText('Your account is deleted')).toBeVisible();
    await expect(page.getByTestId('me-button')).toHaveCount(0);
    expect(await login(server.url, SECOND, 'curl/8.5.0')).toBe('');
  });
  // Chromium writes each refusal that the story asks for into the console.
  const refused = /status of (403|409|422) .*\/api\/accounts\/(register|password|me)\/\)$/;
  expect(ada.complaints.filter((line) => !refused.test(line))).toEqual([]);
  expect(server.errors()).toEqual([]);
});

test.describe('a server that takes nobody new', () => {
  test.use({ environment: { PPENTER_AUTH_REGISTRATION: 'false' } });
  test('says so', async ({ server, ada }) => {
    const page = await ada.open(`${server.url}/register/`);
    await page.getByTestId('register-username').fill('ada');
    await page.getByTestId('register-email').fill('ada@example.org');
    await page.getByTestId('register-password').fill(FIRST);
    await page.getByTestId('register-button').click();
    await expect(page.getByTestId('register-closed')).toBeVisible();
    await accessible(page);
  });
});

/** Logs in beside the browser; returns the access token, empty where the server refuses. */
async function login(url: string, password: string, agent: string): Promise<string> {
  const answer = await fetch(`${url}/api/accounts/login/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'User-Agent': agent },
    body: JSON.stringify({ username: 'ada', password }),
  });
  return answer.ok ? ((await answer.json()) as { access: string }).access : '';
}

async function status(url: string, access: string): Promise<number> {
  return (await fetch(`${url}/api/accounts/me/`, { headers: { Authorization: `Bearer ${access}` } })).status;
}

/** Writes as whoever is logged in in the page. */
async function writeAs(page: Page, method: string, path: string): Promise<void> {
  const ok = await page.evaluate(
    async ([method, path]) => {
      const proof = /ppenter_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? '';
      return (await fetch(path as string, { method: method as string, headers: { 'X-CSRF-Token': proof } }))
        .ok;
    },
    [method, path],
  );
  expect(ok).toBe(true);
}

/** Finds no fault in the page as it is, in neither theme; the colours alone differ between them. */
async function accessible(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page });
    const rules =
      colorScheme === 'dark'
        ? axe.withRules('color-contrast')
        : axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']);
    const { violations } = await rules.analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(found, colorScheme).toEqual([]);
  }
}
