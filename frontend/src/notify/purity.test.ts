import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('./', import.meta.url));
const sources = readdirSync(folder).filter(
  (name) => /\.ts$/.test(name) && !/\.(test|svelte)\.ts$/.test(name),
);

it.each(sources)('%s touches no page', (name) => {
  const code = readFileSync(folder + name, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  expect(code).not.toMatch(/\b(document|window|navigator|location|localStorage|HTML\w*Element)\b/);
  // Of the others it takes the call core's small parts, which are as pure, and the names of texts.
  expect(code).not.toMatch(/from '(svelte|\.\.\/(?!call\/(shape|ports|backoff)'|i18n\/format'))/);
});
