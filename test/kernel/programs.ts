/** Programs of the lab: those of the system, and those unpacked under `.cache/` because they must not be installed. */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program with the environment it needs to run. */
export interface Program {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
}

const unpacked = join(process.cwd(), '.cache', 'programs');
const folders = ['usr/sbin', 'usr/bin', 'sbin', 'bin'];

/** Where a program is, or undefined when this machine has not got it. */
export function findProgram(name: string): Program | undefined {
  const ofSystem = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].map((folder) =>
    join(folder, name),
  );
  const path = ofSystem.find((each) => existsSync(each));
  if (path !== undefined) return { path, env: process.env };
  const cached = folders.map((folder) => join(unpacked, folder, name)).find((each) => existsSync(each));
  if (cached === undefined) return undefined;
  return { path: cached, env: { ...process.env, LD_LIBRARY_PATH: libraryFolders().join(delimiter) } };
}

/** The program; fails with its name when it is not here. */
export function program(name: string): Program {
  const found = findProgram(name);
  if (found === undefined) throw new Error(`the program ${name} is missing: npm test installs it`);
  return found;
}

function libraryFolders(): readonly string[] {
  return ['lib', 'usr/lib'].flatMap((folder) => {
    const path = join(unpacked, folder);
    const inside = existsSync(path) ? readdirSync(path).filter((each) => each.endsWith('-linux-gnu')) : [];
    return inside.map((each) => join(path, each));
  });
}
