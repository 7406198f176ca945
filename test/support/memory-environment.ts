/** An environment whose configuration folder is in memory, for tests. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment, ParamsResult, ReadResult, ShellResult } from '../../compiler/environment.ts';
import type { Source } from '../../compiler/source.ts';

/** A file of the folder: its text, or why it cannot be read. */
export type MemoryFile = string | { readonly unreadable: string };

/** What a test may say of the machine beside the files. */
export interface Machine {
  readonly flavour?: Environment['flavour'];
  readonly variables?: Readonly<Record<string, string>>;
  /** Databases, by their paths. */
  readonly bytes?: Readonly<Record<string, Uint8Array>>;
  readonly forwards?: boolean;
  readonly interfaces?: readonly string[];
  /** Stands for the standard library; the real one when left out. */
  readonly library?: Readonly<Record<string, string>>;
}

const services: Readonly<Record<string, number>> = { ftp: 21, ssh: 22, smtp: 25, domain: 53, http: 80, https: 443 };
const protocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, gre: 47, esp: 50, 'ipv6-icmp': 58 };

/** The addresses of names, as a resolver would tell them. */
const hosts: Readonly<Record<string, readonly string[]>> = {
  'ftp.example.org': ['192.0.2.21'],
  'mail.example.org': ['192.0.2.31', '192.0.2.32', '2001:db8:1::31'],
  'server.example.org': ['10.0.1.21'],
  'six.example.org': ['2001:db8:1::6'],
};

/** The environment of a folder that holds `files`. Shell runs for real; nothing else of the machine is looked at. */
export function memoryEnvironment(files: Readonly<Record<string, MemoryFile>>, machine: Machine = {}): Environment {
  const sources = new Map<string, Source>();
  return {
    folder: 'config',
    flavour: machine.flavour ?? flavourOf(files),
    variables: new Map(Object.entries(machine.variables ?? {})),
    capabilities: new Set(['queue', 'flowtable', 'secmark', 'bridge-state', 'inet-dup']),
    readFile(name): ReadResult {
      const file = Object.hasOwn(files, name) ? files[name] : undefined;
      if (file === undefined) return { kind: 'absent' };
      if (typeof file !== 'string') return { kind: 'unreadable', path: name, reason: file.unreadable };
      const source = sources.get(name) ?? { path: name, text: file };
      sources.set(name, source);
      return { kind: 'text', source };
    },
    readBytes(path) {
      const bytes = machine.bytes?.[path];
      return bytes === undefined ? { kind: 'absent' } : { kind: 'bytes', bytes };
    },
    advertisedInterfaces: () => ['wan6'],
    forThisMachine: machine.forwards !== undefined,
    forwards: () => machine.forwards,
    interfaceNames: () => machine.interfaces,
    readLibrary(name) {
      const library = machine.library ?? standardLibrary();
      const text = Object.hasOwn(library, name) ? library[name] : undefined;
      return text === undefined ? undefined : { path: `library/${name}`, text };
    },
    listLibrary: () => Object.keys(machine.library ?? standardLibrary()).sort(),
    listFolder: () => Object.keys(files).sort(),
    evaluateParams: () => evaluateParams(files.params),
    runShell,
    servicePort: (name) => services[name],
    protocolNumber: (name) => protocols[name],
    userId: (name) => (name === 'root' ? 0 : /^\d+$/.test(name) ? Number(name) : undefined),
    groupId: (name) => (name === 'root' ? 0 : /^\d+$/.test(name) ? Number(name) : undefined),
    resolveHost: (name) => (Object.hasOwn(hosts, name) ? (hosts[name] ?? []) : []),
  };
}

function flavourOf(files: Readonly<Record<string, MemoryFile>>): Environment['flavour'] {
  if (Object.hasOwn(files, 'shorewall.conf')) return 'shorewall';
  return Object.hasOwn(files, 'shorewall6.conf') ? 'shorewall6' : 'ftpwall';
}

let library: Readonly<Record<string, string>> | undefined;

function standardLibrary(): Readonly<Record<string, string>> {
  library ??= readLibraryFolder();
  return library;
}

function readLibraryFolder(): Readonly<Record<string, string>> {
  const folder = join(import.meta.dirname, '..', '..', 'compiler', 'library');
  const names = readdirSync(folder).filter((name) => /^(macro|action)\./.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const path = process.env.PATH ?? '/usr/bin:/bin';

function runShell(command: string): ShellResult {
  const { status, stdout } = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8', env: { PATH: path } });
  return status === 0
    ? { kind: 'output', text: stdout }
    : { kind: 'failed', reason: `it ended with exit status ${status}` };
}

function evaluateParams(file: MemoryFile | undefined): ParamsResult {
  const script = typeof file === 'string' ? file : '';
  const all = 'set -a; eval "$SCRIPT" >&2; unset SCRIPT; set +a; env -0';
  const { status, stdout } = spawnSync('/bin/sh', ['-c', all], {
    encoding: 'utf8',
    env: { PATH: path, SCRIPT: script },
  });
  if (status !== 0) return { kind: 'failed', reason: `it ended with exit status ${status}` };
  const pairs = stdout.split('\0').flatMap((each) => {
    const at = each.indexOf('=');
    return at > 0 ? [[each.slice(0, at), each.slice(at + 1)] as const] : [];
  });
  return { kind: 'variables', variables: new Map(pairs) };
}
