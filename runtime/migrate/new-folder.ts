/** Writes a folder as a whole or not at all: beside its place, then renamed. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { reasonOf } from '../system-errors.ts';
import type { SourceFile } from './source-files.ts';

/** Why a folder cannot be made at `to`, as a clause; undefined when it can. `sources` are left as they are. */
export function refuseTarget(to: string, sources: readonly string[]): string | undefined {
  const path = resolve(to);
  try {
    const parent = realpathSync(dirname(path));
    const inside = sources
      .map((source) => realpathSync(source))
      .find((source) => `${join(parent, basename(path))}${sep}`.startsWith(`${source}${sep}`));
    if (inside !== undefined) return `${to} is inside ${inside}, which stays as it is`;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (!stats.isDirectory()) return `${to} is there already and is not a folder`;
    return readdirSync(path).length > 0 ? `${to} is there already and is not empty` : undefined;
  } catch (error) {
    return `${to} cannot be made: ${reasonOf(error)}`;
  }
}

/** A folder that is being written. */
export interface Draft {
  readonly path: string;
  /** Puts it in its place. */
  keep(): void;
  /** Takes it away again. */
  discard(): void;
}

/** Writes the files beside `to`; the folder gets the permissions `mode`. Nobody but the owner may change them; errors of the system are thrown. */
export function writeDraft(to: string, files: ReadonlyMap<string, SourceFile>, mode: number): Draft {
  const target = resolve(to);
  const path = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  const discard = () => rmSync(path, { recursive: true, force: true });
  try {
    for (const [name, file] of files) writeFile(join(path, name), file);
  } catch (error) {
    discard();
    throw error;
  }
  const keep = () => {
    chmodSync(path, mode & ~0o022);
    renameSync(path, target);
  };
  return { path, keep, discard };
}

function writeFile(path: string, { bytes, mode }: SourceFile): void {
  if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  chmodSync(path, mode & ~0o022);
}
