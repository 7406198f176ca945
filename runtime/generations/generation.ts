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
import { invariant } from '../../compiler/invariant.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import type { Artifact } from '../../compiler/system-plan.ts';
import { readBytes, readText } from '../environment/configuration-file.ts';
import { codeOf, reasonOf } from '../environment/system-errors.ts';
import { distrust } from '../environment/trust.ts';
import { version } from '../generated/version.js';
import { checksumsName, checksumsOf, damageOf, filesBelow, hashOf } from './checksums.ts';
import { halvesName, halvesToJson, type KeptHalf } from './kept-halves.ts';
import { rulesetsName, rulesetsToJson } from './kept-rulesets.ts';

/** A generation that has not got its number yet. */
export interface Staged {
  readonly folder: string;
  /** The stand-alone script. */
  readonly script: string;
}

/** What a generation is made of. */
export interface ToKeep {
  readonly artifact: Artifact;
  /** A signature of its script, as ssh-keygen(1) takes it. */
  readonly signature?: string;
  /** The folders it comes from, that for IPv4 first: as the user named them, and where their files are now. */
  readonly folders: readonly { readonly path: string; readonly copyFrom: string }[];
  readonly halves: readonly Omit<KeptHalf, 'copy'>[];
  readonly rulesets: readonly Ruleset[];
}

/** Names of the copies of the folders in a generation. */
export const copyNames = ['configuration', 'configuration6'] as const;

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
  /** The families of its tables: `inet` is for both IP versions. Absent in generations of older versions. */
  readonly families?: readonly Artifact['family'][];
  /** The folder that was compiled, and the hash of all files in it. */
  readonly configuration: CompiledFolder;
  /** The folder for IPv6 of a pair. */
  readonly configuration6?: CompiledFolder;
}

interface CompiledFolder {
  readonly folder: string;
  readonly sha256: string;
}

/**
 * What came of a generation: it stands, it waits for its confirmation, it waited and was not confirmed, or it stood and
 * was rolled back.
 */
export const outcomes = ['confirmed', 'waiting', 'refused', 'rolled-back'] as const;
export type Outcome = (typeof outcomes)[number];

/** A generation on the disk. */
export interface Generation {
  readonly number: number;
  readonly folder: string;
  readonly script: string;
  readonly links: readonly LinkName[];
  /** As the script notes it. */
  readonly outcome: Outcome;
  /** The number of the generation that was current before it was loaded first. */
  readonly replaces?: number;
  readonly about?: AboutGeneration;
  /** Why it must not be loaded, as a clause. */
  readonly damage?: string;
}

export type LinkName = 'current' | 'boot';
const linkNames: readonly LinkName[] = ['current', 'boot'];
const scriptName = 'firewall';

/** The state folder that an option names: one firewall on a machine, one state. */
export function stateFolder(base: string): string {
  return resolve(base);
}

/** Writes a generation, whole and synced. */
export function stageGeneration(
  state: string,
  { artifact, signature, folders, halves, rulesets }: ToKeep,
): Kept<Staged> {
  return stage(state, (folder) => {
    write(join(folder, scriptName), artifact.script, 0o700);
    if (signature !== undefined) write(join(folder, `${scriptName}.sig`), signature);
    write(join(folder, 'ruleset.nft'), artifact.ruleset);
    write(join(folder, 'stopped.nft'), artifact.stopped);
    write(join(folder, 'source-map.json'), `${JSON.stringify(artifact.sourceMap)}\n`);
    write(join(folder, rulesetsName), `${rulesetsToJson(rulesets)}\n`);
    const named = halves.map((half, index) => ({ ...half, copy: copyNames[index] ?? '' }));
    if (named.length > 0) write(join(folder, halvesName), `${halvesToJson(named)}\n`);
    const copied = folders.map(({ path, copyFrom }, index): CompiledFolder => {
      const copy = join(folder, copyNames[index] ?? '');
      mkdirSync(copy, { mode: 0o700 });
      copyFiles(copyFrom, copy);
      return { folder: path, sha256: hashOf(checksumsOf(copy, filesBelow(copy))) };
    });
    const [configuration, configuration6] = copied;
    invariant(configuration, 'a generation comes of no folder');
    const about: AboutGeneration = {
      schema: 1,
      time: new Date().toISOString(),
      ftpwall: version,
      node: process.version,
      families: rulesets.map(({ family }) => family),
      configuration,
      ...(configuration6 && { configuration6 }),
    };
    write(join(folder, 'about.json'), `${JSON.stringify(about)}\n`);
    write(join(folder, checksumsName), checksumsOf(folder, filesBelow(folder)));
  });
}

