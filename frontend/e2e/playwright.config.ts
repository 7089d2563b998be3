import { defineConfig } from '@playwright/test';

/** Each test starts its own server and browsers; they share two cores, so one runs at a time. */
export default defineConfig({
  testDir: '.',
  outputDir: './out/results',
  workers: 1,
  fullyParallel: false,
  timeout: 150_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  reporter: [['list']],
});
