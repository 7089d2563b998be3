import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './rig/fixtures';
import { Member } from './rig/member';
import { logIn } from './rig/page';
import { paths } from './rig/paths';

test('posts are read, found and talked about', async ({ server, ada }) => {
  await mkdir(paths.out, { recursive: true });
  const una = await Member.register(server, 'una');
  const max = await Member.register(server, 'max');
  const page = await ada.open(`${server.url}/`);
  const picture = new Blob([new Uint8Array(await page.screenshot())], { type: 'image/png' });
  const post = (member: Member, title: string, more: Record<string, string> = {}) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ title, content: 'Words', ...more })) form.set(name, value);
    form.set('picture', picture, `${title}.png`);
    return member.make('/api/posts/create/', form);
  };
  const old = await post(una, '제주도여행기록', { tags: 'island' });
  for (let i = 2; i <= 14; i++) await post(i % 2 ? una : max, `Post ${i}`);
  const talked = await post(max, 'A walk', { tags: 'walk' });
  let said = 0;
  for (let i = 1; i <= 4; i++) {
    const text = `Said ${i}`;
    said = await una.make('/api/posts/comments/', { post: talked, content: text });
  }

  await test.step('who is not known reads the feed, and is asked who they are only for a like', async () => {
    await page.getByTestId('home-feed').click();
    const cards = page.getByTestId('post');
    await expect(cards).toHaveCount(12);
    await expect(cards.first().getByTestId('post-link')).toHaveText('A walk');
    await page.getByTestId('more-button').click();
    await expect(cards).toHaveCount(15);
    await expect(page.getByTestId('more-button')).toBeHidden();
    await accessible(page);
    await page.screenshot({ path: join(paths.out, 'feed.png') });
    await cards.first().getByTestId('like-button').click();
    await expect(page).toHaveURL(/\/login\/\?next=%2Ffeed%2F$/);
    await logIn(page, una, '/feed/');
  });

  const card = page.locator(`[data-testid="post"][data-post="${talked}"]`);
  await test.step('a like shows at once, and is gone again where it did not arrive', async () => {
    const like = card.getByTestId('like-button');
    await like.click();
    await expect(like).toHaveAttribute('aria-pressed', 'true');
    await expect(like).toHaveText('1');
    await expect.poll(() => liked(max, talked)).toBe(1);
    await page.route('**/api/posts/likes/**', (route) => route.abort());
    await like.click();
    await expect(page.getByTestId('message')).toBeVisible();
    await expect(like).toHaveAttribute('aria-pressed', 'true');
    await expect(like).toHaveText('1');
    await page.unroute('**/api/posts/likes/**');
    await card.getByTestId('favorite-button').click();
    await expect(card.getByTestId('favorite-count')).toHaveText('1');
    await expect(like).toHaveText('1');
  });

  await test.step('back from a post the feed is as it was', async () => {
    await page.getByTestId('more-button').click();
    await expect(page.getByTestId('post')).toHaveCount(15);
    const last = page.locator(`[data-testid="post"][data-post="${old}"]`);
    await last.scrollIntoViewIfNeeded();
    const scroll = await page.evaluate(() => scrollY);
    expect(scroll).toBeGreaterThan(200);
    await last.getByTestId('post-link').click();
    await expect(page.getByTestId('post-view')).toBeVisible();
    await page.getByTestId('like-button').click();
    await expect(page.getByTestId('like-count')).toHaveText('1');
    await page.goBack();
    await expect(page.getByTestId('post')).toHaveCount(15);
    await expect.poll(() => page.evaluate(() => Math.round(scrollY))).toBe(Math.round(scroll));
    await expect(last.getByTestId('like-count')).toHaveText('1');
    await expect(card.getByTestId('like-count')).toHaveText('1');
  });

  await test.step('a word is found within a longer one, and a tag leads to its posts', async () => {
    await page.goto(`${server.url}/search/`);
    await expect(page.getByTestId('search-input')).toBeFocused();
    await page.getByTestId('search-input').fill('여행');
    await expect(page.getByTestId('post')).toHaveCount(1);
    await expect(page.getByTestId('post-link')).toHaveText('제주도여행기록');
    await expect(page).toHaveURL(/\?q=%EC%97%AC%ED%96%89$/);
    await accessible(page);
    await page.getByTestId('search-people').click();
    await expect(page.getByTestId('empty')).toBeVisible();
    await page.getByTestId('search-input').fill('max');
    await expect(page.getByTestId('person')).toHaveCount(1);
    await page.goBack();
    await expect(page.getByTestId('search-input')).toHaveValue('여행');
    await page.getByTestId('tags').getByRole('link', { name: '#island' }).click();
    await expect(page.getByTestId('search-input')).toHaveValue('#island');
    await expect(page.getByTestId('post')).toHaveCount(1);
    await page.getByTestId('search-tags').click();
    await expect(page.getByTestId('tag')).toHaveCount(1);
  });

  await test.step('a picture whose address has run out is asked for anew', async () => {
    let reads = 0;
    page.on('request', (request) => {
      if (request.url().endsWith(`/api/posts/posts/${talked}/`)) reads++;
    });
    const expired = { status: 403, body: '' };
    await page.route(/\/api\/posts\/photos\/\d+\/large\//, (route) => route.fulfill(expired), { times: 1 });
    await page.goto(`${server.url}/posts/${talked}/`);
    await expect.poll(() => reads).toBe(2);
    await expect(page.getByTestId('picture').locator('img')).not.toHaveJSProperty('naturalWidth', 0);
  });

  await test.step('news of a comment leads to it', async () => {
    await page.goto(`${server.url}/posts/${talked}/?comment=${said}`);
    const sought = page.locator(`[data-comment="${said}"]`);
    await expect(sought).toBeFocused();
    await expect(sought).toBeInViewport();
  });

  await test.step('a comment is written, answered, edited and deleted', async () => {
    const comments = page.getByTestId('comment');
    await expect(comments).toHaveCount(4);
    await page.route('**/api/posts/comments/', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.fallback(),
    );
    const form = page.getByTestId('comment-form');
    await form.getByTestId('comment-input').fill('It is lovely there');
    await form.getByTestId('comment-send').click();
    await expect(page.getByTestId('message')).toBeVisible();
    await expect(form.getByTestId('comment-input')).toHaveValue('It is lovely there');
    await expect(comments).toHaveCount(4);
    await page.unroute('**/api/posts/comments/');
    await form.getByTestId('comment-send').click();
    await expect(comments).toHaveCount(5);
    await expect(form.getByTestId('comment-input')).toHaveValue('');
    await expect(page.getByTestId('comments-title')).toContainText('5');

    const first = page.getByTestId('thread').first();
    await first.getByTestId('reply-button').click();
    await page.getByTestId('reply-form').getByTestId('comment-input').fill('And quiet');
    await accessible(page);
    await page.keyboard.press('Control+Enter');
    const reply = first.getByTestId('replies').getByTestId('comment');
    await expect(reply).toContainText('And quiet');
    await expect(page.getByTestId('reply-form')).toBeHidden();
    await reply.getByTestId('edit-comment').click();
    await page.getByTestId('edit-form').getByTestId('comment-input').fill('And so quiet');
    await page.getByTestId('edit-form').getByTestId('comment-send').click();
    await expect(reply.getByTestId('comment-text')).toHaveText('And so quiet');
    await expect(reply).toContainText('(edited)');

    await first.getByTestId('delete-comment').first().click();
    await page.getByTestId('confirm-button').click();
    await expect(first.getByTestId('comment').first()).toHaveAttribute('data-empty', 'true');
    await expect(page.getByTestId('comments-title')).toContainText('5');
    await page.screenshot({ path: join(paths.out, 'post.png'), fullPage: true });
    await reply.getByTestId('delete-comment').click();
    await page.getByTestId('confirm-button').click();
    await expect(comments).toHaveCount(4);
    await expect(page.getByTestId('comments-title')).toContainText('4');
    await page.reload();
    await expect(comments).toHaveCount(4);
    await expect(comments.last()).toContainText('It is lovely there');
  });

  await test.step('what is not right is reported, once', async () => {
    await page.getByTestId('report-post').click();
    await page.getByTestId('report-submit').click();
    await expect(page.getByTestId('report-dialog').getByRole('alert')).toBeVisible();
    await accessible(page);
    await page.getByTestId('report-spam').check();
    await page.getByTestId('report-submit').click();
    await expect(page.getByTestId('report-dialog')).toBeHidden();
    await page.getByTestId('report-post').click();
    await page.getByTestId('report-spam').check();
    await page.getByTestId('report-submit').click();
    await expect(page.getByTestId('report-problem')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('report-dialog')).toBeHidden();
  });

  await test.step('its owner deletes a post, and it is gone', async () => {
    await page.goto(`${server.url}/posts/${old}/`);
    await page.getByTestId('delete-post').click();
    await page.getByTestId('confirm-button').click();
    await expect(page).toHaveURL(`${server.url}/`);
    await expect(page.getByTestId('message')).toBeVisible();
    await expect(page.getByTestId('post')).toHaveCount(12);
    await page.goto(`${server.url}/posts/${old}/`);
    await expect(page.getByTestId('empty')).toBeVisible();
    await accessible(page);
    await page.getByTestId('to-feed').click();
    await expect(page.getByTestId('post')).toHaveCount(12);
  });
  expect(unexpected(ada.complaints)).toEqual([]);
  expect(server.errors()).toEqual([]);
});

/** How many people like a post. */
async function liked(member: Member, post: number): Promise<number> {
  const answer = await member.request('GET', `/api/posts/posts/${post}/`);
  return ((await answer.json()) as { like_count: number }).like_count;
}

/** What the console said but of what the test broke off or refused, the second report and the post that is gone. */
function unexpected(complaints: string[]): string[] {
  const meant = [
    /status of 403 .*\/large\//,
    /net::ERR_FAILED .*\/(likes|comments)\//,
    /status of 409 .*\/reports\//,
    /status of 404 .*\/posts\/\d+\//,
  ];
  return complaints.filter((line) => !meant.some((known) => known.test(line)));
}

/** No violation in either theme. */
async function accessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
      .analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(found).toEqual([]);
  }
}