/** Copies a whole generation, to be applied as a new one. */
export function stageCopy(state: string, from: string): Kept<Staged> {
  return stage(state, (folder) => {
    cpSync(from, folder, { recursive: true });
    for (const note of notes) rmSync(join(folder, note), { force: true });
  });
}

function stage(state: string, fill: (folder: string) => void): Kept<Staged> {
  const all = join(state, 'generations');
  const folder = join(all, `new-${process.pid}`);
  try {
    mkdirSync(all, { recursive: true, mode: 0o700 });
    // What else lies in the state folder is gone by, too.
    for (const each of [state, all]) {
      const reason = distrust(each);
      if (reason !== undefined) return { kind: 'refused', reason: `${each} cannot be trusted: ${reason}` };
    }
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

/** The number of the generation that is loaded by its link, whether it is whole or not; undefined when there is none. */
export function currentNumber(state: string): number | undefined {
  const [, digits] = /^generations\/(\d+)$/.exec(linkTarget(join(state, 'current')) ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Whether a generation is there as it was kept. */
export function isWhole(state: string, number: number): boolean {
  return damageOf(join(state, 'generations', String(number))) === undefined;
}

/** All generations, the oldest first. */
export function listGenerations(state: string): readonly Generation[] {
  return numbersIn(join(state, 'generations')).map((number) => readGeneration(state, number));
}

/** The generation that runs, if there is one that is whole and can be trusted. */
export function readCurrent(state: string): Generation | undefined {
  const number = currentNumber(state);
  const current = number === undefined ? undefined : readGeneration(state, number);
  return current?.damage === undefined ? current : undefined;
}

function readGeneration(state: string, number: number): Generation {
  const folder = join(state, 'generations', String(number));
  const script = join(folder, scriptName);
  const damage = damageOf(folder) ?? distrust(script) ?? faultOfNotes(folder);
  const links = linkNames.filter((name) => linkTarget(join(state, name)) === `generations/${number}`);
  const note = readNote(folder, 'outcome') ?? 'confirmed';
  const outcome = outcomes.find((each) => each === note) ?? 'refused';
  const replaces = readNote(folder, 'replaces') ?? '';
  return {
    number,
    folder,
    script,
    links,
    outcome,
    ...(replaces !== '' && { replaces: Number(replaces) }),
    ...(damage === undefined ? { about: readAbout(folder) } : { damage }),
  };
}

/** What the script notes beside the files of a generation, a line each. */
const notes = ['outcome', 'replaces'] as const;

/** Why a note is none of ours, as a clause: no checksum tells of it. */
function faultOfNotes(folder: string): string | undefined {
  const faults = notes.flatMap((name) => {
    const note = readText(join(folder, name));
    if (note.kind === 'absent') return [];
    const reason = note.kind === 'unreadable' ? note.reason : distrust(join(folder, name));
    return reason === undefined ? [] : [`its note \`${name}\` is not used: ${reason}`];
  });
  return faults[0];
}

/** A note; undefined when there is none. */
function readNote(folder: string, name: (typeof notes)[number]): string | undefined {
  const note = readText(join(folder, name));
  return note.kind === 'text' ? note.text.trim() : undefined;
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

/**
 * Copies a configuration. A state folder that lies in it, or is it, is none of it, this one or another; and names that
 * sha256sum(1) would escape are none of its files.
 */
function copyFiles(from: string, to: string): void {
  const paths = filesBelow(from);
  const isState = /^(?<folder>.*\/)?generations\/(?:new-\d+\/|\d+\/checksums$)/;
  const found = new Set(
    paths.flatMap((path) => (isState.test(path) ? [isState.exec(path)?.groups?.folder ?? ''] : [])),
  );
  const own = ['generations/', 'saved/', 'sets', '.sets', 'entries', '.entries'];
  const states = [...found].flatMap((folder) => (folder === '' ? own : [folder]));
  const isOfState = (path: string) =>
    states.some((each) => (each.endsWith('/') ? path.startsWith(each) : path === each));
  for (const path of paths) {
    if (/[\n\r\\]/.test(path) || isOfState(path)) continue;
    const file = readBytes(join(from, path));
    if (file.kind !== 'bytes') continue; // it has gone, or has become something else
    mkdirSync(dirname(join(to, path)), { recursive: true, mode: 0o700 });
    write(join(to, path), file.bytes);
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
