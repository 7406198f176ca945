/** Firewalls that the user has given a name: copies of generations, which no pruning takes away. */
import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../environment/system-errors.ts';
import { damageOf } from './checksums.ts';
import { currentScript, type Kept } from './generation.ts';

/** The name that `save`, `restore` and `forget` mean when none is given. */
export const usualName = 'restore';

/** Where the saved firewall lies; undefined for a name that could be a path. */
export function savedFolder(state: string, name: string): string | undefined {
  return /^[A-Za-z0-9][\w.-]{0,63}$/.test(name) ? join(state, 'saved', name) : undefined;
}

/** Copies the current generation under a name, whole or not at all. */
export function saveCurrent(state: string, folder: string): Kept<string> {
  if (currentScript(state) === undefined)
    return { kind: 'refused', reason: 'no firewall was started that could be saved' };
  const temporary = `${folder}.${process.pid}`;
  try {
    mkdirSync(join(state, 'saved'), { recursive: true, mode: 0o700 });
    cpSync(join(state, 'current/'), temporary, { recursive: true, dereference: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
    const damage = damageOf(folder);
    return damage === undefined ? { kind: 'kept', thing: folder } : { kind: 'refused', reason: `the copy: ${damage}` };
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    return { kind: 'refused', reason: `it could not be saved: ${reasonOf(error)}` };
  }
}
