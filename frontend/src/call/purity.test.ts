import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('./', import.meta.url));
const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.includes('test'));

it.each(sources)('%s touches no page', (name) => {
  const code = readFileSync(folder + name, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  expect(code).not.toMatch(/\b(document|window|navigator|location|localStorage|HTML\w*Element)\b/);
  expect(code).not.toMatch(/from '(svelte|\.\.\/)/);
});
