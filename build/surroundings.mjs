/** Makes what packages hold beside the program and the manual: completions and skeletons, built and never committed. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTables, root } from './run-tables.mjs';

export async function buildSurroundings() {
  const { completions, skeletons } = await importTables('packaging/make.ts');
  const macros = readdirSync(join(root, 'compiler/library')).flatMap((name) => /^macro\.(.+)$/.exec(name)?.[1] ?? []);
  put('packaging/completions', completions(macros));
  put('packaging/skeleton', skeletons());
}

function put(folder, files) {
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, folder, name), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSurroundings();
