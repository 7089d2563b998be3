import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './rig/fixtures';
import { Member } from './rig/member';
import { logIn } from './rig/page';
import { paths } from './rig/paths';

interface Post {
  title: string;
  visibility: string;
  tags: { name: string }[];
  photo: { id: number; alt: string };
}

/** Bytes a second that leave the page while its progress is watched. */
const SLOW = 400_000;

test('somebody writes', async ({ server, ada }) => {
  test.setTimeout(90_000);
  await mkdir(paths.out, { recursive: true });
  const una = await Member.register(server, 'una');
  const max = await Member.register(server, 'max');
  const page = await ada.open(server.url);
  // What is left while something is being written is asked about by the browser, too.
  page.on('dialog', (dialog) => dialog.accept());
  await logIn(page, una, '/posts/new/');
  const picture = await page.screenshot();
  let post = 0;

  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/posts/photos/')) sent.push(request.url());
  });

  await test.step('what is no picture, or too large, is told so', async () => {
    const file = page.getByTestId('upload-file');
    const problem = page.getByTestId('upload-problem');
    await file.setInputFiles({ name: 'big.png', mimeType: 'image/png', buffer: Buffer.alloc(11 << 20) });
    await expect(problem).toContainText('too large');
    await file.setInputFiles({ name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
    await expect(problem).toContainText('Only JPEG');
    expect(sent).toHaveLength(0);
    const evil = Buffer.from('<script>alert(1)</script>');
    await file.setInputFiles({ name: 'evil.png', mimeType: 'image/png', buffer: evil });
    await expect(problem).toContainText('Only JPEG');
    expect(sent).toHaveLength(1);
    await accessible(page);
    await page.getByTestId('upload-cancel').click();
    await expect(problem).toHaveCount(0);
  });

  await test.step('a picture is uploaded, and one sees how far it is', async () => {
    const wire = await page.context().newCDPSession(page);
    const speed = (uploadThroughput: number) =>
      wire.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await speed(SLOW);
    // Whatever stands behind a picture's end makes its way longer and is not kept.
    const buffer = Buffer.concat([picture, Buffer.alloc(2 * SLOW)]);
    await page
      .getByTestId('upload-file')
      .setInputFiles({ name: 'The sky.png', mimeType: 'image/png', buffer });
    const progress = page.getByTestId('upload-progress');
    await expect(progress).toHaveAttribute('aria-valuenow', /^[1-9]\d$/);
    await page.screenshot({ path: join(paths.out, 'upload.png') });
    await page.getByTestId('upload-cancel').click();
    await expect(progress).toHaveCount(0);
    await speed(-1);
    await page
      .getByTestId('upload-file')
      .setInputFiles({ name: 'The sky.png', mimeType: 'image/png', buffer });
    await expect(page.getByTestId('chosen-picture')).toBeVisible();
    await expect(page.getByTestId('chosen-picture').locator('img')).toHaveJSProperty('complete', true);
  });

  await test.step('what is said of it survives a refusal, a reload and a slip', async () => {
    await page.getByTestId('post-content').fill('What a day');
    await page.getByTestId('post-submit').click();
    await expect(page.getByTestId('post-problem')).toContainText('1 to 100');
    await expect(page.getByTestId('post-title')).toBeFocused();
    await expect(page.getByTestId('post-title')).toHaveAttribute('aria-invalid', 'true');
    await page.getByTestId('post-title').fill('The sky over us');
    await page.getByTestId('post-tags').fill('#Sky, sun');
    await expect(page.getByTestId('tag-chip')).toHaveText(['#sky']);
    await page.getByTestId('post-tags').press('Enter');
    await compose(page, '하늘');
    await expect(page.getByTestId('tag-chip')).toHaveText(['#sky', '#sun', '#하늘']);
    await page.getByTestId('post-alt').fill('Clouds over a town');
    await accessible(page);
    await page.reload();
    await expect(page.getByTestId('draft-restored')).toBeVisible();
    await expect(page.getByTestId('tag-chip')).toHaveText(['#sky', '#sun', '#하늘']);
    await page.getByTestId('nav-rooms').first().click();
    await expect(page.getByTestId('confirm-dialog')).toContainText('Leave what you are writing?');
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('post-content')).toHaveValue('What a day');
  });

  await test.step('it is posted for friends', async () => {
    await page.getByTestId('post-form').getByText('Friends', { exact: true }).click();
    await page.getByTestId('post-submit').click();
    await expect(page.getByTestId('message')).toContainText('Your post is out');
    await expect(page).toHaveURL(/\/posts\/\d+\/$/);
    post = Number(/(\d+)\/$/.exec(page.url())?.[1]);
    const made = await read(una, post);
    expect(made).toMatchObject({ title: 'The sky over us', visibility: 'friends' });
    expect(made.tags.map(({ name }) => name).sort()).toEqual(['sky', 'sun', '하늘']);
    expect(made.photo.alt).toBe('Clouds over a town');
    expect((await max.request('GET', `/api/posts/posts/${post}/`)).status).toBe(404);
  });

  await test.step('and changed by its owner', async () => {
    await page.goto(`${server.url}/posts/${post}/edit/`);
    await expect(page.getByTestId('post-title')).toHaveValue('The sky over us');
    await page.getByTestId('post-title').fill('The sky');
    await page.locator('[data-tag="sun"]').click();
    await suggested(page, 'sk', 'sky');
    await page.getByTestId('post-alt').fill('Clouds');
    await page.getByTestId('post-form').getByText('Everyone', { exact: true }).click();
    await accessible(page);
    await page.getByTestId('post-submit').click();
    await expect(page).toHaveURL(new RegExp(`/posts/${post}/$`));
    const now = await read(una, post);
    expect(now).toMatchObject({ title: 'The sky', visibility: 'public', photo: { alt: 'Clouds' } });
    expect(now.tags.map(({ name }) => name).sort()).toEqual(['sky', '하늘']);
    const others = await ada.open(server.url);
    await logIn(others, max, `/posts/${post}/edit/`);
    await expect(others.getByTestId('not-mine')).toBeVisible();
    await expect(others.getByTestId('post-form')).toHaveCount(0);
    await others.close();
  });

  await test.step('its picture is among the own ones, with a name, a description and tags', async () => {
    await page.goto(`${server.url}/photos/`);
    const photos = page.getByTestId('photo');
    await page.getByTestId('photos-upload').first().click();
    const second = { name: 'Second.png', mimeType: 'image/png', buffer: picture };
    await page.getByTestId('upload-file').setInputFiles(second);
    await expect(photos.first()).toHaveAccessibleName(/Second/);
    const count = await photos.count();
    await accessible(page);
    await photos.first().click();
    const shown = page.getByTestId('photo-shown');
    const first = (await shown.getAttribute('data-photo')) ?? '';
    await page.keyboard.press('ArrowRight');
    await expect(shown).not.toHaveAttribute('data-photo', first);
    await expect(page.getByTestId('photo-alt')).toHaveValue('Clouds');
    await page.getByTestId('photo-name').fill('A blue sky');
    await page.getByTestId('photo-alt').fill('Clouds, and a bird');
    await page.getByTestId('photo-save').click();
    await expect(page.getByTestId('photo-saved')).toContainText('Saved');
    await page.getByTestId('photo-tags').fill('bird blue ');
    await expect(page.getByTestId('tag-chip')).toHaveText(['#bird', '#blue']);
    await page.locator('[data-tag="blue"]').click();
    const id = (await read(una, post)).photo.id;
    await expect.poll(() => tagsOn(una, id)).toEqual(['bird']);
    expect((await read(una, post)).photo.alt).toBe('Clouds, and a bird');
    await accessible(page);

    // A post shows it: it stays, and says why.
    await page.getByTestId('photo-delete').click();
    await page.getByTestId('confirm-button').click();
    await expect(page.getByTestId('confirm-dialog')).toContainText('A post shows this picture');
    await page.keyboard.press('Escape');
    await page.getByTestId('photo-close').focus();
    await page.keyboard.press('ArrowLeft');
    await expect(shown).toHaveAttribute('data-photo', first);
    await page.getByTestId('photo-delete').click();
    await page.getByTestId('confirm-button').click();
    await expect(shown).not.toHaveAttribute('data-photo', first);
    await page.getByTestId('photo-close').click();
    await expect(photos).toHaveCount(count - 1);
    await expect(photos.first()).toBeFocused();
  });

  await test.step('without its post it can go', async () => {
    await page.goto(`${server.url}/posts/${post}/edit/`);
    await page.getByTestId('post-delete').click();
    await page.getByTestId('confirm-button').click();
    await expect(page.getByTestId('message')).toContainText('The post is deleted');
    expect((await una.request('GET', `/api/posts/posts/${post}/`)).status).toBe(404);
    await page.goto(`${server.url}/photos/?kind=upload`);
    await page.getByRole('button', { name: /A blue sky/ }).click();
    await page.getByTestId('photo-delete').click();
    await page.getByTestId('confirm-button').click();
    await expect(page.getByRole('button', { name: /A blue sky/ })).toHaveCount(0);
    await page.getByTestId('photos-screenshot').click();
    await expect(page.getByTestId('empty')).toBeVisible();
    await accessible(page);
  });

  // The refusals that are part of the story, and nothing else.
  expect(ada.complaints.filter((one) => !/status of (404|409|415|422)/.test(one))).toEqual([]);
  // A page that is left takes its questions back, some while the server looks the session up.
  expect(server.errors().filter(({ error }) => !String(error).includes('context canceled'))).toEqual([]);
});

