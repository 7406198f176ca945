/** Whether a folder is whole: the file `checksums`, in the format of sha256sum(1), is written last and names all others. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { codeOf, reasonOf } from './system-errors.ts';

export const checksumsName = 'checksums';

/** The text of `checksums` for these files, given by their paths below the folder. */
export function checksumsOf(folder: string, paths: readonly string[]): string {
  return paths.map((path) => `${hashOf(readFileSync(join(folder, path)))}  ${path}\n`).join('');
}

/** SHA-256 in hexadecimal digits. */
export function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Why the folder is not whole, as a clause, or undefined when it is. */
export function damageOf(folder: string): string | undefined {
  try {
    const text = readFileSync(join(folder, checksumsName), 'utf8');
    const wanted = [...text.matchAll(/^([0-9a-f]{64}) {2}(.+)\n/gm)].map(([, hash = '', path = '']) => ({
      hash,
      path,
    }));
    if (wanted.length === 0) return 'its list of checksums is damaged';
    const changed = wanted.find(({ hash, path }) => hashOf(readFileSync(join(folder, path))) !== hash);
    if (changed !== undefined) return `its file ${changed.path} is damaged`;
    const known = new Set(wanted.map(({ path }) => path));
    return known.has('firewall') ? undefined : 'it has no script';
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'it is not complete' : reasonOf(error);
  }
}

/** All regular files of a folder, by their paths below it, sorted. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}
