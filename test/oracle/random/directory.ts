/** A configuration directory as lines of files, to be written down and made smaller. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Version } from '../../../compiler/net/version.ts';

export interface Directory {
  readonly version: Version;
  /** The lines of each file; those of the settings come behind the stock ones. */
  readonly files: Readonly<Record<string, readonly string[]>>;
}

/** The name of the settings file of a version. */
export function settingsOf(version: Version): string {
  return version === 4 ? 'shorewall.conf' : 'shorewall6.conf';
}

/** Writes it, with the stock settings in front of its own: what is said last holds (shorewall.conf(5)). */
export function writeDirectory({ version, files }: Directory, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const settings = settingsOf(version);
  const stock = readFileSync(`/etc/shorewall${version === 6 ? '6' : ''}/${settings}`, 'utf8');
  for (const [name, lines] of Object.entries({ [settings]: [], ...files })) {
    const text = lines.map((line) => `${line}\n`).join('');
    writeFileSync(join(folder, name), name === settings ? `${stock}\n${text}` : text);
  }
}

/** The directory for a person to read. */
export function printDirectory({ files }: Directory): string {
  return Object.entries(files)
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => `--- ${name}\n${lines.join('\n')}`)
    .join('\n');
}

/** A line of columns; those at the end that say nothing are left out. */
export function columns(...words: readonly (string | undefined)[]): string {
  const all = words.map((word) => word || '-');
  while (all.length > 1 && all.at(-1) === '-') all.pop();
  return all.join(' ');
}
