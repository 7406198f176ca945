/** Writes a folder as a whole or not at all: tried elsewhere, then written beside its place and renamed. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { reasonOf } from '../environment/system-errors.ts';
import type { SourceFile } from './source-files.ts';
import { passingFolder, temporaryFolder } from './temporary-folder.ts';

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

/** A folder that is being made. */
export interface Draft {
  /** Where its files lie until then. */
  readonly path: string;
  /** Puts it in its place, whole or not at all. */
  keep(to: string, mode: number): void;
  discard(): void;
}

/** Writes the files to where they can be tried; errors of the system are thrown. */
export function writeDraft(files: ReadonlyMap<string, SourceFile>): Draft {
  const { path, discard } = temporaryFolder();
  try {
    writeAll(path, files);
  } catch (error) {
    discard();
    throw error;
  }
  return { path, keep: (to, mode) => writeFolder(resolve(to), files, mode), discard };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Writes the folder beside its place, with the permissions `mode`, and renames it; nobody but the owner may change the
 * files. It takes no longer than the disk does, and a signal waits as long.
 */
function writeFolder(target: string, files: ReadonlyMap<string, SourceFile>, mode: number): void {
  const wait = () => {};
  for (const signal of signals) process.on(signal, wait);
  const beside = passingFolder(join(dirname(target), `.${basename(target)}-${process.pid}`));
  try {
    writeAll(beside.path, files);
    chmodSync(beside.path, mode & ~0o022);
    renameSync(beside.path, target);
  } catch (error) {
    beside.discard();
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, wait);
  }
}

function writeAll(folder: string, files: ReadonlyMap<string, SourceFile>): void {
  for (const [name, file] of files) writeFile(join(folder, name), file);
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
