/** Writes files of a configuration anew, each as a whole, and keeps what was there as FILE.bak. */
import { isUtf8 } from 'node:buffer';
import {
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from './system-errors.ts';

/** Why a file cannot be rewritten, as a clause; undefined when all are. A file without a text is taken away. */
export function rewrite(folder: string, files: ReadonlyMap<string, string | undefined>): string | undefined {
  // Comments in another encoding would come out as other letters.
  const strange = [...files.keys()].find(
    (name) => existsSync(join(folder, name)) && !isUtf8(readFileSync(join(folder, name))),
  );
  if (strange !== undefined) return `${strange} is not in UTF-8: convert it with iconv(1) first`;
  try {
    for (const name of files.keys()) keep(join(folder, name));
    // What goes into another file is there before it is taken away.
    for (const [name, text] of files) if (text !== undefined) replace(join(folder, name), text);
    for (const [name, text] of files) if (text === undefined) rmSync(join(folder, name));
    return undefined;
  } catch (error) {
    return `${reasonOf(error)}; what was there is in the files that end in .bak`;
  }
}

/** A copy beside the file, unless there is one of an earlier time: that is the older one. */
function keep(path: string): void {
  if (!existsSync(path) || existsSync(`${path}.bak`)) return;
  copyFileSync(path, `${path}.bak`, constants.COPYFILE_EXCL);
}

/** The new text under the old name, owner and mode, in one step. A link stays a link. */
function replace(path: string, text: string): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const before = existsSync(target) ? statSync(target) : undefined;
  const fresh = `${target}.new-${process.pid}`;
  const file = openSync(fresh, 'wx', before ? before.mode & 0o777 : 0o644);
  try {
    writeFileSync(file, text); // all of it, where writeSync may write a part
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (before) chownSync(fresh, before.uid, before.gid);
  renameSync(fresh, target);
}
