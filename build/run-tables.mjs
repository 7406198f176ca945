/** Runs TypeScript that reads the tables of the language and of the verbs, at build time. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildGrammars } from './grammars.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The module at `entry` (a path below the root), bundled and imported. */
export async function importTables(entry) {
  await buildGrammars();
  const { outputFiles } = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    packages: 'external',
    logLevel: 'error',
    plugins: [withoutVerbs],
  });
  // Below our root, so that it finds the packages of npm; of this process alone, so that two builds do not meet.
  const module = join(root, '.cache', `tables-${process.pid}-${entry.replaceAll('/', '-')}.mjs`);
  mkdirSync(dirname(module), { recursive: true });
  writeFileSync(module, outputFiles[0].contents);
  try {
    return await import(pathToFileURL(module).href);
  } finally {
    rmSync(module);
  }
}

/** The table of verbs is wanted here, not the verbs. */
const withoutVerbs = {
  name: 'without-verbs',
  setup(context) {
    context.onResolve({ filter: /^\.\/[a-z-]+\.ts$/ }, (args) =>
      args.importer.endsWith('commands/index.ts') && args.kind === 'dynamic-import'
        ? { path: args.path, external: true }
        : undefined,
    );
  },
};
