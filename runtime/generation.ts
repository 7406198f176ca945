/**
 * What is applied is kept as a generation: a numbered folder that holds all that is needed to apply it again without
 * this program. It is complete and on the disk before anything is loaded. Its number, and the links `current` and `boot`
 * that name it, are given by its own script, which holds the lock.
 */
import {
  closeSync,
  cpSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Ruleset } from '../compiler/ir/ruleset.ts';
import type { Artifact } from '../compiler/system-plan.ts';
import { checksumsName, checksumsOf, damageOf, filesBelow, hashOf } from './checksums.ts';
import type { Folder } from './folder.ts';
import { version } from './generated/version.js';
import { rulesetsName, rulesetsToJson } from './kept-rulesets.ts';
import { codeOf, reasonOf } from './system-errors.ts';
import { distrust } from './trust.ts';

/** A generation that has not got its number yet. */
export interface Staged {
  readonly folder: string;
  /** The stand-alone script. */
  readonly script: string;
}

/** What a generation is made of. */
export interface ToKeep {
  readonly artifact: Artifact;
  readonly folder: Folder;
  readonly folder6?: Folder;
  readonly rulesets: readonly Ruleset[];
}

/** Result of an attempt to keep something: `reason` is a clause for a message. */
export type Kept<Thing> =
  | { readonly kind: 'kept'; readonly thing: Thing }
  | { readonly kind: 'refused'; readonly reason: string };

/** What is known of a generation, as `about.json` holds it. */
export interface AboutGeneration {
  readonly schema: 1;
  /** When it was compiled (ISO 8601). */
  readonly time: string;
  readonly ftpwall: string;
  readonly node: string;
  /** The folder that was compiled, and the hash of all files in it. */
  readonly configuration: { readonly folder: string; readonly sha256: string };
}

/** A generation on the disk. */
export interface Generation {
  readonly number: number;
  readonly folder: string;
  readonly script: string;
  readonly links: readonly LinkName[];
  readonly about?: AboutGeneration;
  /** Why it must not be loaded, as a clause. */
  readonly damage?: string;
}

export type LinkName = 'current' | 'boot';
const linkNames: readonly LinkName[] = ['current', 'boot'];
const scriptName = 'firewall';

/** Where the generations of a folder lie: IPv4 and IPv6 may have a Shorewall directory each, side by side. */
export function stateFolder(base: string, flavour: Folder['flavour']): string {
  return flavour === 'ftpwall' ? resolve(base) : resolve(base, flavour);
}

/** Writes a generation, whole and synced. */
export function stageGeneration(state: string, kept: ToKeep): Kept<Staged> {
  const { artifact, folder: configuration, folder6, rulesets } = kept;
  return stage(state, (folder) => {
    write(join(folder, scriptName), artifact.script, 0o700);
    write(join(folder, 'ruleset.nft'), artifact.ruleset);
    write(join(folder, 'stopped.nft'), artifact.stopped);
    write(join(folder, 'source-map.json'), `${JSON.stringify(artifact.sourceMap)}\n`);
    write(join(folder, rulesetsName), `${rulesetsToJson(rulesets)}\n`);
    const copy = join(folder, 'configuration');
    mkdirSync(copy, { mode: 0o700 });
    copyFiles(configuration.path, copy);
    if (folder6 !== undefined) {
      const copy6 = join(folder, 'configuration6');
      mkdirSync(copy6, { mode: 0o700 });
      copyFiles(folder6.path, copy6);
    }
    const about: AboutGeneration = {
      schema: 1,
      time: new Date().toISOString(),
      ftpwall: version,
      node: process.version,
      configuration: { folder: configuration.path, sha256: hashOf(checksumsOf(copy, filesBelow(copy))) },
    };
    write(join(folder, 'about.json'), `${JSON.stringify(about)}\n`);
    write(join(folder, checksumsName), checksumsOf(folder, filesBelow(folder)));
  });
}

/** Copies a whole generation, to be applied as a new one. */
export function stageCopy(state: string, from: string): Kept<Staged> {
  return stage(state, (folder) => cpSync(from, folder, { recursive: true }));
}

function stage(state: string, fill: (folder: string) => void): Kept<Staged> {
  const all = join(state, 'generations');
  const folder = join(all, `new-${process.pid}`);
  try {
    mkdirSync(all, { recursive: true, mode: 0o700 });
    const reason = distrust(all);
    if (reason !== undefined) return { kind: 'refused', reason: `${all} cannot be trusted: ${reason}` };
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o700 });
    fill(folder);
    syncAll(folder);
    sync(all);
    sync(state);
    return { kind: 'kept', thing: { folder, script: join(folder, scriptName) } };
  } catch (error) {
    discard(folder);
    return { kind: 'refused', reason: `nothing can be kept in ${state}: ${reasonOf(error)}` };
  }
}

/** The script of the current generation, if there is one that is whole and can be trusted. */
export function currentScript(state: string): string | undefined {
  const folder = join(state, 'current');
  const script = join(folder, scriptName);
  if (distrust(script) !== undefined || damageOf(folder) !== undefined) return undefined;
  return script;
}

/** The number of the generation that a script belongs to; undefined when its folder has none. */
export function numberOf(script: string): number | undefined {
  const [, digits] = /\/(\d+)\/[^/]+$/.exec(realpathSync(script)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** All generations, the oldest first. */
export function listGenerations(state: string): readonly Generation[] {
  const all = join(state, 'generations');
  const linked = linkNames.map((name) => ({ name, target: linkTarget(join(state, name)) }));
  return numbersIn(all).map((number) => {
    const folder = join(all, String(number));
    const damage = damageOf(folder) ?? distrust(join(folder, scriptName));
    const about = damage === undefined ? readAbout(folder) : undefined;
    return {
      number,
      folder,
      script: join(folder, scriptName),
      links: linked.filter(({ target }) => target === `generations/${number}`).map(({ name }) => name),
      ...(about && { about }),
      ...(damage !== undefined && { damage }),
    };
  });
}

function readAbout(folder: string): AboutGeneration {
  // It is whole by its checksum, so it is what we wrote.
  return JSON.parse(readFileSync(join(folder, 'about.json'), 'utf8')) as AboutGeneration;
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Removes a generation that did not come to be loaded. What cannot be removed is unfinished, and pruned one day. */
export function discard(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    reasonOf(error); // only the system's refusals
  }
}

function numbersIn(all: string): readonly number[] {
  try {
    return readdirSync(all)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Names that sha256sum(1) would escape are no configuration files. */
function copyFiles(from: string, to: string): void {
  for (const path of filesBelow(from)) {
    if (/[\n\r\\]/.test(path)) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true, mode: 0o700 });
    write(join(to, path), readFileSync(join(from, path)));
  }
}

function write(path: string, content: string | Buffer, mode = 0o600): void {
  writeFileSync(path, content, { mode, flag: 'wx' });
}

function syncAll(folder: string): void {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) sync(join(folder, path));
  sync(folder);
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
