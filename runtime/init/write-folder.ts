/** A first configuration on the disk: nothing that says something is replaced. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readText } from '../environment/configuration-file.ts';
import { reasonOf } from '../environment/system-errors.ts';
import { distrust } from '../environment/trust.ts';
import { skeletons } from './skeletons.ts';

/** Why these files cannot be written there; undefined where they can. */
export function takenIn(folder: string, names: readonly string[]): string | undefined {
  const taken = names.filter((name) => saysSomething(join(folder, name)));
  return taken.length === 0
    ? undefined
    : `${folder} has a configuration already (${taken.join(', ')}); nothing was written`;
}

/** Writes the files, and the headings of all others, to be filled in; a sentence says why it could not. */
export function writeFolder(folder: string, files: Readonly<Record<string, string>>): string | undefined {
  const taken = takenIn(folder, Object.keys(files));
  if (taken !== undefined) return taken;
  try {
    mkdirSync(folder, { recursive: true });
    const reason = distrust(resolve(folder));
    if (reason !== undefined) return `nothing is written into ${folder}, because it cannot be trusted: ${reason}`;
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    for (const [name, text] of Object.entries(skeletons())) {
      if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), text);
    }
    return undefined;
  } catch (error) {
    return `the configuration could not be written: ${reasonOf(error)}`;
  }
}

/** A file with nothing but comments, as packages bring it, may be replaced; what cannot be read may not. */
function saysSomething(path: string): boolean {
  const file = readText(path);
  if (file.kind !== 'text') return file.kind !== 'absent';
  return file.text.split('\n').some((line) => /^\s*[^\s#]/.test(line));
}
