/** Reading one file of a configuration, whatever lies under its name. */
import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { codeOf, reasonOf } from './system-errors.ts';

export type FileText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The same as bytes. */
export type FileBytes =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | Exclude<FileText, { readonly kind: 'text' }>;

const largest = 16 * 1024 * 1024; // bytes; the largest published configurations have files of some hundred KiB

/** The text of the file at `path`: UTF-8, or else Latin-1, as in comments of old configurations. */
export function readText(path: string): FileText {
  const file = readBytes(path);
  return file.kind === 'bytes' ? decode(file.bytes) : file;
}

/** The bytes of the regular file at `path`, which may be anything: it is opened without waiting for anybody. */
export function readBytes(path: string): FileBytes {
  let file: number;
  try {
    // Without O_NONBLOCK a FIFO that nobody writes would keep us waiting.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    return absentOrUnreadable(path, error);
  }
  try {
    const reason = unfit(fstatSync(file));
    if (reason !== undefined) return { kind: 'unreadable', reason };
    return { kind: 'bytes', bytes: readFileSync(file) };
  } catch (error) {
    return { kind: 'unreadable', reason: reasonOf(error) };
  } finally {
    closeSync(file);
  }
}

function absentOrUnreadable(path: string, error: unknown): FileBytes {
  const code = codeOf(error);
  if (code === 'ENOENT' && isLink(path)) return { kind: 'unreadable', reason: 'it is a link to nothing' };
  if (code === 'ENOENT') return { kind: 'absent' };
  if (code === 'ENXIO') return { kind: 'unreadable', reason: 'it is a socket, not a file' };
  return { kind: 'unreadable', reason: reasonOf(error) };
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function unfit(stats: Stats): string | undefined {
  if (stats.isDirectory()) return 'it is a folder, not a file';
  if (stats.isFIFO()) return 'it is a FIFO, not a file';
  if (stats.isSocket()) return 'it is a socket, not a file';
  if (!stats.isFile()) return 'it is a device, not a file';
  if (stats.size > largest) return 'it is larger than 16 MiB';
  return undefined;
}

function decode(bytes: Buffer): FileText {
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    const line = bytes.subarray(0, nul).filter((byte) => byte === 0x0a).length + 1;
    return { kind: 'unreadable', reason: `it is not text: there is a NUL byte in line ${line}` };
  }
  if (!isUtf8(bytes)) return { kind: 'text', text: bytes.toString('latin1') };
  return { kind: 'text', text: bytes.toString('utf8').replace(/^\ufeff/, '') };
}
