/** The configuration folder: which one is meant, and by which rules it is read. */
import { readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '../../compiler/environment.ts';
import { codeOf, reasonOf } from './system-errors.ts';

/** A folder that can be read, and whose rules hold in it. */
export interface Folder {
  /** As the user named it, for messages. */
  readonly name: string;
  readonly path: string;
  readonly flavour: Environment['flavour'];
  /** The names of its files, sorted. */
  readonly files: readonly string[];
}

export type FoundFolder =
  | { readonly kind: 'folder'; readonly folder: Folder }
  | { readonly kind: 'refused'; readonly reason: string };

/** The family of the table that a folder is compiled to. */
export const tableFamilies = { ftpwall: 'inet', shorewall: 'ip', shorewall6: 'ip6' } as const satisfies Record<
  Folder['flavour'],
  string
>;

export const defaultFolder = '/etc/ftpwall';

/** The settings file tells whose rules hold. */
const flavours: readonly (readonly [file: string, flavour: Environment['flavour']])[] = [
  ['ftpwall.conf', 'ftpwall'],
  ['shorewall.conf', 'shorewall'],
  ['shorewall6.conf', 'shorewall6'],
];

/** Looks at the folder `name`, which may be relative to the working directory. */
export function findFolder(name: string): FoundFolder {
  const path = resolve(name);
  try {
    if (!statSync(path).isDirectory()) return { kind: 'refused', reason: `${name} is not a folder` };
    const files = readdirSync(path).sort();
    const settings = flavours.filter(([file]) => files.includes(file));
    if (settings.length > 1) {
      const names = settings.map(([file]) => file).join(' and ');
      return { kind: 'refused', reason: `${name} has ${names}: only one settings file can say how a folder is read` };
    }
    return { kind: 'folder', folder: { name, path, files, flavour: settings[0]?.[1] ?? 'ftpwall' } };
  } catch (error) {
    const next = name === defaultFolder && codeOf(error) === 'ENOENT' ? '; ftpwall init writes a first one' : '';
    return { kind: 'refused', reason: `the configuration folder ${name} cannot be read: ${reasonOf(error)}${next}` };
  }
}