/** Types a word as an input method does: letter by letter into one place, which a blank ends. */
async function compose(page: Page, word: string): Promise<void> {
  const keyboard = await page.context().newCDPSession(page);
  const before = await page.getByTestId('tag-chip').count();
  for (let end = 1; end <= word.length; end++) {
    const text = word.slice(0, end);
    await keyboard.send('Input.imeSetComposition', { text, selectionStart: end, selectionEnd: end });
  }
  await expect(page.getByTestId('tag-chip')).toHaveCount(before);
  await keyboard.send('Input.insertText', { text: word });
  await page.keyboard.press('Space');
}

/** What begins like a tag that is there is suggested, unless it is there already. */
async function suggested(page: Page, start: string, taken: string): Promise<void> {
  const field = page.getByTestId('post-tags');
  const answer = page.waitForResponse((response) => response.url().includes('/tags/search/'));
  await field.pressSequentially(start);
  await answer;
  await expect(page.getByTestId('tag-suggestions').getByRole('option', { name: `#${taken}` })).toHaveCount(0);
  await page.locator(`[data-tag="${taken}"]`).click();
  await field.fill('');
  await field.pressSequentially(start);
  await page
    .getByTestId('tag-suggestions')
    .getByRole('option', { name: `#${taken}` })
    .waitFor();
  await field.press('ArrowDown');
  await field.press('Enter');
  await expect(page.locator(`[data-tag="${taken}"]`)).toBeVisible();
}

async function read(member: Member, post: number): Promise<Post> {
  return (await (await member.request('GET', `/api/posts/posts/${post}/`)).json()) as Post;
}

async function tagsOn(member: Member, photo: number): Promise<string[]> {
  const answer = await member.request('GET', `/api/posts/photo_tags/?photo=${photo}`);
  return ((await answer.json()) as { items: { tag: { name: string } }[] }).items.map(({ tag }) => tag.name);
}

/** In both themes. */
async function accessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
      [],
    );
  }
}
