import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { capture } from './media';
import { CAMERA, paths } from './paths';

/** One received picture held against the camera's file; see the command truth for the exact meaning. */
export interface Verdict {
  file: string;
  source: number;
  person: number;
  ssim: number;
  difference: number;
  detail: number;
  colour: [number, number, number];
}

const run = promisify(execFile);

/** Judges pixel files of one sender. */
export async function judge(camera: string, files: string[]): Promise<Verdict[]> {
  const { stdout } = await run(
    'go',
    ['run', './frontend/e2e/truth', '-camera', camera, '-library', paths.library, ...files],
    { cwd: paths.root, maxBuffer: 1 << 20, timeout: 120_000 },
  );
  return JSON.parse(stdout) as Verdict[];
}

/** The structural similarity of pictures of one size, two by two. */
export async function alike(
  { width, height }: { width: number; height: number },
  files: string[],
): Promise<number[]> {
  const { stdout } = await run(
    'go',
    ['run', './frontend/e2e/truth', '-pairs', `${width}x${height}`, ...files],
    { cwd: paths.root, timeout: 120_000 },
  );
  return JSON.parse(stdout) as number[];
}

/** Takes some pictures of what the element shows, a little apart. */
export async function takePictures(
  page: Page,
  testId: string,
  name: string,
  count: number,
): Promise<string[]> {
  await mkdir(paths.out, { recursive: true });
  const files: string[] = [];
  for (let i = 0; i < count; i++) {
    const file = join(paths.out, `${name}-${i}.rgba`);
    await capture(page, testId, CAMERA, file);
    files.push(file);
    await page.waitForTimeout(350);
  }
  return files;
}

/** The middle one of some figures, so that one unlucky picture does not decide. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** How far two background colours are from each other: the mean over red, green and blue. */
export function colourDistance(a: Verdict[], b: Verdict[]): number {
  const channel = (verdicts: Verdict[], i: 0 | 1 | 2) => median(verdicts.map((v) => v.colour[i]));
  return ([0, 1, 2] as const).reduce<number>(
    (sum, i) => sum + Math.abs(channel(a, i) - channel(b, i)) / 3,
    0,
  );
}
