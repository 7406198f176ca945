/** The machine as the compiler sees it. */
import { isAbsolute, join, resolve } from 'node:path';
import { includedByParams } from '../../compiler/1-read/params-version.ts';
import type {
  BytesResult,
  Capability,
  Environment,
  ParamsResult,
  ReadResult,
  ShellResult,
} from '../../compiler/environment.ts';
import type { Source } from '../../compiler/source.ts';
import { library } from '../generated/library.js';
import { advertisedHere } from './advertised-routes.ts';
import { readBytes, readText } from './configuration-file.ts';
import { openDatabases } from './databases.ts';
import type { Folder } from './folder.ts';
import { forwardsNow, interfacesNow } from './kernel-network.ts';
import { evaluateParams } from './params.ts';
import { plainAssignments } from './plain-params.ts';
import { resolveHost, runShell, type Surroundings } from './shell.ts';
import { distrust, runnerOf } from './trust.ts';

/**
 * `loading`: root will load what comes of it, so every file must be trusted. `looking` reads all files, and runs programs
 * of another user as that user. `copying` reads all files, and runs only what can be trusted: the copy is our own, and
 * would be run as if we had written it.
 */
export type Purpose = 'looking' | 'copying' | 'loading';

/** The environment of a compilation of `folder`. */
export function openEnvironment(folder: Folder, purpose: Purpose): Environment {
  const read = new Set<string>();
  const variables = variablesOf(folder);
  let params: ReadonlyMap<string, string> = new Map();
  const hosts = new Map<string, readonly string[]>();
  const absolute = (name: string): string => (isAbsolute(name) ? name : join(folder.path, name));
  const refusal = (path: string): string | undefined => (purpose === 'loading' ? distrust(path) : undefined);

  /** Where and as whom programs in these files run; when loading, only if every one of them can be trusted. */
  function programsOf(paths: Iterable<string>): Omit<Surroundings, 'variables'> | { readonly reason: string } {
    for (const path of paths) {
      const reason = purpose === 'looking' ? undefined : distrust(path);
      if (reason !== undefined) return { reason: `${path} cannot be trusted: ${reason}` };
    }
    const runner = runnerOf(paths);
    if (runner.kind === 'nobody') return { reason: runner.reason };
    return { folder: folder.path, ...(runner.kind === 'user' && { user: runner }) };
  }

  function paramsOf(version: 4 | 6): ParamsResult {
    const path = join(folder.path, 'params');
    const file = readText(path);
    const plain = file.kind === 'text' ? plainAssignments(file.text, variables) : undefined;
    if (plain !== undefined) {
      // What is only read needs no more trust than any other file.
      const reason = refusal(path);
      if (reason !== undefined) return { kind: 'failed', reason: untrusted(reason), advice: toBeTrusted };
      if ('most' in plain) {
        const tooLong = `up to \`${plain.name}\` the values have more than ${plain.most} characters`;
        return { kind: 'failed', reason: tooLong, at: { file: 'params', line: plain.line } };
      }
      return { kind: 'variables', variables: plain };
    }
    let unreadable: string | undefined;
    const included = includedByParams((name) => {
      const text = readText(absolute(name));
      if (text.kind === 'unreadable') unreadable ??= `${name}: ${text.reason}`;
      return text.kind === 'text' ? text.text : undefined;
    });
    if (unreadable !== undefined) return { kind: 'failed', reason: unreadable };
    const where = programsOf(included.map(absolute));
    if ('reason' in where) return { kind: 'failed', reason: where.reason, advice: toBeTrusted };
    return evaluateParams({ ...where, variables }, version);
  }

  return {
    folder: folder.name,
    flavour: folder.flavour,
    variables,
    capabilities,
    ...openDatabases(purpose === 'loading' ? distrust : undefined),

    readFile(name: string): ReadResult {
      const path = absolute(name);
      const file = readText(path);
      if (file.kind === 'absent') return file;
      if (file.kind === 'unreadable') return { kind: 'unreadable', path: name, reason: file.reason };
      const reason = refusal(path);
      if (reason !== undefined) return { kind: 'unreadable', path: name, reason: untrusted(reason) };
      read.add(path);
      return { kind: 'text', source: { path: name, text: file.text } };
    },

    readLibrary,
    listLibrary: () => Object.keys(standardLibrary()),
    listFolder: () => folder.files,

    evaluateParams(version: 4 | 6): ParamsResult {
      const result = paramsOf(version);
      if (result.kind === 'variables') params = result.variables;
      return result;
    },

    runShell(command: string): ShellResult {
      // The command stands in one of the files that were read so far.
      const where = programsOf(read);
      if ('reason' in where) return { kind: 'failed', reason: where.reason };
      return runShell(command, { ...where, variables: new Map([...variables, ...params]) });
    },

    advertisedInterfaces: advertisedHere,
    forThisMachine: purpose === 'loading' || folder.path.startsWith('/etc/'),
    forwards: forwardsNow,
    interfaceNames: interfacesNow,

    readBytes(path: string): BytesResult {
      const file = readBytes(path);
      if (file.kind !== 'bytes') return file;
      const reason = refusal(path);
      return reason === undefined ? file : { kind: 'unreadable', reason: untrusted(reason) };
    },

    resolveHost(name: string): readonly string[] {
      const known = hosts.get(name) ?? resolveHost(name);
      hosts.set(name, known);
      return known;
    },
  };
}

/** What makes a file one that others cannot have written. */
const toBeTrusted =
  'let root own it and every folder on the way, and nobody else write there: `chown root`, `chmod go-w`';

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
