/** Writes files of a configuration anew, all or none as long as the disk has room. */
import { isUtf8 } from 'node:buffer';
import {
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readBytes } from '../environment/configuration-file.ts';
import { reasonOf } from '../environment/system-errors.ts';

/**
 * Why a file cannot be rewritten, as a clause; undefined when all are. A file without a text is taken away; bytes are
 * written as they are, whatever their encoding. `originals` keeps what was there as FILE.bak.
 */
export function rewrite(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array | undefined>,
  { originals }: { readonly originals: boolean },
): string | undefined {
  // Comments in another encoding would come out as other letters.
  const strange = [...files].find(
    ([name, text]) => !(text instanceof Uint8Array) && isStrange(join(folder, name)),
  )?.[0];
  if (strange !== undefined) return `${strange} is not in UTF-8: convert it with iconv(1) first`;
  const made: string[] = []; // what is beside the files until all of it is there
  try {
    const waiting: (readonly [fresh: string, target: string])[] = [];
    for (const name of originals ? files.keys() : []) {
      const path = join(folder, name);
      if (existsSync(path) && !existsSync(`${path}.bak`)) waiting.push(copyBeside(path, made));
    }
    for (const [name, text] of files) if (text !== undefined) waiting.push(writeBeside(join(folder, name), text, made));
    // From here on nothing needs room on the disk. What goes into another file is there before it is taken away.
    for (const [fresh, target] of waiting) renameSync(fresh, target);
    for (const [name, text] of files) if (text === undefined) rmSync(join(folder, name));
    return undefined;
  } catch (error) {
    for (const each of made) rmSync(each, { force: true });
    const kept = originals ? ', or in the files that end in .bak' : '';
    return `${reasonOf(error)}; what was there is there still${kept}`;
  }
}

function isStrange(path: string): boolean {
  const file = readBytes(path);
  return file.kind === 'bytes' && !isUtf8(file.bytes);
}

/** A copy for FILE.bak, unless there is one of an earlier time: that is the older one. */
function copyBeside(path: string, made: string[]): readonly [fresh: string, target: string] {
  const fresh = `${path}.bak.new-${process.pid}`;
  made.push(fresh);
  copyFileSync(path, fresh, constants.COPYFILE_EXCL);
  sync(fresh);
  return [fresh, `${path}.bak`];
}

/** The new text beside the file, with its owner and mode. A link stays a link. */
function writeBeside(
  path: string,
  text: string | Uint8Array,
  made: string[],
): readonly [fresh: string, target: string] {
  const target = existsSync(path) ? realpathSync(path) : path;
  const before = existsSync(target) ? statSync(target) : undefined;
  const fresh = `${target}.new-${process.pid}`;
  const file = openSync(fresh, 'wx', before ? before.mode & 0o777 : 0o644);
  made.push(fresh);
  try {
    writeFileSync(file, text); // all of it, where writeSync may write a part
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (before) chownSync(fresh, before.uid, before.gid);
  return [fresh, target];
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
