/** Makes the site of all pages. Run by the build. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from '../pages.ts';
import { explainPage } from './explain-page.ts';
import { siteFiles } from './site.ts';

/** The files of the site by name; `root` is the folder of the sources. */
export function makeSite(root: string, version: string): Readonly<Record<string, string>> {
  const text = (path: string) => readFileSync(join(root, path), 'utf8');
  const read = (folder: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      readdirSync(join(root, folder)).map((name) => [name.replace(/\.md$/, ''), text(join(folder, name))]),
    );
  const explain = read('compiler/diagnostics/explain');
  const all = pages({ library: read('compiler/library'), explain });
  const messages = Object.entries(explain).map(([code, markdown]) => explainPage(code, markdown));
  const names = readdirSync(join(root, 'etc-samples')).filter((name) => /interface/.test(name));
  return siteFiles(all, messages, {
    version,
    statement: (/\*\*(.*?)\*\*/s.exec(text('README.md'))?.[1] ?? '').replaceAll('\n', ' '),
    style: text('man/site/site.css'),
    script: text('man/site/site.js'),
    samples: Object.fromEntries(names.map((name) => [name, join(root, 'etc-samples', name)])),
  });
}
