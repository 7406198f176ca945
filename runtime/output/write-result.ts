/** Writes what was compiled to where the user wants it. */
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { write } from './output.ts';

/** Writes `text` to the file, whole or not at all; `-` is standard output. Errors of the system are thrown. */
export function writeResult(target: string, text: string, mode: number): void {
  if (target === '-') {
    write(1, text);
    return;
  }
  if (isSpecial(target)) {
    writeFileSync(target, text);
    return;
  }
  const temporary = `${target}.${process.pid}`;
  try {
    writeFileSync(temporary, text, { mode, flag: 'wx' });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** /dev/stdout, a FIFO: something that must be written to and not replaced. */
function isSpecial(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile();
}
