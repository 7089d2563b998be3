import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { paths } from './paths';

/** Skies, hills and the sun in some colours, wide and tall. */
const SCENES = [
  { sky: '#fbc2eb,#a6c1ee', hill: '#6c5b9c', sun: '#fff3c4', x: 70, wide: true },
  { sky: '#89f7fe,#66a6ff', hill: '#2f7d62', sun: '#fffbe0', x: 25, wide: true },
  { sky: '#ff9a56,#ffd08a', hill: '#7a3b2e', sun: '#fff0b0', x: 50, wide: false },
  { sky: '#0f2027,#2c5364', hill: '#0a1a22', sun: '#f4f6ff', x: 80, wide: true },
  { sky: '#d4fc79,#96e6a1', hill: '#3c8d4a', sun: '#ffffff', x: 35, wide: false },
] as const;

/** Pictures as people post them: drawn landscapes of several shapes, and faces before a camera. */
export async function drawPictures(browser: Browser): Promise<Blob[]> {
  const page = await browser.newPage();
  const pictures: Blob[] = [];
  for (const { sky, hill, sun, x, wide } of SCENES) {
    await page.setViewportSize(wide ? { width: 1200, height: 800 } : { width: 800, height: 1000 });
    await page.setContent(`<style>body{margin:0;height:100vh;overflow:hidden;background:linear-gradient(${sky})}
      svg{width:100%;height:100%}</style><svg viewBox="0 0 100 100" preserveAspectRatio="none">
      <circle cx="${x}" cy="38" r="9" fill="${sun}"/><path d="M0 70Q25 45 50 68T100 60V100H0Z" fill="${hill}"
      opacity=".6"/><path d="M0 84Q30 62 60 82T100 78V100H0Z" fill="${hill}"/></svg>`);
    const data = await page.screenshot({ type: 'jpeg', quality: 85 });
    pictures.push(new Blob([new Uint8Array(data)], { type: 'image/jpeg' }));
  }
  await page.close();
  for (const name of ['close', 'calm', 'hand', 'far']) {
    const data = await readFile(join(paths.root, `inference/testdata/${name}.jpg`));
    pictures.push(new Blob([new Uint8Array(data)], { type: 'image/jpeg' }));
  }
  return pictures;
}
