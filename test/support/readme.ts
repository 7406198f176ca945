/** The README as tests see it: its example, and the places that tests fill in with UPDATE=1. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(import.meta.dirname, '..', '..', 'README.md');

export function readme(): string {
  return readFileSync(file, 'utf8');
}

/** The configuration of "An example", file by file. */
export function exampleFiles(): Readonly<Record<string, string>> {
  const [, block = ''] = /\n## An example\n.*?\n```\n(.*?)```\n/s.exec(readme()) ?? [];
  const parts = block.split(/^# ([\w.]+)\n/m).slice(1);
  return Object.fromEntries(parts.flatMap((name, index) => (index % 2 === 0 ? [[name, parts[index + 1] ?? '']] : [])));
}

/** Figures in the text, by name: `<!-- figure NAME -->…<!-- / -->`. */
export function figures(): readonly (readonly [name: string, value: string])[] {
  return [...readme().matchAll(figure)].map(([, name = '', value = '']) => [name, value]);
}

/** Samples of output, by name: a fence below `<!-- sample NAME -->`. */
export function samples(): ReadonlyMap<string, string> {
  return new Map([...readme().matchAll(sample)].map(([, name = '', text = '']) => [name, text]));
}

/** With UPDATE=1 figures and samples take these values. */
export function update(values: Readonly<Record<string, string>>): void {
  if (process.env.UPDATE !== '1') return;
  const text = readme()
    .replaceAll(figure, (all, name: string) =>
      name in values ? `<!-- figure ${name} -->${values[name]}<!-- / -->` : all,
    )
    .replaceAll(sample, (all, name: string) =>
      name in values ? `<!-- sample ${name} -->\n\`\`\`\n${values[name]}\`\`\`\n` : all,
    );
  writeFileSync(file, text);
}

const figure = /<!-- figure ([\w-]+) -->(.*?)<!-- \/ -->/g;
const sample = /<!-- sample ([\w-]+) -->\n```\n(.*?)```\n/gs;
