/**
 * Who may have written a file. What root runs or loads must belong to root or to the invoking user, and so must every
 * folder and link on the way to it; nobody else may be able to write there.
 */
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { reasonOf } from './system-errors.ts';

/** Why a file or folder cannot be trusted, as a clause, or undefined when it can. `path` is absolute. */
export function distrust(path: string): string | undefined {
  let steps: readonly string[];
  try {
    steps = wayTo(path);
  } catch (error) {
    return reasonOf(error);
  }
  for (const step of steps) {
    const reason = distrustOf(step);
    if (reason !== undefined) return step === path ? `it ${reason}` : `${step}, on the way to it, ${reason}`;
  }
  return undefined;
}

const linksAtMost = 40; // as in path_resolution(7)

/** Every entry that is looked up to reach `path`: folders, links, the folders of their targets, and the file itself. */
function wayTo(path: string): readonly string[] {
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

const judged = new Map<string, string | undefined>();

function distrustOf(path: string): string | undefined {
  if (!judged.has(path)) judged.set(path, judge(path));
  return judged.get(path);
}

function judge(path: string): string | undefined {
  const { uid, mode } = lstatSync(path);
  const kind = mode & 0o170000;
  const self = process.geteuid?.() ?? 0;
  if (uid !== 0 && uid !== self) return `belongs to user ${uid}, who is neither root nor you`;
  if (kind === 0o120000) return undefined; // the mode of a symbolic link means nothing
  // In a sticky folder such as /tmp others may write, but not rename or remove what is not theirs.
  if (kind === 0o040000 && (mode & 0o1000) !== 0) return undefined;
  if ((mode & 0o002) !== 0) return 'can be written by everyone';
  if ((mode & 0o020) !== 0) return 'can be written by its group';
  return undefined;
}
