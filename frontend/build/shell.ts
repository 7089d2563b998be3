import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build, type Plugin, type Rollup } from 'vite';

/** What the page needs to open and to speak: the entry with all it imports, and the texts of each language. */
const PARTS = [/\/src\/i18n\/(ko|en)\.ts$/];
const ALWAYS = ['icon.svg', 'manifest.webmanifest'];

/** Writes sw.js beside the page: the service worker, which knows the names of the shell's files of this build. */
export function shellWorker(): Plugin {
  let root = '';
  return {
    name: 'shell-worker',
    apply: 'build',
    configResolved(config) {
      root = config.root;
    },
    async writeBundle({ dir }, bundle) {
      const names = [...shellOf(bundle)].sort();
      const files = [...names, ...ALWAYS].map((name) => `/${name}`);
      const version = versionOf(bundle);
      await build({
        configFile: false,
        publicDir: false,
        logLevel: 'warn',
        root,
        define: { __SHELL_VERSION__: JSON.stringify(version), __SHELL_FILES__: JSON.stringify(files) },
        build: {
          target: 'es2022',
          outDir: dir ?? 'dist',
          emptyOutDir: false,
          lib: {
            entry: join(root, 'src/worker/sw.ts'),
            formats: ['iife'],
            name: 'shell',
            fileName: () => 'sw.js',
          },
        },
      });
    },
  };
}

/** The files of the shell by their names in the build. */
function shellOf(bundle: Rollup.OutputBundle): Set<string> {
  const names = new Set<string>();
  const add = (name: string) => {
    const chunk = bundle[name];
    if (names.has(name) || chunk?.type !== 'chunk') return;
    names.add(name);
    for (const sheet of chunk.viteMetadata?.importedCss ?? []) names.add(sheet);
    for (const other of chunk.imports) add(other);
  };
  for (const chunk of Object.values(bundle)) {
    if (chunk.type !== 'chunk') continue;
    const module = chunk.facadeModuleId ?? '';
    if (chunk.isEntry || PARTS.some((part) => part.test(module))) add(chunk.fileName);
  }
  return names;
}

/** Changes with any file of the build: their names hold hashes, and the page names its files. */
function versionOf(bundle: Rollup.OutputBundle): string {
  const sum = createHash('sha256');
  for (const file of Object.keys(bundle).sort()) sum.update(`${file}\n`);
  return sum.digest('hex').slice(0, 12);
}
