/** Folders that are gone when this program is, however it ends. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProcess } from '../environment/child-process.ts';

/** A folder that only its owner can look into. */
export interface TemporaryFolder {
  readonly path: string;
  discard(): void;
}

/** Makes a folder where the system has its temporary files; errors of the system are thrown. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'ftpwall-migrate-'));
  removeWhenWeAreGone(path);
  return { path, discard: () => rmSync(path, { recursive: true, force: true }) };
}

/** Makes the folder `path`, which must not be there; errors of the system are thrown. */
export function passingFolder(path: string): TemporaryFolder {
  removeWhenWeAreGone(path);
  mkdirSync(path, { mode: 0o700 });
  return { path, discard: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * A process that waits for the end of ours and then removes the folder: it learns of it by the pipe between us, which
 * the kernel closes also when we are killed. What has another name by then is left alone.
 */
function removeWhenWeAreGone(path: string): void {
  const child = childProcess().spawn('/bin/sh', ['-c', 'read -r _; exec rm -rf -- "$1"', 'sh', path], {
    detached: true, // what a terminal tells its group is not for it
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => {}); // without it the folder stays when we are killed
  child.unref();
  if (child.stdin && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
}
