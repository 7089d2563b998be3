import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './rig/fixtures';
import { Member } from './rig/member';
import { logIn } from './rig/page';

test('two people find each other, become friends and part', async ({ server, ada, ben }) => {
  const una = await Member.register(server, 'una');
  const max = await Member.register(server, 'max');
  const zoe = await Member.register(server, 'zoe');
  await zoe.request('POST', `/api/accounts/follow/${una.id}/`);

  const hers = await ada.open(`${server.url}/users/${max.id}/`);
  const form = new FormData();
  form.set('title', 'A quiet lake');
  form.set('picture', new Blob([new Uint8Array(await hers.screenshot())]), 'lake.png');
  await max.make('/api/posts/create/', form);

  await test.step('nobody logged in sees a profile, and is led to the login by what one could do', async () => {
    await hers.reload();
    await expect(hers.getByTestId('profile')).toContainText('@max');
    await expect(hers.getByTestId('profile-posts')).toContainText('A quiet lake');
    await expect(hers.getByTestId('more-menu')).toHaveCount(0);
    await accessible(hers);
    await hers.goto(`${server.url}/users/${max.id}/calls/`);
    await expect(hers.getByTestId('tab-posts')).toHaveAttribute('aria-current', 'page');
    await expect(hers.getByTestId('tab-calls')).toHaveCount(0);
    await hers.getByTestId('login-to-ask').click();
    await expect(hers).toHaveURL(new RegExp(`/login/\\?next=.*${max.id}`));
  });

  await logIn(hers, una, '/people/');
  await test.step('somebody is found, asked, and the question taken back', async () => {
    await expect(row(hers.getByTestId('suggested'), zoe)).toBeVisible();
    await hers.getByTestId('people-input').fill('nobody like this');
    await expect(hers.getByTestId('empty')).toContainText('nobody like this');
    await hers.getByTestId('people-input').fill('MA');
    const found = row(hers.getByTestId('found'), max);
    await expect(found).toBeVisible();
    await expect(hers).toHaveURL(/\/people\/\?q=MA$/);
    await found.getByTestId('friend-ask').click();
    await expect(found.getByTestId('friend-cancel')).toBeFocused();
    await accessible(hers);
    await found.getByTestId('friend-cancel').click();
    await expect(found.getByTestId('friend-ask')).toBeVisible();
    await hers.reload();
    await expect(hers.getByTestId('people-input')).toHaveValue('MA');
    await expect(found.getByTestId('friend-ask')).toBeVisible();
  });

  const his = await ben.open(`${server.url}/login/`);
  await logIn(his, max, '/friends/');
  await expect(his.getByTestId('find-friends')).toBeVisible();

  await test.step('a request shows at once to whom it is sent, and the answer to who sent it', async () => {
    await row(hers.getByTestId('found'), max).getByTestId('friend-ask').click();
    const asks = row(his.getByTestId('requests-in'), una);
    await expect(asks).toBeVisible();
    await hers.goto(`${server.url}/friends/`);
    await expect(row(hers.getByTestId('requests-out'), max)).toBeVisible();
    await accessible(his);
    await asks.getByTestId('friend-accept').click();
    await expect(his.getByTestId('requests-in')).toHaveCount(0);
    await expect(his.getByTestId('friends').getByTestId('friend')).toHaveAttribute(
      'data-person',
      `${una.id}`,
    );
    await expect(hers.getByTestId('requests-out')).toHaveCount(0);
    await expect(hers.getByTestId('friend').getByTestId('call-button')).toBeVisible();
  });

  await test.step('a friend is found among the friends', async () => {
    await hers.getByTestId('friends-input').fill('zzz');
    await expect(hers.getByTestId('friend')).toHaveCount(0);
    await expect(hers.getByTestId('empty')).toBeVisible();
    await hers.getByTestId('friends-input').fill('@max');
    await expect(hers.getByTestId('friend')).toHaveCount(1);
  });

  await test.step('following shows at once, and is taken back where the server refuses', async () => {
    await hers.getByTestId('friend').getByTestId('person-link').click();
    await expect(hers.getByTestId('profile-acts')).toHaveAttribute('data-relation', 'friends');
    const follow = hers.getByTestId('follow-button');
    const followers = hers.getByTestId('count-followers');
    await follow.click();
    await expect(follow).toHaveAttribute('data-follows', 'true');
    await expect(followers).toContainText('1');
    await expect(async () => expect(await followersOf(max)).toBe(1)).toPass();
    const release = await holdUp(hers, `**/api/accounts/follow/${max.id}/`);
    await follow.click();
    await expect(follow).toHaveAttribute('data-follows', 'false');
    await expect(followers).toContainText('0');
    await release();
    await expect(follow).toHaveAttribute('data-follows', 'true');
    await expect(followers).toContainText('1');
    await expect(hers.locator('[data-testid="message"][data-bad="true"]')).toBeVisible();
    expect(await followersOf(max)).toBe(1);
    await follow.click();
    await expect(async () => expect(await followersOf(max)).toBe(0)).toPass();
    await follow.click();
    await expect(async () => expect(await followersOf(max)).toBe(1)).toPass();
    await accessible(hers);
  });

  await test.step('a profile has its parts, and of oneself more of them', async () => {
    await hers.getByTestId('tab-followers').click();
    await expect(hers).toHaveURL(new RegExp(`/users/${max.id}/followers/$`));
    await expect(row(hers.getByTestId('profile-followers'), una).getByTestId('that-is-me')).toBeVisible();
    await hers.goBack();
    await expect(hers.getByTestId('profile-posts')).toContainText('A quiet lake');
    await hers.goto(`${server.url}/users/${una.id}/following/`);
    await expect(row(hers.getByTestId('profile-following'), max)).toBeVisible();
    await hers.getByTestId('tab-favorites').click();
    await expect(hers.getByTestId('profile-favorites').getByTestId('empty')).toBeVisible();
    await hers.getByTestId('tab-calls').click();
    await expect(hers.getByTestId('profile-calls').getByTestId('empty')).toBeVisible();
    await expect(hers.getByTestId('edit-profile')).toHaveAttribute('href', '/settings/profile/');
  });

  await test.step('a missed call stands among the past ones', async () => {
    const room = await max.make('/api/facechats/create_facechat/', { title: 'Lunch', visibility: 'link' });
    await max.make(`/api/facechats/${room}/ring/`, { user: una.id });
    await max.request('POST', `/api/facechats/${room}/ring/cancel/`);
    await hers.goto(`${server.url}/users/${una.id}/calls/`);
    const call = hers.getByTestId('past-call');
    await expect(call).toHaveAttribute('data-missed', 'true');
    await expect(call).toContainText('max');
    await expect(call.getByTestId('call-button')).toBeVisible();
    await accessible(hers);
  });

  await test.step('a friendship ends when one of them says so twice', async () => {
    await hers.goto(`${server.url}/users/${max.id}/`);
    await hers.getByTestId('friend-menu').click();
    await hers.keyboard.press('Escape');
    await expect(hers.getByTestId('friend-unfriend')).toBeHidden();
    await expect(hers.getByTestId('friend-menu')).toBeFocused();
    await hers.getByTestId('friend-menu').click();
    await hers.getByTestId('friend-unfriend').click();
    await hers.getByTestId('confirm-button').click();
    await expect(hers.getByTestId('profile-acts')).toHaveAttribute('data-relation', 'none');
    await his.reload();
    await expect(his.getByTestId('find-friends')).toBeVisible();
  });

  await test.step('blocking hides both from each other, until it ends', async () => {
    await hers.getByTestId('more-menu').click();
    await hers.getByTestId('block').click();
    await accessible(hers);
    await hers.getByTestId('confirm-button').click();
    await expect(hers.getByTestId('profile-blocked')).toBeVisible();
    await expect(hers.getByTestId('profile-posts')).toHaveCount(0);
    await hers.reload();
    await expect(hers.getByTestId('profile-blocked')).toBeVisible();
    await accessible(hers);
    await his.goto(`${server.url}/users/${una.id}/`);
    await expect(his.getByTestId('profile-gone')).toBeVisible();
    await accessible(his);
    await his.goto(`${server.url}/people/?q=una`);
    await expect(his.getByTestId('empty')).toBeVisible();
    await hers.getByTestId('unblock-button').click();
    await hers.getByTestId('confirm-button').click();
    await expect(hers.getByTestId('profile-posts')).toContainText('A quiet lake');
    await expect(hers.getByTestId('profile-acts')).toHaveAttribute('data-relation', 'none');
    await expect(hers.getByTestId('follow-button')).toHaveAttribute('data-follows', 'false');
  });

  // The refused unfollow, and the profiles that are hidden.
  const unexpected = [...ada.complaints, ...ben.complaints].filter(
    (line) => !/status of 404 .*\/profile\/\d+\/\)$|status of 503 .*\/follow\/\d+\/\)$/.test(line),
  );
  expect(unexpected).toEqual([]);
  expect(server.errors()).toEqual([]);
});

function row(within: Locator, { id }: Member): Locator {
  return within.locator(`[data-person="${id}"]`);
}

async function followersOf(who: Member): Promise<number> {
  const answer = await who.request('GET', `/api/accounts/profile/${who.id}/`);
  return ((await answer.json()) as { followers: number }).followers;
}

/** Holds the page's next request up, until what this returns has it refused. */
async function holdUp(page: Page, url: string): Promise<() => Promise<void>> {
  let refuse = () => {};
  const waiting = new Promise<void>((resolve) => {
    refuse = resolve;
  });
  await page.route(
    url,
    async (route) => {
      await waiting;
      await route.fulfill({ status: 503, body: '' });
    },
    { times: 1 },
  );
  return async () => {
    const answered = page.waitForResponse(url);
    refuse();
    await answered;
  };
}

/** No known barrier; by night only the colours are others. */
async function accessible(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  const day = new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']);
  expect(barriers(await day.analyze())).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  const night = new AxeBuilder({ page }).withRules(['color-contrast']);
  expect(barriers(await night.analyze())).toEqual([]);
}

function barriers({ violations }: Awaited<ReturnType<AxeBuilder['analyze']>>): string[] {
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
