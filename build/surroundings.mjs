/** Makes what packages hold beside the program and the manual: completions, skeletons, JSON schemas, files of editors; built and never committed. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { importTables, root } from './run-tables.mjs';
import { zip } from './zip.mjs';

export async function buildSurroundings() {
  const { completions, schemas, skeletons } = await importTables('packaging/make.ts');
  put('packaging/completions', completions(macros()));
  put('packaging/schemas', schemas());
  put('packaging/skeleton', skeletons());
  await buildEditors('packaging/editor-files');
}

/** The files of editors, a folder each below `into`. */
export async function buildEditors(into) {
  const { editors } = await importTables('packaging/make.ts');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { vim, emacs, vscode } = editors(macros(), version);
  put(join(into, 'vim'), vim);
  put(join(into, 'emacs'), emacs);
  put(join(into, 'vscode'), { 'ftpwall.vsix': await extension(vscode) });
}

/** The names of the standard macros. */
function macros() {
  return readdirSync(join(root, 'compiler/library')).flatMap((name) => /^macro\.(.+)$/.exec(name)?.[1] ?? []);
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

/** Writes files into a folder, below the root where it is not absolute, and removes what it held. */
function put(folder, files) {
  const into = resolve(root, folder);
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(into, name)), { recursive: true });
    writeFileSync(join(into, name), text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , option, folder] = process.argv;
  await (option === '--editors' ? buildEditors(resolve(folder)) : buildSurroundings());
}
