/**
 * Builds the program: parsers of the grammars, embedded files, and the bundled files `dist/ftpwall.js` and, for editors,
 * `dist/ftpwall-lsp.js`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundleFiles } from 'esbuild';
import { embed } from './embed.mjs';
import { buildGrammars } from './grammars.mjs';
import { pack } from './pack.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'dist', 'ftpwall.js');

/**
 * Commander can run a command as a program of its own, which none of ours is. So that node:child_process, and the streams and
 * sockets that come with it, are not loaded at each start, it gets what loads it when it is asked to.
 */
const programsOfCommander = {
  name: 'programs-of-commander',
  setup({ onResolve, onLoad }) {
    const namespace = 'programs-of-commander';
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/') ? { path: 'child_process', namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, () => ({
      contents: "exports.spawn = (...words) => module.require('node:child_process').spawn(...words);",
    }));
  },
};

/** How the program is bundled: also for those who want to look at what is in it (`metafile`). */
export const bundling = {
  absWorkingDir: root,
  entryPoints: ['runtime/main.ts'],
  write: false,
  bundle: true,
  platform: 'node',
  target: 'node18.19',
  // CommonJS: execa's dependencies call `require`, and it starts faster than an ES module.
  format: 'cjs',
  // CommonJS has no import.meta; createRequire takes a path as well as a URL.
  define: { 'import.meta.url': '__filename' },
  // Less text to skim at each start. `node build/build.mjs --readable` keeps names and lines for looking into an error.
  minify: !process.argv.includes('--readable'),
  legalComments: 'eof',
  plugins: [programsOfCommander],
  logLevel: 'warning',
};

/** How the language server is bundled, which no verb but `lsp` loads. */
export const bundlingOfEditor = { ...bundling, entryPoints: ['editor/main.ts'] };

export async function build() {
  await buildGrammars();
  embed();
  mkdirSync(join(root, 'dist'), { recursive: true });
  // The package as a whole is of ES modules; what is built is not.
  writeFileSync(join(root, 'dist', 'package.json'), '{ "type": "commonjs" }\n');
  const { outputFiles } = await bundleFiles(bundling);
  pack(program, outputFiles[0].text, ['check', 'etc-samples/three-interfaces']);
  const { outputFiles: editorFiles } = await bundleFiles(bundlingOfEditor);
  writeFileSync(join(root, 'dist', 'ftpwall-lsp.js'), editorFiles[0].text);
}

/** Bundles the demonstration of `npm start`; returns the path of the module. */
export async function buildDemo() {
  const outfile = join(root, '.cache', 'demo.mjs');
  const { absWorkingDir, bundle, platform, logLevel } = bundling;
  await bundleFiles({
    absWorkingDir,
    bundle,
    platform,
    logLevel,
    format: 'esm',
    entryPoints: ['test/kernel/demo.ts'],
    outfile,
  });
  return outfile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
