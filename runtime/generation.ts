/**
 * What was applied is kept as a generation: a numbered folder that holds all that is needed to apply it again without
 * this program. It is complete and on the disk before anything is loaded; `current` moves to it only afterwards.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { Artifact } from '../compiler/system-plan.ts';
import type { Folder } from './folder.ts';
import { codeOf, reasonOf } from './system-errors.ts';
import { distrust } from './trust.ts';

export interface Generation {
  readonly number: number;
  readonly folder: string;
  /** The stand-alone script. */
  readonly script: string;
}

/** Result of an attempt to keep something: `reason` is a clause for a message. */
export type Kept<Thing> =
  | { readonly kind: 'kept'; readonly thing: Thing }
  | { readonly kind: 'refused'; readonly reason: string };

const kept = 5; // generations; the current one among them
const scriptName = 'firewall';

/** Where the generations of a folder lie: IPv4 and IPv6 may have a Shorewall directory each, side by side. */
export function stateFolder(base: string, flavour: Folder['flavour']): string {
  return flavour === 'ftpwall' ? resolve(base) : resolve(base, flavour);
}

/** Writes a generation, whole and synced. */
export function writeGeneration(state: string, artifact: Artifact): Kept<Generation> {
  const all = join(state, 'generations');
  try {
    mkdirSync(all, { recursive: true, mode: 0o700 });
    const reason = distrust(all);
    if (reason !== undefined) return { kind: 'refused', reason: `${all} cannot be trusted: ${reason}` };
    const generation = nextGeneration(all);
    writeSynced(generation.script, artifact.script, 0o700);
    writeSynced(join(generation.folder, 'ruleset.nft'), artifact.ruleset, 0o600);
    writeSynced(join(generation.folder, 'stopped.nft'), artifact.stopped, 0o600);
    writeSynced(join(generation.folder, 'source-map.json'), `${JSON.stringify(artifact.sourceMap)}\n`, 0o600);
    sync(generation.folder);
    sync(all);
    return { kind: 'kept', thing: generation };
  } catch (error) {
    return { kind: 'refused', reason: `nothing can be kept in ${state}: ${reasonOf(error)}` };
  }
}

/** Makes a generation the current one, in one step, and removes old ones. */
export function makeCurrent(state: string, generation: Generation): Kept<Generation> {
  const link = join(state, 'current');
  const next = `${link}.${process.pid}`;
  try {
    rmSync(next, { force: true });
    symlinkSync(join('generations', String(generation.number)), next);
    renameSync(next, link);
    sync(state);
    for (const number of numbersIn(join(state, 'generations'))) {
      if (number <= generation.number - kept) discard(join(state, 'generations', String(number)));
    }
    return { kind: 'kept', thing: generation };
  } catch (error) {
    return {
      kind: 'refused',
      reason: `${link} could not be set to generation ${generation.number}: ${reasonOf(error)}`,
    };
  }
}

/** The script of the current generation, if there is one that can be trusted. */
export function currentScript(state: string): string | undefined {
  const script = join(state, 'current', scriptName);
  return existsSync(script) && distrust(script) === undefined ? script : undefined;
}

/** Removes a generation that did not come to be loaded. */
export function discard(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function nextGeneration(all: string): Generation {
  for (let number = Math.max(0, ...numbersIn(all)) + 1; ; number += 1) {
    const folder = join(all, String(number));
    try {
      mkdirSync(folder, { mode: 0o700 });
      return { number, folder, script: join(folder, scriptName) };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error; // another ftpwall was quicker: the next number
    }
  }
}

function numbersIn(all: string): readonly number[] {
  return readdirSync(all)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function writeSynced(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function sync(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
