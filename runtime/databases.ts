/** The names that /etc gives to numbers: services(5), protocols(5), passwd(5), group(5); each file is read when first asked for. */
import { readText } from './configuration-file.ts';

/** The port of a service, or of one of its aliases. */
export function servicePort(name: string, protocol: string): number | undefined {
  return services().get(`${name}/${protocol}`);
}

/** The number of a protocol by its name or alias (`tcp`, `TCP`). */
export function protocolNumber(name: string): number | undefined {
  return protocols().get(name);
}

/** The id of a user; a number names itself. */
export function userId(name: string): number | undefined {
  return idOf(name, users());
}

/** The id of a group; a number names itself. */
export function groupId(name: string): number | undefined {
  return idOf(name, groups());
}

const services = once(() => {
  const ports = new Map<string, number>();
  for (const { words } of linesOf('/etc/services')) {
    const [name, value = '', ...aliases] = words;
    const [port, protocol] = value.split('/');
    for (const each of [name, ...aliases]) put(ports, `${each}/${protocol}`, port);
  }
  return ports;
});

const protocols = once(() => {
  const numbers = new Map<string, number>();
  for (const { words } of linesOf('/etc/protocols')) {
    const [name, number, ...aliases] = words;
    for (const each of [name, ...aliases]) put(numbers, each, number);
  }
  // Small systems come without the file (Debian's package netbase).
  for (const [name, number] of usualProtocols) if (!numbers.has(name)) numbers.set(name, number);
  return numbers;
});

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

const users = once(() => idsOf('/etc/passwd'));
const groups = once(() => idsOf('/etc/group'));

function idsOf(path: string): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  for (const { line } of linesOf(path)) {
    const [name, , id] = line.split(':');
    put(ids, name, id);
  }
  return ids;
}

function idOf(name: string, ids: ReadonlyMap<string, number>): number | undefined {
  return /^\d{1,10}$/.test(name) ? Number(name) : ids.get(name);
}

function linesOf(path: string): readonly { readonly line: string; readonly words: readonly string[] }[] {
  const file = readText(path);
  if (file.kind !== 'text') return [];
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

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
