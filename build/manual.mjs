/** Makes the manual of the tables and the prose: `man/pages`, never committed, and `docs`, which is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTables, root } from './run-tables.mjs';

export async function buildManual() {
  const { makeManual } = await importTables('man/make.ts');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const dated =
    /^## .*\((\d{4}-\d\d-\d\d)\)/m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'))?.[1] ?? '2026-11-21';
  return makeManual(root, version, dated);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = await buildManual();
  console.log(`${names.length} pages: ${names.join(' ')}`);
}
