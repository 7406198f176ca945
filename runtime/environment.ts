/** The machine as the compiler sees it. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Capability, Environment, ParamsResult, ReadResult, ShellResult } from '../compiler/environment.ts';
import type { Source } from '../compiler/source.ts';
import { advertisedHere } from './advertised-routes.ts';
import { readText } from './configuration-file.ts';
import { groupId, protocolNumber, servicePort, userId } from './databases.ts';
import type { Folder } from './folder.ts';
import { library } from './generated/library.js';
import { plainAssignments } from './plain-params.ts';
import { evaluateParams, resolveHost, runShell, type Surroundings } from './shell.ts';
import { distrust } from './trust.ts';

/** `loading`: root will load what comes of it, so every file must be trusted; `looking` asks that only of what is run. */
export type Purpose = 'looking' | 'loading';

/** The environment of a compilation of `folder`. */
export function openEnvironment(folder: Folder, purpose: Purpose): Environment {
  const read = new Set<string>();
  const variables = variablesOf(folder);
  let params: ReadonlyMap<string, string> = new Map();
  const hosts = new Map<string, readonly string[]>();
  const surroundings = (): Surroundings => ({ folder: folder.path, variables: new Map([...variables, ...params]) });

  return {
    folder: folder.name,
    flavour: folder.flavour,
    variables,
    capabilities,
    servicePort,
    protocolNumber,
    userId,
    groupId,

    readFile(name: string): ReadResult {
      const path = isAbsolute(name) ? name : join(folder.path, name);
      const file = readText(path);
      if (file.kind === 'absent') return file;
      if (file.kind === 'unreadable') return { kind: 'unreadable', path: name, reason: file.reason };
      const reason = purpose === 'loading' ? distrust(path) : undefined;
      if (reason !== undefined) return { kind: 'unreadable', path: name, reason: untrusted(reason) };
      read.add(path);
      return { kind: 'text', source: { path: name, text: file.text } };
    },

    readLibrary,
    listLibrary: () => Object.keys(standardLibrary()),
    listFolder: () => folder.files,

    evaluateParams(version: 4 | 6): ParamsResult {
      const path = join(folder.path, 'params');
      const file = readText(path);
      const plain = file.kind === 'text' ? plainAssignments(file.text, variables) : undefined;
      // What is only read needs no more trust than any other file.
      const reason = plain === undefined || purpose === 'loading' ? distrust(path) : undefined;
      if (reason !== undefined) return { kind: 'failed', reason: untrusted(reason) };
      if (plain && 'most' in plain) {
        const tooLong = `up to \`${plain.name}\` the values have more than ${plain.most} characters`;
        return { kind: 'failed', reason: tooLong, line: plain.line };
      }
      const result: ParamsResult =
        plain === undefined
          ? evaluateParams({ folder: folder.path, variables }, version)
          : { kind: 'variables', variables: plain };
      if (result.kind === 'variables') params = result.variables;
      return result;
    },

    runShell(command: string): ShellResult {
      // The command stands in one of the files that were read so far.
      for (const path of read) {
        const reason = distrust(path);
        if (reason !== undefined) return { kind: 'failed', reason: `${path} cannot be trusted: ${reason}` };
      }
      return runShell(command, surroundings());
    },

    advertisedInterfaces: advertisedHere,

    readBytes(path: string): Uint8Array | undefined {
      try {
        return readFileSync(path);
      } catch {
        return undefined;
      }
    },

    resolveHost(name: string): readonly string[] {
      const known = hosts.get(name) ?? resolveHost(name);
      hosts.set(name, known);
      return known;
    },
  };
}

function untrusted(reason: string): string {
  return `it cannot be trusted: ${reason}`;
}

function readLibrary(name: string): Source | undefined {
  const text = standardLibrary()[name];
  return text === undefined ? undefined : { path: `library/${name}`, text };
}

let libraryTexts: Readonly<Record<string, string>> | undefined;

function standardLibrary(): Readonly<Record<string, string>> {
  libraryTexts ??= Object.assign(Object.create(null), library()) as Readonly<Record<string, string>>;
  return libraryTexts;
}

/** What the installation scripts of Shorewall define for its configuration files (shorewallrc); ours are read without. */
function variablesOf({ path, flavour }: Folder): ReadonlyMap<string, string> {
  if (flavour === 'ftpwall') return new Map();
  return new Map([
    ['CONFDIR', resolve(path, '..')],
    ['SHAREDIR', '/usr/share'],
    ['LIBEXECDIR', '/usr/share'],
    ['SBINDIR', '/sbin'],
    ['VARLIB', '/var/lib'],
  ]);
}

/** Taken for granted: what the kernel then lacks, it says at the check before loading, and we at the line that wants it. */
const capabilities: ReadonlySet<Capability> = new Set(['queue', 'flowtable', 'secmark', 'bridge-state', 'inet-dup']);
