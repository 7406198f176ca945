/**
 * A configuration folder as an editor sees it: what is open goes before what is on the disk. Half of a command must not
 * be run, and typing must not ask name servers: see `canRun` and `standIn`.
 */
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Environment, ParamsResult } from '../../compiler/environment.ts';
import { openEnvironment } from '../../runtime/environment/environment.ts';
import { type Folder, findFolder } from '../../runtime/environment/folder.ts';
import { plainAssignments } from '../../runtime/environment/plain-params.ts';

/** A folder, and the texts of the files that are open, by their absolute paths. */
export interface FolderTexts {
  readonly folder: string;
  readonly open: ReadonlyMap<string, string>;
  /** Whether `params` and commands of ?SHELL may be run, as `ftpwall check` runs them. */
  readonly runScripts: boolean;
}

/** Why `params` or a command has no result here. */
export const notRun = 'it is not run in the editor';

/** The environment of a compilation of these texts; undefined, with the reason, when the folder cannot be read. */
export function editorEnvironment(texts: FolderTexts): Environment | { readonly refused: string } {
  const found = findFolder(texts.folder);
  if (found.kind === 'refused') return { refused: found.reason };
  const folder = withOpenFiles(found.folder, texts);
  const machine = openEnvironment(folder, 'looking');
  const absolute = (name: string) => (isAbsolute(name) ? name : join(folder.path, name));
  return {
    ...machine,
    readFile: (name) => {
      const text = texts.open.get(absolute(name));
      return text === undefined ? machine.readFile(name) : { kind: 'text', source: { path: name, text } };
    },
    evaluateParams: (version) =>
      canRun(absolute('params'), texts) ? machine.evaluateParams(version) : readParams(machine, absolute, texts),
    runShell: (command) => (canRunAll(texts) ? machine.runShell(command) : { kind: 'failed', reason: notRun }),
    resolveHost: standIn,
  };
}

function withOpenFiles(folder: Folder, { open }: FolderTexts): Folder {
  const names = [...open.keys()].flatMap((path) =>
    dirname(path) === folder.path ? [path.slice(folder.path.length + 1)] : [],
  );
  return { ...folder, files: [...new Set([...folder.files, ...names])].sort() };
}

/** Only what is saved is run: of what is being typed nobody has said that it is meant. */
function canRun(path: string, { open, runScripts }: FolderTexts): boolean {
  return runScripts && isSaved(path, open.get(path));
}

function canRunAll({ open, runScripts }: FolderTexts): boolean {
  return runScripts && [...open].every(([path, text]) => isSaved(path, text));
}

function isSaved(path: string, text: string | undefined): boolean {
  if (text === undefined) return true;
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false;
  }
}

/** The variables of a file that only assigns, which needs no shell. */
function readParams(machine: Environment, absolute: (name: string) => string, { open }: FolderTexts): ParamsResult {
  const saved = machine.readFile('params');
  const text = open.get(absolute('params')) ?? (saved.kind === 'text' ? saved.source.text : '');
  const plain = plainAssignments(text, machine.variables);
  if (plain === undefined) return { kind: 'failed', reason: notRun };
  if ('most' in plain) return { kind: 'failed', reason: `up to \`${plain.name}\` the values are too long` };
  return { kind: 'variables', variables: plain };
}

/** An address for a host name, always the same one: of the networks for tests (RFC 2544) and examples (RFC 3849). */
function standIn(name: string): readonly string[] {
  let hash = 0;
  for (const character of name) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  const [high, low] = [(hash >>> 8) & 255, hash & 255];
  return [`198.18.${high}.${low}`, `2001:db8::${(hash & 0xffff).toString(16)}`];
}
