/** `npm run build:site`: the manual as a site in `site/`, which any browser reads from the disk. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embed } from './embed.mjs';
import { importTables, root } from './run-tables.mjs';

export async function buildSite(into = join(root, 'site')) {
  embed();
  const { makeSite } = await importTables('man/site/make.ts');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const files = makeSite(root, version);
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(into, name), text);
  return Object.keys(files).length;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(`site/index.html and ${(await buildSite()) - 1} more files`);
