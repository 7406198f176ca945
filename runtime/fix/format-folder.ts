/** `fmt`: which files of a folder have columns that are not aligned. */
import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { formatted, hasColumns } from '../../compiler/format/format.ts';
import { readBytes } from '../environment/configuration-file.ts';
import type { Folder } from '../environment/folder.ts';

/** A file that changes: its text before and after, to be shown, and its new bytes. */
export interface Aligned {
  readonly before: string;
  readonly after: string;
  readonly bytes: Uint8Array;
}

/** The files that change, by name, and why others could not be read. Nothing is written here. */
export function formatFolder(folder: Folder): {
  readonly changed: ReadonlyMap<string, Aligned>;
  readonly unreadable: ReadonlyMap<string, string>;
} {
  const changed = new Map<string, Aligned>();
  const unreadable = new Map<string, string>();
  for (const name of folder.files.filter(hasColumns)) {
    const file = readBytes(join(folder.path, name));
    if (file.kind === 'unreadable') unreadable.set(name, file.reason);
    else if (file.kind === 'bytes' && file.bytes.includes(0)) unreadable.set(name, 'it is not text');
    else if (file.kind === 'bytes') {
      const after = formattedBytes(name, file.bytes);
      if (after.equals(file.bytes)) continue;
      changed.set(name, { before: shown(file.bytes), after: shown(after), bytes: after });
    }
  }
  return { changed, unreadable };
}

/** Each byte is taken for a letter, so comments in any encoding stay what they are; cells are ASCII. */
function formattedBytes(name: string, bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const mark = /^\xef\xbb\xbf/.exec(text)?.[0] ?? '';
  return Buffer.from(mark + formatted(name, text.slice(mark.length)), 'latin1');
}

function shown(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}
