/** Whether a folder is whole: the file `checksums`, in the format of sha256sum(1), is written last and names all others. */
import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { codeOf, reasonOf } from '../environment/system-errors.ts';
import { distrust } from '../environment/trust.ts';

export const checksumsName = 'checksums';

/** The text of `checksums` for these files, given by their paths below the folder. */
export function checksumsOf(folder: string, paths: readonly string[]): string {
  return paths.map((path) => `${hashOf(readFileSync(join(folder, path)))}  ${path}\n`).join('');
}

/** node:crypto, loaded when it is first needed: most compilations keep nothing. */
function crypto(): typeof import('node:crypto') {
  return createRequire(import.meta.url)('node:crypto');
}

/** SHA-256 in hexadecimal digits. */
export function hashOf(content: string | Buffer): string {
  return crypto().createHash('sha256').update(content).digest('hex');
}

/**
 * Why the folder is not whole, as a clause, or undefined when it is. Its path is absolute. Where nobody else can have
 * written the list, all that it tells of is ours.
 */
export function damageOf(folder: string): string | undefined {
  try {
    const files = new Set(filesBelow(folder));
    if (!files.has(checksumsName)) return 'it is not complete';
    const reason = distrust(join(folder, checksumsName));
    if (reason !== undefined) return `its list of checksums cannot be trusted: ${reason}`;
    const text = readFileSync(join(folder, checksumsName), 'utf8');
    const wanted = [...text.matchAll(/^([0-9a-f]{64}) {2}(.+)\n/gm)].map(([, hash = '', path = '']) => ({
      hash,
      path,
    }));
    if (wanted.length === 0) return 'its list of checksums is damaged';
    if (!wanted.every(({ path }) => files.has(path))) return 'it is not complete';
    const changed = wanted.find(({ hash, path }) => hashOf(readFileSync(join(folder, path))) !== hash);
    if (changed !== undefined) return `its file ${changed.path} is damaged`;
    const known = new Set(wanted.map(({ path }) => path));
    return known.has('firewall') ? undefined : 'it has no script';
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'it is not complete' : reasonOf(error);
  }
}

/**
 * All regular files of a folder, by their paths below it, sorted. A name that is not UTF-8 can be written in no list of
 * checksums and in no configuration: what has one is left out.
 */
export function filesBelow(folder: string): readonly string[] {
  const found: string[] = [];
  const waiting = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const { name, isText, isFolder, isFile } of entriesOf(join(folder, at))) {
      if (!isText) continue;
      if (isFolder) waiting.push(join(at, name));
      else if (isFile) found.push(join(at, name));
    }
  }
  return found.sort();
}

/** An entry of a folder. One whose name is no text (not UTF-8) cannot be opened by it. */
export interface Entry {
  readonly name: string;
  readonly isText: boolean;
  readonly isFolder: boolean;
  readonly isFile: boolean;
}

/** The entries of one folder. */
export function entriesOf(folder: string): readonly Entry[] {
  return readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }).map((entry) => ({
    name: entry.name.toString('utf8'),
    isText: isUtf8(entry.name),
    isFolder: entry.isDirectory(),
    isFile: entry.isFile(),
  }));
}
