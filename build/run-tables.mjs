/** Runs TypeScript that reads the tables of the language and of the verbs, at build time. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  return await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
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
