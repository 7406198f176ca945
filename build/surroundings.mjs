/** Makes what packages hold beside the program and the manual: completions, skeletons, files of editors; built and never committed. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { importTables, root } from './run-tables.mjs';
import { zip } from './zip.mjs';

export async function buildSurroundings() {
  const { completions, skeletons, editors } = await importTables('packaging/make.ts');
  const macros = readdirSync(join(root, 'compiler/library')).flatMap((name) => /^macro\.(.+)$/.exec(name)?.[1] ?? []);
  put('packaging/completions', completions(macros));
  put('packaging/skeleton', skeletons());
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { vim, emacs, vscode } = editors(macros, version);
  put('packaging/editor-files/vim', vim);
  put('packaging/editor-files/emacs', emacs);
  put('packaging/editor-files/vscode', { 'ftpwall.vsix': await extension(vscode) });
}

/** The extension for VS Code, with its client as one file. */
async function extension(files) {
  const { outputFiles } = await bundle({ ...bundlingOfExtension, write: false });
  const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
  return zip({ ...files, 'extension/extension.js': outputFiles[0].text, 'extension/LICENSE.txt': licence });
}

/** How the client of the extension is bundled. */
export const bundlingOfExtension = {
  absWorkingDir: root,
  entryPoints: ['packaging/editors/vscode-client.cjs'],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  external: ['vscode'],
  legalComments: 'eof',
  logLevel: 'warning',
};

function put(folder, files) {
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, folder, name)), { recursive: true });
    writeFileSync(join(root, folder, name), text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSurroundings();
