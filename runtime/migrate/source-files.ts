/** Every file of a folder that is migrated: what is copied, with its mode; links are not followed out of the folder. */
import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { reasonOf } from '../environment/system-errors.ts';
import { type Entry, entriesOf } from '../generations/checksums.ts';

/** A file as it lies in the folder. */
export interface SourceFile {
  readonly bytes: Buffer;
  /** The permissions, as chmod(2) takes them. */
  readonly mode: number;
}

export type SourceFiles =
  | {
      readonly kind: 'files';
      /** By their names below the folder: `rules`, `rules.d/web`. */
      readonly files: ReadonlyMap<string, SourceFile>;
      /** Names that begin with a dot belong to other programs (`.git`) and are left where they are. */
      readonly hidden: readonly string[];
      /** Names that are no text: nothing can name such a file. */
      readonly nameless: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** Reads all files of the folder at `path`; the first that cannot be copied is the reason of the refusal. */
export function sourceFiles(path: string): SourceFiles {
  const files = new Map<string, SourceFile>();
  const hidden: string[] = [];
  const nameless: string[] = [];
  try {
    const root = realpathSync(path);
    const waiting = [root];
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      for (const entry of byName(entriesOf(folder))) {
        const at = join(folder, entry.name);
        const name = relative(root, at);
        if (!entry.isText) nameless.push(name);
        else if (entry.name.startsWith('.')) hidden.push(name);
        else if (entry.isFolder) waiting.push(at);
        else {
          const reason = unfit(at, root);
          if (reason !== undefined) return { kind: 'refused', reason: `${join(path, name)} ${reason}` };
          files.set(name, { bytes: readFileSync(at), mode: statSync(at).mode & 0o777 });
        }
      }
    }
  } catch (error) {
    return { kind: 'refused', reason: `${path} cannot be read: ${reasonOf(error)}` };
  }
  return { kind: 'files', files, hidden, nameless };
}

function byName(entries: readonly Entry[]): readonly Entry[] {
  return [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function unfit(path: string, root: string): string | undefined {
  const stats = lstatSync(path);
  if (stats.isFile()) return undefined;
  if (!stats.isSymbolicLink()) return 'is no file: it cannot be copied';
  const target = realpathSync(path);
  if (!target.startsWith(`${root}${sep}`))
    return `is a link to ${target}, outside the folder: put the file there first`;
  return statSync(target).isFile() ? undefined : 'is a link to a folder: put the files there first';
}
