/** The one door outward: whatever the compiler wants to know of the machine it asks here. */
import type { Source } from './source.ts';

/** What came of reading a file. `path` in the source is the name as the user knows it, relative to the configuration. */
export type ReadResult =
  | { readonly kind: 'text'; readonly source: Source }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string };

/** What came of reading a database: a file of the machine, by its absolute path. */
export type BytesResult =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The variables that `params` exports, or why it could not be run: `at` is the line, of `params` or of what it includes; `advice` what to do. */
export type ParamsResult =
  | { readonly kind: 'variables'; readonly variables: ReadonlyMap<string, string> }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly at?: { readonly file: string; readonly line: number };
      readonly advice?: string;
    };

/** What a shell command of a `?SHELL` directive printed, or why it failed. */
export type ShellResult =
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** What the target can do. Names are those of the `needs` fields in the tables. */
export type Capability = 'queue' | 'flowtable' | 'secmark' | 'bridge-state' | 'inet-dup';

/** The machine, as far as the compiler may know of it. */
export interface Environment {
  /** The configuration folder as the user named it; shown, never opened here. */
  readonly folder: string;
  /** Which rules of the house hold: `ftpwall` directories are strict and dual-stack, Shorewall's are as Shorewall reads them. */
  readonly flavour: 'ftpwall' | 'shorewall' | 'shorewall6';
  /** Reads `name` from the configuration folder, or the absolute path an INCLUDE names. Never looks into the standard library. */
  readFile(name: string): ReadResult;
  /** A file of the standard library (`macro.FTP`, `action.Broadcast`); its source path starts with `library/`. */
  readLibrary(name: string): Source | undefined;
  /** Names of the files of the standard library, sorted. */
  listLibrary(): readonly string[];
  /** Names of the files in the configuration folder, sorted. */
  listFolder(): readonly string[];
  /** Runs `params` with /bin/sh for an IP version, which it sees as `g_family`; called only when the file is there. */
  evaluateParams(version: 4 | 6): ParamsResult;
  /** Runs a command of a `?SHELL` directive with /bin/sh. */
  runShell(command: string): ShellResult;
  /** The variables of the environment that configuration files may use. */
  readonly variables: ReadonlyMap<string, string>;
  /** The port of a service name in services(5), for `tcp` or `udp` (or another protocol name). */
  servicePort(name: string, protocol: string): number | undefined;
  /** The number of a protocol name in protocols(5). */
  protocolNumber(name: string): number | undefined;
  /** The id of a user or group name; a number names itself. */
  userId(name: string): number | undefined;
  groupId(name: string): number | undefined;
  /** The bytes of a file of the machine, by its absolute path: a database. */
  readBytes(path: string): BytesResult;
  /** The addresses of a host name, or none. */
  resolveHost(name: string): readonly string[];
  /**
   * Interfaces by which the kernel has learned an IPv6 default route from router advertisements that it will ignore once
   * the machine forwards (accept_ra 1); none where another program takes care of advertisements.
   */
  advertisedInterfaces(): readonly string[];
  /** Whether the folder is the machine's own: it is loaded, or lies where the machine keeps its configuration. */
  readonly forThisMachine: boolean;
  /** Whether the kernel forwards packets of an IP version now; undefined where that is not known. */
  forwards(version: 4 | 6): boolean | undefined;
  /** The names of the network interfaces that there are now; undefined where that is not known. */
  interfaceNames(): readonly string[] | undefined;
  readonly capabilities: ReadonlySet<Capability>;
}
