import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');

export const paths = {
  root,
  /** PPENTER_E2E_BINARY names another build. */
  binary: process.env.PPENTER_E2E_BINARY ?? join(root, 'bin/pp-enter'),
  library: join(root, 'bin/lib/libonnxruntime.so.1'),
  /** What a run leaves behind for eyes: pictures and figures. */
  out: join(root, 'frontend/e2e/out'),
};

/** The people before the cameras; each is a file of raw pictures that one browser process plays. */
export const cameras = {
  ada: join(root, '.cache/e2e/cap12.y4m'),
  ben: join(root, '.cache/e2e/cap13.y4m'),
};

/** The size of the camera files, and how long congestion control may take to reach it. */
export const CAMERA = { width: 640, height: 480, patience: 45_000 };

/** The system's Chromium; PPENTER_E2E_CHROMIUM names another one. */
export function chromiumPath(): string {
  const named = process.env.PPENTER_E2E_CHROMIUM;
  if (named) return named;
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
    if (found) return found;
  }
  throw new Error('no Chromium on PATH; set PPENTER_E2E_CHROMIUM to one');
}
