/** Writes the manual: pages of man(7) and the same as Markdown. Run by the build. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from './document.ts';
import { printManPage } from './man-page.ts';
import { printMarkdown } from './markdown.ts';
import { pages } from './pages.ts';

/** Writes every page below `root`: `man/pages/NAME.SECTION` and `docs/NAME.md`. Returns their names. */
export function makeManual(root: string, version: string, date: string): readonly string[] {
  const read = (folder: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      readdirSync(folder).map((name) => [name.replace(/\.md$/, ''), readFileSync(join(folder, name), 'utf8')]),
    );
  const all = pages({
    library: read(join(root, 'compiler/library')),
    explain: read(join(root, 'compiler/diagnostics/explain')),
  });
  for (const folder of ['man/pages', 'docs']) {
    // A page that is no more must not be packed.
    rmSync(join(root, folder), { recursive: true, force: true });
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const page of all) {
    writeFileSync(join(root, 'man/pages', `${page.name}.${page.section}`), printManPage(page, { date, version }));
    writeFileSync(join(root, 'docs', `${page.name}.md`), printMarkdown(page));
  }
  writeFileSync(join(root, 'docs/README.md'), indexOf(all));
  return all.map((page) => `${page.name}(${page.section})`);
}

/** The pages by section, for whoever reads them on the web. */
export function indexOf(all: readonly Page[]): string {
  const titles = { 8: 'The program', 7: 'Chapters', 5: 'Files' } as const;
  const lists = ([8, 7, 5] as const).map((section) => {
    const pages = all.filter((page) => page.section === section);
    const lines = pages.map(({ name, summary }) => `- [${name}(${section})](${name}.md): ${summary}`);
    return `## ${titles[section]}\n\n${lines.join('\n')}\n`;
  });
  return `# The manual of ftpwall\n\n${lists.join('\n')}`;
}
