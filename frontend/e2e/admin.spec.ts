import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './rig/fixtures';
import { Member } from './rig/member';
import { paths } from './rig/paths';

test('the staff keeps the house', async ({ server, ada, ben }) => {
  await mkdir(paths.out, { recursive: true });
  const sam = await Member.register(server, 'sam');
  const una = await Member.register(server, 'una');
  const max = await Member.register(server, 'max');
  expect(await server.command('admin', 'promote', 'sam')).toContain('is staff now');
  expect(await server.command('admin', 'list')).toContain('sam@example.org');

  const staff = await ada.open(`${server.url}/admin/reports/`);
  const form = new FormData();
  form.set('title', 'Cheap watches');
  form.set('content', 'Buy them now');
  form.set('picture', new Blob([new Uint8Array(await staff.screenshot())]), 'watch.png');
  const post = await una.make('/api/posts/create/', form);
  const room = await una.make('/api/facechats/create_facechat/', { title: 'Watches', visibility: 'public' });
  await max.make('/api/posts/reports/', { kind: 'post', target: post, reason: 'spam', content: 'Again!' });

  await test.step('who is not logged in is sent to the login, and comes back', async () => {
    await expect(staff.getByTestId('login-page')).toBeVisible();
    await accessible(staff);
    await login(staff, 'sam@example.org', sam.password);
    await expect(staff).toHaveURL(/\/admin\/reports\/$/);
  });

  await test.step('a report is handled: the post is removed and the report closed', async () => {
    const report = staff.getByTestId('report');
    await expect(report).toHaveCount(1);
    await expect(report).toContainText('Cheap watches');
    await expect(report).toContainText('@una');
    await expect(report.locator('img').first()).toHaveJSProperty('complete', true);
    await accessible(staff);
    await report.getByTestId('measure-button').click();
    await staff.getByTestId('reason-confirm').click();
    await expect(staff.getByTestId('reason-problem')).toBeVisible();
    expect((await max.request('GET', `/api/posts/posts/${post}/`)).status).toBe(200);
    await accessible(staff);
    await because(staff, 'It sells watches');
    await expect(report).toHaveCount(0);
    expect((await max.request('GET', `/api/posts/posts/${post}/`)).status).toBe(404);
    await staff.getByTestId('tab-posts').click();
    await expect(staff.getByTestId('nothing')).toBeVisible();
  });

  const user = await ben.open(`${server.url}/login/?next=/admin/`);
  await test.step('who is not staff is told so', async () => {
    await login(user, 'una', una.password);
    await expect(user.getByTestId('admin-denied')).toBeVisible();
  });

  await test.step('a user is found and disabled, and is out at once', async () => {
    await staff.getByTestId('tab-users').click();
    await expect(staff.getByTestId('user')).toHaveCount(3);
    await staff.getByTestId('search-input').fill('una@exam');
    await staff.getByTestId('search-button').click();
    const row = staff.getByTestId('user');
    await expect(row).toHaveCount(1);
    await row.getByTestId('user-details').click();
    await expect(row.getByTestId('user-card')).toBeVisible();
    await row.getByTestId('disable-button').click();
    await because(staff, 'Nothing but watches');
    await expect(row.getByTestId('user-disabled')).toBeVisible();
    await staff.screenshot({ path: join(paths.out, 'admin.png') });
    await accessible(staff);
    expect((await una.request('GET', '/api/accounts/me/')).status).toBe(401);
    await user.reload();
    await expect(user.getByTestId('login-page')).toBeVisible();
    await login(user, 'una', una.password);
    await expect(user.getByTestId('login-problem')).toContainText('disabled');
  });

  await test.step('a room is closed', async () => {
    await staff.getByTestId('tab-rooms').click();
    const row = staff.locator(`[data-room="${room}"]`);
    await expect(row).toContainText('Watches');
    await row.getByTestId('close-room-button').click();
    await because(staff, 'A shop');
    await expect(row).toHaveCount(0);
  });

  await test.step('all of it stands in the audit log', async () => {
    await staff.getByTestId('tab-audit').click();
    const acts = staff.getByTestId('act');
    await expect(acts).toHaveCount(5);
    const actions = await acts.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-action')));
    expect(actions).toEqual(['room.close', 'user.disable', 'report.resolve', 'post.remove', 'user.promote']);
    await expect(acts.nth(1)).toContainText('Nothing but watches');
    await expect(acts.nth(1)).toContainText('@una');
    await accessible(staff);
    await staff.getByTestId('choice-user').click();
    await expect(acts).toHaveCount(2);
  });

  await test.step('after logging out the pages are closed', async () => {
    await staff.getByTestId('logout-button').click();
    await expect(staff.getByTestId('login-page')).toBeVisible();
    await staff.goto(`${server.url}/admin/users/`);
    await expect(staff.getByTestId('login-page')).toBeVisible();
  });
  expect(ada.complaints).toEqual([]);
  expect(server.errors()).toEqual([]);
});

async function login(page: Page, name: string, password: string): Promise<void> {
  await page.getByTestId('login-name').fill(name);
  await page.getByTestId('login-password').fill(password);
  await page.getByTestId('login-button').click();
}

/** Says why in the dialog that is open, and waits until it is done. */
async function because(page: Page, reason: string): Promise<void> {
  await page.getByTestId('reason-input').fill(reason);
  await page.getByTestId('reason-confirm').click();
  await expect(page.getByTestId('reason-dialog')).toBeHidden();
}

async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}
