/** The manual in `docs/` is what the tables, verbs and prose of this commit make. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { indexOf } from '../../man/make.ts';
import { printMarkdown } from '../../man/markdown.ts';
import { pages } from '../../man/pages.ts';

const root = join(import.meta.dirname, '..', '..');

/** The texts below a folder, by their names without `.md`. */
function read(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(join(root, folder)).map((name) => [
      name.replace(/\.md$/, ''),
      readFileSync(join(root, folder, name), 'utf8'),
    ]),
  );
}

test('docs/ is up to date: otherwise `npm run build:manual`, and commit it', () => {
  const all = pages({ library: read('compiler/library'), explain: read('compiler/diagnostics/explain') });
  const made = Object.fromEntries(all.map((page) => [page.name, printMarkdown(page)]));
  expect(read('docs')).toEqual({ ...made, README: indexOf(all) });
});

test('links between its pages are alive', () => {
  const all = read('docs');
  const dead = Object.entries(all).flatMap(([name, text]) =>
    [...text.matchAll(/\]\(([^)\s]+)\.md\)/g)].flatMap(([, to = '']) => (to in all ? [] : [`${name}: ${to}`])),
  );
  expect(dead).toEqual([]);
});
