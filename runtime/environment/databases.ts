/** The names that /etc gives to numbers: services(5), protocols(5), passwd(5), group(5); each file is read when first asked for. */

import { once } from '../../compiler/once.ts';
import { say } from '../output/output.ts';
import { readText } from './configuration-file.ts';

/** What the files say. */
export interface Databases {
  /** The port of a service, or of one of its aliases. */
  servicePort(name: string, protocol: string): number | undefined;
  /** The number of a protocol by its name or alias (`tcp`, `TCP`). */
  protocolNumber(name: string): number | undefined;
  /** The id of a user or a group; a number names itself. */
  userId(name: string): number | undefined;
  groupId(name: string): number | undefined;
}

/** Why a file may not be used, as a clause; undefined when it may. */
type Refusal = (path: string) => string | undefined;

const opened = new Map<Refusal | undefined, Databases>();

/** The files as they are, or only those that `refuses` lets be used: a name of another one is not known. */
export function openDatabases(refuses?: Refusal): Databases {
  const known = opened.get(refuses);
  if (known) return known;
  const lines = (path: string) => linesOf(path, refuses);
  const services = once(() => servicesIn(lines('/etc/services')));
  const protocols = once(() => protocolsIn(lines('/etc/protocols')));
  const users = once(() => idsIn(lines('/etc/passwd')));
  const groups = once(() => idsIn(lines('/etc/group')));
  const databases: Databases = {
    servicePort: (name, protocol) => services().get(`${name}/${protocol}`),
    protocolNumber: (name) => protocols().get(name),
    userId: (name) => idOf(name, users()),
    groupId: (name) => idOf(name, groups()),
  };
  opened.set(refuses, databases);
  return databases;
}

function servicesIn(lines: readonly Line[]): ReadonlyMap<string, number> {
  const ports = new Map<string, number>();
  for (const { words } of lines) {
    const [name, value = '', ...aliases] = words;
    const [port, protocol] = value.split('/');
    for (const each of [name, ...aliases]) put(ports, `${each}/${protocol}`, port);
  }
  return ports;
}

function protocolsIn(lines: readonly Line[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { words } of lines) {
    const [name, number, ...aliases] = words;
    for (const each of [name, ...aliases]) put(numbers, each, number);
  }
  // Small systems come without the file (Debian's package netbase).
  for (const [name, number] of usualProtocols) if (!numbers.has(name)) numbers.set(name, number);
  return numbers;
}

/** Those that firewall rules name most (IANA, Assigned Internet Protocol Numbers). */
const usualProtocols: readonly (readonly [string, number])[] = [
  ['icmp', 1],
  ['igmp', 2],
  ['ipencap', 4],
  ['tcp', 6],
  ['udp', 17],
  ['dccp', 33],
  ['ipv6', 41],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['ipv6-icmp', 58],
  ['ospf', 89],
  ['vrrp', 112],
  ['sctp', 132],
  ['udplite', 136],
];

function idsIn(lines: readonly Line[]): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  for (const { line } of lines) {
    const [name, , id] = line.split(':');
    put(ids, name, id);
  }
  return ids;
}

function idOf(name: string, ids: ReadonlyMap<string, number>): number | undefined {
  return /^\d{1,10}$/.test(name) ? Number(name) : ids.get(name);
}

interface Line {
  readonly line: string;
  readonly words: readonly string[];
}

function linesOf(path: string, refuses: Refusal | undefined): readonly Line[] {
  const file = readText(path);
  if (file.kind !== 'text') return [];
  const reason = refuses?.(path);
  if (reason !== undefined) {
    say(`${path} is not used: ${reason}`);
    return [];
  }
  return file.text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .map((line) => ({ line, words: line.split(/\s+/) }));
}

/** The first line that gives a name wins, as in getservbyname(3). */
function put(numbers: Map<string, number>, name: string | undefined, number: string | undefined): void {
  if (!name || number === undefined || !/^\d+$/.test(number) || numbers.has(name)) return;
  numbers.set(name, Number(number));
}
