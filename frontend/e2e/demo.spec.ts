import { expect, test } from './rig/fixtures';
import { rate } from './rig/media';
import { openRoom, waitForVideo } from './rig/page';

/** The clip has 25 pictures a second. */
const MIN_FPS = 20;

test('someone alone talks to the demo partner', async ({ server, ada }) => {
  const page = await ada.open(server.url);
  await openRoom(page);
  await page.getByTestId('name-input').fill('Ada');
  await page.getByTestId('demo-button').click();
  await expect(page.getByTestId('leave-button')).toBeVisible();
  await waitForVideo(page, 'peer-video');
  await waitForVideo(page, 'mirror-video');
  await page.waitForTimeout(3000);
  const seen = await rate(page, 'peer-video', 5);
  console.log(`demo: ${JSON.stringify(seen)}`);
  expect(seen.fps).toBeGreaterThanOrEqual(MIN_FPS);
  await page.getByTestId('leave-button').click();
  await expect(page.getByTestId('leave-button')).toBeHidden();
  expect(ada.complaints).toEqual([]);
  expect(server.errors()).toEqual([]);
});
