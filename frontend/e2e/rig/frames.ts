import { writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';

interface Kept {
  /** The RTP timestamp that the picture arrived with. */
  rtp: number;
  frame: VideoFrame;
}

interface Watch {
  /** The pictures that were decoded last, the newest at the end. */
  kept: Kept[];
  /** When each picture was decoded, by the page's clock in ms. */
  times: number[];
}

declare global {
  interface Window {
    rigWatches: Record<string, Watch>;
  }
}

/** Keeps the decoded pictures of the track that an element shows, 4 s of them, and when each of them came. */
export async function watch(page: Page, testId: string): Promise<void> {
  await page.getByTestId(testId).evaluate((element, name) => {
    const KEEP = 120;
    const stream = (element as HTMLVideoElement).srcObject as MediaStream | null;
    const track = stream?.getVideoTracks()[0];
    if (!track) throw new Error('the element shows no track');
    // Not every compiler's list of what a page has knows this one.
    const { MediaStreamTrackProcessor: Processor } = window as unknown as {
      MediaStreamTrackProcessor: new (init: {
        track: MediaStreamTrack;
        maxBufferSize: number;
      }) => { readable: ReadableStream<VideoFrame> };
    };
    const reader = new Processor({ track, maxBufferSize: 8 }).readable.getReader();
    const seen: Watch = { kept: [], times: [] };
    window.rigWatches ??= {};
    window.rigWatches[name] = seen;
    const read = async () => {
      for (;;) {
        const { value: frame, done } = await reader.read();
        if (done) return;
        const { rtpTimestamp } = (frame as VideoFrame & { metadata(): { rtpTimestamp?: number } }).metadata();
        if (rtpTimestamp === undefined) throw new Error('this browser does not tell RTP timestamps');
        seen.times.push(performance.now());
        seen.kept.push({ rtp: rtpTimestamp, frame });
        if (seen.kept.length > KEEP) seen.kept.shift()?.frame.close();
      }
    };
    void read();
  }, testId);
}

/** Writes the decoded pixels of the picture with an RTP timestamp, as RGBA; null: it is not among those kept. */
export async function frameOf(
  page: Page,
  testId: string,
  rtp: number,
  file: string,
): Promise<{ width: number; height: number } | null> {
  const got = await page.evaluate(
    ([name, wanted]) => {
      const one = window.rigWatches[name]?.kept.find((kept) => kept.rtp === wanted);
      if (one === undefined) return null;
      const { displayWidth: width, displayHeight: height } = one.frame;
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      if (!context) throw new Error('no canvas');
      context.drawImage(one.frame, 0, 0);
      const pixels = context.getImageData(0, 0, width, height).data;
      let binary = '';
      for (let i = 0; i < pixels.length; i += 0x8000) {
        binary += String.fromCharCode(...pixels.subarray(i, i + 0x8000));
      }
      return { width, height, text: btoa(binary) };
    },
    [testId, rtp] as const,
  );
  if (got === null) return null;
  await writeFile(file, Buffer.from(got.text, 'base64'));
  return { width: got.width, height: got.height };
}

/** Writes the pixels of one of the parts that stand side by side in a picture of the server, as RGBA. */
export async function partOf(
  page: Page,
  url: string,
  part: { index: number; of: number },
  file: string,
): Promise<{ width: number; height: number }> {
  const got = await page.evaluate(
    async ([address, { index, of }]) => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      const picture = await createImageBitmap(await answer.blob());
      const width = picture.width / of;
      const { height } = picture;
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      if (!context) throw new Error('no canvas');
      context.drawImage(picture, -index * width, 0);
      const pixels = context.getImageData(0, 0, width, height).data;
      let binary = '';
      for (let i = 0; i < pixels.length; i += 0x8000) {
        binary += String.fromCharCode(...pixels.subarray(i, i + 0x8000));
      }
      return { width, height, text: btoa(binary) };
    },
    [url, part] as const,
  );
  await writeFile(file, Buffer.from(got.text, 'base64'));
  return { width: got.width, height: got.height };
}

export interface Intervals {
  /** Pictures a second. */
  rate: number;
  p50: number;
  p95: number;
  max: number;
}

/** The page's clock, in ms. */
export function clock(page: Page): Promise<number> {
  return page.evaluate(() => performance.now());
}

/** The times between the pictures, in ms, that were decoded from one moment to another of the page's clock. */
export async function intervals(page: Page, testId: string, from: number, to: number): Promise<Intervals> {
  const times = await page.evaluate((name) => window.rigWatches[name]?.times ?? [], testId);
  const inside = times.filter((at) => at >= from && at <= to);
  const steps = inside
    .slice(1)
    .map((at, i) => at - (inside[i] as number))
    .sort((a, b) => a - b);
  const at = (share: number) => Math.round(steps[Math.floor((steps.length - 1) * share)] ?? Number.NaN);
  const rate = Math.round((10_000 * inside.length) / Math.max(1, to - from)) / 10;
  return { rate, p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** What an element's track received, in bits per second, over some seconds. */
export async function bitrate(page: Page, testId: string, seconds: number): Promise<number> {
  const bytes = () =>
    page.getByTestId(testId).evaluate(async (element) => {
      const track = ((element as HTMLVideoElement).srcObject as MediaStream).getVideoTracks()[0];
      for (const connection of window.rigConnections) {
        if (connection.connectionState === 'closed') continue;
        for (const entry of (await connection.getStats()).values()) {
          if (entry.type === 'inbound-rtp' && entry.trackIdentifier === track?.id) {
            return { bytes: entry.bytesReceived as number, at: entry.timestamp as number };
          }
        }
      }
      throw new Error('no connection receives the track');
    });
  const before = await bytes();
  await page.waitForTimeout(1000 * seconds);
  const after = await bytes();
  return (8000 * (after.bytes - before.bytes)) / Math.max(1, after.at - before.at);
}
