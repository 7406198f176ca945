/**
 * Who may have written a file. What root runs, loads or goes by must belong to root or to the invoking user, and so must
 * every folder and link on the way to it; nobody else may be able to write there.
 */
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { reasonOf } from './system-errors.ts';

/** Why a file or folder cannot be trusted, as a clause, or undefined when it can. `path` is absolute. */
export function distrust(path: string): string | undefined {
  const steps = stepsTo(path);
  if (typeof steps === 'string') return steps;
  for (const step of steps) {
    const reason = ownerFault(step) ?? modeFault(step);
    if (reason !== undefined) return clause(step, path, reason);
  }
  return undefined;
}

/** As whom a program in these files may be run: as ourselves, as another user, or not at all. */
export type RunAs =
  | { readonly kind: 'ourselves' }
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'nobody'; readonly reason: string };

const nobody = 65_534; // user and group of no rights (Debian Policy section 9.2.2)

/**
 * As whom the programs in these files may be run to look at what they say: those of another user as that user, which
 * only root can; none that could have been written by anybody.
 */
export function runnerOf(paths: Iterable<string>): RunAs {
  const owners = new Map<number, number>();
  for (const path of paths) {
    const steps = stepsTo(path);
    if (typeof steps === 'string') return { kind: 'nobody', reason: `${path} cannot be trusted: ${steps}` };
    for (const step of steps) {
      const owner = ownerFault(step);
      const reason = modeFault(step) ?? (self() === 0 ? undefined : owner);
      if (reason !== undefined)
        return { kind: 'nobody', reason: `${path} cannot be trusted: ${clause(step, path, reason)}` };
      if (owner !== undefined) owners.set(step.uid, step.gid);
    }
  }
  const [first, second] = owners;
  if (first === undefined) return { kind: 'ourselves' };
  const [uid, gid] = second === undefined ? first : [nobody, nobody];
  return { kind: 'user', uid, gid };
}

function clause(step: Step, path: string, reason: string): string {
  return step.path === path ? `it ${reason}` : `${step.path}, on the way to it, ${reason}`;
}

function self(): number {
  return process.geteuid?.() ?? 0;
}

/** An entry that is looked up on the way. */
interface Step {
  readonly path: string;
  readonly kind: 'folder' | 'link' | 'other';
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** What is looked up after it: in a folder, the entry that is wanted of it. */
  readonly next: Step['kind'] | undefined;
}

/** The way to `path`; why it cannot be gone, as a clause. */
function stepsTo(path: string): readonly Step[] | string {
  try {
    const entries = entriesTo(path).map(stepAt);
    return entries.map((step, index) => ({ ...step, next: entries[index + 1]?.kind }));
  } catch (error) {
    return reasonOf(error);
  }
}

function stepAt(path: string): Omit<Step, 'next'> {
  const stats = lstatSync(path);
  const kind = stats.isSymbolicLink() ? 'link' : stats.isDirectory() ? 'folder' : 'other';
  return { path, kind, uid: stats.uid, gid: stats.gid, mode: stats.mode };
}

const linksAtMost = 40; // as in path_resolution(7)

/** Every entry that is looked up to reach `path`: folders, links, the folders of their targets, and the file itself. */
function entriesTo(path: string): readonly string[] {
  const visited = ['/'];
  const rest = path.split('/').filter((part) => part !== '');
  let at = '/';
  let links = 0;
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    const next = part === '..' ? dirname(at) : join(at, part);
    visited.push(next);
    if (!lstatSync(next).isSymbolicLink()) {
      at = next;
      continue;
    }
    links += 1;
    if (links > linksAtMost) throw Object.assign(new Error(`too many links: ${path}`), { code: 'ELOOP' });
    const target = readlinkSync(next);
    if (isAbsolute(target)) at = '/';
    rest.unshift(...target.split('/').filter((each) => each !== '' && each !== '.'));
  }
  return visited;
}

function ownerFault({ uid }: Step): string | undefined {
  return uid === 0 || uid === self() ? undefined : `belongs to user ${uid}, who is neither root nor you`;
}

/**
 * In a sticky folder such as /tmp others may not rename or remove what is not theirs, so a folder in it is safe. A file
 * or a link that one expects there is not: others can make one of that name before us, by a hard link too.
 */
function modeFault({ kind, mode, next }: Step): string | undefined {
  if (kind === 'link') return undefined; // the mode of a symbolic link means nothing
  if (kind === 'folder' && (mode & 0o1000) !== 0 && next === 'folder') return undefined;
  if ((mode & 0o002) !== 0) return 'can be written by everyone';
  if ((mode & 0o020) !== 0) return 'can be written by its group';
  return undefined;
}
