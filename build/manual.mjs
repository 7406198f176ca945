/** Makes the manual of the tables and the prose: `man/pages` and `docs`, built and never committed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildGrammars } from './grammars.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function buildManual() {
  await buildGrammars();
  const { outputFiles } = await build({
    entryPoints: [join(root, 'man/make.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    external: ['./check.ts'],
    packages: 'external',
    logLevel: 'error',
    plugins: [withoutVerbs],
  });
  const { makeManual } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  );
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const dated =
    /^## .*\((\d{4}-\d\d-\d\d)\)/m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'))?.[1] ?? '2026-11-21';
  return makeManual(root, version, dated);
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = await buildManual();
  console.log(`${names.length} pages: ${names.join(' ')}`);
}
