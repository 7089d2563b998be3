import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './rig/fixtures';
import { enter, openRoom, waitForVideo } from './rig/page';
import { paths } from './rig/paths';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

test('the call is led by keys, moved about, and survives its devices and windows', async ({
  server,
  ada,
  ben,
}) => {
  await mkdir(paths.out, { recursive: true });
  const page = await ada.open(server.url);
  const room = await openRoom(page);
  await enter(page, { name: 'Ada', mode: 'off' });
  const bens = await ben.open(room);
  await enter(bens, { name: 'Ben', mode: 'off' });
  await waitForVideo(page, 'peer-video');
  await waitForVideo(bens, 'peer-video');
  await page.setViewportSize(DESKTOP);

  await test.step('keys do what the buttons do', () => checkKeys(page, bens));

  await test.step('keys are written where one writes, and rest when switched off', () => checkRest(page));

  await test.step('the own picture moves to any corner and is remembered', () => checkMirror(page));

  await test.step('the other is shown in a small window', async () => {
    await page.getByTestId('float-button').click();
    await expect(page.getByTestId('float-button')).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('p');
    await expect(page.getByTestId('float-button')).toHaveAttribute('aria-pressed', 'false');
  });

  await test.step('another microphone and speaker within the call', () => checkDevices(page));

  await test.step('a camera that goes away is told, with a way on', () => checkUnplugged(page, bens));

  await test.step('it can be used by all, in both themes, on every screen', async () => {
    await accessible(page, 'callui');
    await page.setViewportSize(PHONE);
    await page.getByTestId('panel-button').click();
    await expect(page.getByTestId('panel-close')).toBeFocused();
    await accessible(page, 'callui-chat');
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('panel-button')).toBeFocused();
    await checkReach(page, ['mic-button', 'leave-button', 'shutter-menu', 'more-menu']);
    await page.setViewportSize({ width: PHONE.height, height: PHONE.width });
    await checkReach(page, ['mic-button', 'leave-button', 'shutter-menu', 'more-menu']);
    await page.setViewportSize(DESKTOP);
  });

  await test.step('a second window takes the seat, and the first takes it back', async () => {
    await page.getByTestId('mic-button').click();
    const second = await ada.open(room, { keep: true });
    await enter(second, { name: 'Ada', mode: 'blur' });
    await expect(page.getByTestId('ended-replaced')).toBeVisible();
    await waitForVideo(second, 'peer-video');
    await page.getByTestId('again-button').click();
    await expect(second.getByTestId('ended-replaced')).toBeVisible();
    await waitForVideo(page, 'peer-video');
    await expect(page.getByTestId('mode-menu')).toHaveAttribute('data-mode', 'blur');
    await expect(page.getByTestId('camera-button')).toHaveAttribute('data-on', 'true');
    await expect(page.getByTestId('mic-button')).toHaveAttribute('data-on', 'false');
    await second.close();
  });

  await test.step('leaving by key asks first', async () => {
    await page.locator('#main').focus();
    await page.keyboard.press('l');
    await page.getByTestId('confirm-button').click();
    await expect(page.getByTestId('leave-button')).toBeHidden();
  });

  expect(ada.complaints).toEqual([]);
  expect(ben.complaints).toEqual([]);
  expect(server.errors()).toEqual([]);
});

async function checkKeys(page: Page, bens: Page): Promise<void> {
  const microphone = page.getByTestId('mic-button');
  await page.locator('#main').focus();
  await page.keyboard.press('m');
  await expect(microphone).toHaveAttribute('data-on', 'false');
  await expect(bens.getByTestId('peer-muted')).toBeVisible();
  await expect(page.getByTestId('announcer')).toContainText('Your microphone is off.');
  await page.keyboard.down(' ');
  await expect(page.getByTestId('talking')).toBeVisible();
  await expect(microphone).toHaveAttribute('data-on', 'true');
  await page.keyboard.up(' ');
  await expect(microphone).toHaveAttribute('data-on', 'false');
  await page.keyboard.press('m');
  await expect(microphone).toHaveAttribute('data-on', 'true');
  await page.keyboard.press('v');
  await expect(bens.getByTestId('peer-video-off')).toBeVisible();
  await page.keyboard.press('v');
  await expect(bens.getByTestId('peer-video-off')).toBeHidden();
  await page.keyboard.press('b');
  await expect(page.getByTestId('mode-off')).toBeFocused();
  await page.keyboard.press('s');
  await expect(page.getByTestId('shutter-popover')).toBeVisible();
  await expect(page.getByTestId('mode-off')).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('shutter-menu')).toBeFocused();
  await page.keyboard.press('l');
  await expect(page.getByTestId('confirm-dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('confirm-dialog')).toBeHidden();
  await expect(page.getByTestId('shutter-menu')).toBeFocused();
}

async function checkRest(page: Page): Promise<void> {
  const microphone = page.getByTestId('mic-button');
  await page.locator('#main').focus();
  await page.keyboard.press('c');
  const field = page.getByTestId('chat-input');
  await expect(field).toBeFocused();
  await page.keyboard.type('vml? ');
  await expect(field).toHaveValue('vml? ');
  await expect(microphone).toHaveAttribute('data-on', 'true');
  await field.fill('');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByTestId('keys-sheet')).toBeVisible();
  await accessible(page, 'callui-keys');
  await page.getByTestId('keys-switch').click();
  await page.getByTestId('keys-close').click();
  await expect(page.getByTestId('keys-sheet')).toBeHidden();
  await expect(microphone).not.toHaveAttribute('aria-keyshortcuts');
  await page.locator('#main').focus();
  await page.keyboard.press('m');
  await page.keyboard.press('?');
  await expect(page.getByTestId('keys-sheet')).toBeHidden();
  await expect(microphone).toHaveAttribute('data-on', 'true');
  await page.getByTestId('more-menu').click();
  await page.getByTestId('more-keys').click();
  await page.getByTestId('keys-switch').click();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('more-menu')).toBeFocused();
  await expect(microphone).toHaveAttribute('aria-keyshortcuts', 'M');
  await expect(microphone).toHaveAttribute('title', /\(M\)$/);
}

