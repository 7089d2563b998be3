import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { shellWorker } from './build/shell.ts';

const server = process.env.PPENTER_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [tailwindcss(), svelte(), shellWorker()],
  build: {
    target: 'es2022',
    // The page is served under a strict same-origin policy: no data: URLs.
    assetsInlineLimit: 0,
    sourcemap: false,
    // For the test of what the first look costs; the server keeps folders with a dot to itself.
    manifest: true,
  },
  server: {
    proxy: {
      '/api': { target: server, changeOrigin: false },
      '/ws': { target: server, ws: true, changeOrigin: false },
    },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts'],
  },
});
