import { writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';

export interface VideoCount {
  frames: number;
  dropped: number;
  width: number;
  height: number;
  freezes: number;
  codec: string;
  /** Milliseconds by the browser's clock. */
  at: number;
}

/** What arrived and was decoded of the video that the element shows. */
export function videoCount(page: Page, testId: string): Promise<VideoCount> {
  return page.getByTestId(testId).evaluate(async (element) => {
    const stream = (element as HTMLVideoElement).srcObject as MediaStream | null;
    const track = stream?.getVideoTracks()[0];
    if (!track) throw new Error('the element shows no track');
    for (const connection of window.rigConnections) {
      if (connection.connectionState === 'closed') continue;
      const report = await connection.getStats();
      for (const entry of report.values()) {
        if (entry.type !== 'inbound-rtp' || entry.trackIdentifier !== track.id) continue;
        return {
          frames: entry.framesDecoded ?? 0,
          dropped: entry.framesDropped ?? 0,
          width: entry.frameWidth ?? 0,
          height: entry.frameHeight ?? 0,
          freezes: entry.freezeCount ?? 0,
          codec: report.get(entry.codecId)?.mimeType ?? '',
          at: entry.timestamp,
        };
      }
    }
    throw new Error('no connection receives the track');
  });
}

/** Received audio packets and their energy so far. */
export function audioCount(page: Page): Promise<{ packets: number; energy: number }> {
  return page.evaluate(async () => {
    const sum = { packets: 0, energy: 0 };
    for (const connection of window.rigConnections) {
      if (connection.connectionState === 'closed') continue;
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type !== 'inbound-rtp' || entry.kind !== 'audio') continue;
        sum.packets += entry.packetsReceived ?? 0;
        sum.energy += entry.totalAudioEnergy ?? 0;
      }
    }
    return sum;
  });
}

export interface Rate {
  /** Decoded pictures a second over the whole time. */
  fps: number;
  /** The slowest second of it. */
  slowest: number;
  freezes: number;
  width: number;
  height: number;
  codec: string;
}

/** Watches a video for some seconds. */
export async function rate(page: Page, testId: string, seconds: number): Promise<Rate> {
  const counts = [await videoCount(page, testId)];
  for (let i = 0; i < seconds; i++) {
    await page.waitForTimeout(1000);
    counts.push(await videoCount(page, testId));
  }
  const per = (a: VideoCount, b: VideoCount) => ((b.frames - a.frames) * 1000) / Math.max(1, b.at - a.at);
  const first = counts[0] as VideoCount;
  const last = counts[counts.length - 1] as VideoCount;
  const steps = counts.slice(1).map((count, i) => per(counts[i] as VideoCount, count));
  return {
    fps: per(first, last),
    slowest: Math.min(...steps),
    freezes: last.freezes - first.freezes,
    width: last.width,
    height: last.height,
    codec: last.codec,
  };
}

export interface Size {
  width: number;
  height: number;
  /** How long to wait for it, in ms. */
  patience: number;
}

/** Waits until the element shows pictures of the size, as congestion control begins with smaller ones. */
export async function waitForSize(page: Page, testId: string, size: Size): Promise<void> {
  await page.getByTestId(testId).evaluate(async (element, want) => {
    const video = element as HTMLVideoElement;
    const until = performance.now() + want.patience;
    while (video.videoWidth !== want.width || video.videoHeight !== want.height) {
      if (performance.now() > until) throw new Error(`still ${video.videoWidth}x${video.videoHeight}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }, size);
}

/**
 * Writes the decoded pixels of the next picture that has the wanted size, as width x height x RGBA. Congestion
 * control and a busy machine make the sender's picture smaller for a while.
 */
export async function capture(page: Page, testId: string, size: Size, file: string): Promise<void> {
  const text = await page.getByTestId(testId).evaluate(async (element, want) => {
    const video = element as HTMLVideoElement;
    const canvas = new OffscreenCanvas(want.width, want.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas');
    const until = performance.now() + want.patience;
    do {
      if (performance.now() > until) throw new Error(`still ${video.videoWidth}x${video.videoHeight}`);
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    } while (video.videoWidth !== want.width || video.videoHeight !== want.height);
    context.drawImage(video, 0, 0);
    const pixels = context.getImageData(0, 0, want.width, want.height).data;
    let binary = '';
    for (let i = 0; i < pixels.length; i += 0x8000) {
      binary += String.fromCharCode(...pixels.subarray(i, i + 0x8000));
    }
    return btoa(binary);
  }, size);
  await writeFile(file, Buffer.from(text, 'base64'));
}