async function checkMirror(page: Page): Promise<void> {
  const mirror = page.getByTestId('mirror');
  await expect(mirror).toHaveAttribute('data-corner', 'bottomright');
  const box = await mirror.boundingBox();
  if (box === null) throw new Error('the mirror is not there');
  await page.mouse.move(box.x + 30, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(200, 300, { steps: 5 });
  await page.mouse.move(120, 160, { steps: 5 });
  await page.mouse.up();
  await expect(mirror).toHaveAttribute('data-corner', 'topleft');
  await mirror.focus();
  await page.keyboard.press('ArrowDown');
  await expect(mirror).toHaveAttribute('data-corner', 'bottomleft');
  // What stood there gives way.
  const row = await page.getByTestId('peer-name').boundingBox();
  const now = await mirror.boundingBox();
  expect(row?.x ?? 0).toBeGreaterThan((now?.x ?? 0) + (now?.width ?? 0));
  expect(await page.evaluate(() => localStorage.getItem('ppenter.mirror'))).toBe('bottomleft');
  await page.keyboard.press('h');
  await expect(mirror).toBeHidden();
  await page.getByTestId('mirror-show').click();
  await expect(mirror).toBeVisible();
  await mirror.focus();
  await page.keyboard.press('ArrowRight');
  await expect(mirror).toHaveAttribute('data-corner', 'bottomright');
}

/** The device that a kind of track is sent from. */
function sentFrom(page: Page, kind: 'audio' | 'video'): Promise<string> {
  return page.evaluate((wanted) => {
    for (const connection of window.rigConnections) {
      if (connection.connectionState === 'closed') continue;
      const track = connection.getSenders().find((sender) => sender.track?.kind === wanted)?.track;
      if (track) return track.getSettings().deviceId ?? '';
    }
    return '';
  }, kind);
}

async function checkDevices(page: Page): Promise<void> {
  const before = await sentFrom(page, 'audio');
  await page.getByTestId('more-menu').click();
  await page.getByTestId('more-devices').click();
  await expect(page.getByTestId('device-preview')).toBeVisible();
  await accessible(page, 'callui-devices');
  const microphone = page.getByTestId('microphone-select');
  await microphone.selectOption({ label: 'Fake Audio Input 2' });
  await expect.poll(() => sentFrom(page, 'audio')).not.toBe(before);
  await expect(microphone.locator('option:checked')).toHaveText('Fake Audio Input 2');
  await page.getByTestId('speaker-select').selectOption({ label: 'Fake Audio Output 1' });
  const sink = () => page.getByTestId('peer-video').evaluate((video) => (video as HTMLVideoElement).sinkId);
  await expect.poll(sink).toMatch(/^\w{8,}$/);
  await page.getByTestId('devices-close').click();
  await expect(page.getByTestId('more-menu')).toBeFocused();
}

async function checkUnplugged(page: Page, bens: Page): Promise<void> {
  // Chromium's fake camera cannot be pulled out: its track ends as one that was.
  await page.evaluate(() => {
    for (const connection of window.rigConnections) {
      for (const { track } of connection.getSenders()) {
        if (track?.kind === 'video') track.dispatchEvent(new Event('ended'));
      }
    }
  });
  const trouble = page.getByTestId('device-trouble');
  await expect(trouble).toHaveAttribute('data-why', 'unplugged');
  await expect(page.getByTestId('camera-button')).toHaveAttribute('data-on', 'false');
  await expect(bens.getByTestId('peer-video-off')).toBeVisible();
  await accessible(page, 'callui-unplugged');
  await page.getByTestId('trouble-dismiss').click();
  await expect(trouble).toBeHidden();
  await page.getByTestId('camera-button').click();
  await expect(bens.getByTestId('peer-video-off')).toBeHidden();
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError'));
  });
  await page.getByTestId('camera-button').click();
  await page.getByTestId('camera-button').click();
  await expect(trouble).toHaveAttribute('data-why', 'busy');
  await page.evaluate(() => {
    Reflect.deleteProperty(navigator.mediaDevices, 'getUserMedia');
  });
  await page.getByTestId('trouble-choose').click();
  await expect(page.getByTestId('device-sheet').getByRole('alert')).toContainText('Another program');
  await page.keyboard.press('Escape');
  await page.getByTestId('trouble-retry').click();
  await expect(trouble).toBeHidden();
  await expect(bens.getByTestId('peer-video-off')).toBeHidden();
}

/** What one hand has to reach is in sight and large enough for a thumb. */
async function checkReach(page: Page, ids: string[]): Promise<void> {
  const size = page.viewportSize() ?? DESKTOP;
  for (const id of ids) {
    const box = await page.getByTestId(id).boundingBox();
    if (box === null) throw new Error(`${id} is not there`);
    expect(Math.min(box.width, box.height), id).toBeGreaterThanOrEqual(44);
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(size.width);
    expect(box.y + box.height).toBeLessThanOrEqual(size.height);
    expect(box.x > size.width - 100 || box.y > size.height - 100, id).toBe(true);
  }
}

async function accessible(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
      [],
    );
    await page.screenshot({ path: join(paths.out, `${name}-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: null });
}
