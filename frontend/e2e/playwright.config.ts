import { defineConfig } from '@playwright/test';

/** Where pictures move, their rate is measured: such a test has the machine for itself. */
const CALLS = ['call', 'callui', 'demo', 'filters', 'ring', 'screenshot', 'story'].map(
  (name) => `${name}.spec.ts`,
);

/** Each test starts its own server and browsers. */
export default defineConfig({
  testDir: '.',
  outputDir: './out/results',
  projects: [
    { name: 'pages', testIgnore: CALLS },
    { name: 'calls', testMatch: CALLS },
  ],
  workers: 1,
  fullyParallel: false,
  timeout: 150_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  reporter: [['list']],
});
