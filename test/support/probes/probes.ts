/** Packets for a configuration: each address, port, zone and state that it names, and their neighbours, and random ones. */

import type { Packet, Network as Routes } from '../../../compiler/ir/packet.ts';
import type { Model } from '../../../compiler/model/index.ts';
import type { HostMatch, ProtocolMatch } from '../../../compiler/model/traffic.ts';
import type { Zone } from '../../../compiler/model/zone.ts';
import { everyAddress, parseAddress } from '../../../compiler/net/address.ts';
import type { TcpFlag } from '../../../compiler/net/packet-kinds.ts';
import type { AddressRange } from '../../../compiler/net/ranges.ts';
import type { ConnectionState } from '../../../compiler/net/state.ts';
import type { Version } from '../../../compiler/net/version.ts';
import { namedAddresses, sparedAddresses } from './named-addresses.ts';
import { isUnlisted, kernelName, type Network } from './topology.ts';

/** A generator of numbers that a seed repeats (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface End {
  readonly iface?: string;
  readonly address: bigint;
}

export interface Shape {
  readonly protocol: number;
  readonly dport?: number;
  readonly sport?: number;
  readonly icmp?: { readonly type: number; readonly code: number };
}

/** Takes one of a list at random. */
function chooser(next: () => number): <Item>(items: readonly Item[]) => Item | undefined {
  return (items) => items[Math.floor(next() * items.length)];
}

const mostlyNew: readonly ConnectionState[] = ['new', 'new', 'established', 'invalid'];

/** Packets of one IP version: those that rules name, and at most `count` at random. */
export function probesFor(
  model: Model,
  networks: readonly Network[],
  routes: Routes,
  count: number,
  seed: number,
  version: Version = model.families.versions[0] ?? 4,
): Probes {
  const next = random(seed);
  const pick = chooser(next);
  const ends = (zone: Zone): readonly End[] => endsOf(zone, model, networks, version);
  const all = model.zones.flatMap((zone) => ends(zone));
  const shapes = [
    ...usualShapes(version),
    ...model.rules.flatMap((rule) => rule.traffic.protocols.flatMap((each) => shapesOf(each, next))),
  ];
  const packets: Packet[] = [];
  let number = 0;
  const add = (from: End | undefined, to: End | undefined, shape: Shape | undefined, state: ConnectionState): void => {
    if (!from || !to || !shape) return;
    number += 1;
    const packet = packetOf(from, to, shape, state, version, number, routes);
    if (packet) packets.push(packet);
  };
  for (const rule of model.rules) {
    for (const pair of [...sample(rule.pairs, 6, next), ...sample(rule.pairs, 2, next)]) {
      const sources = narrowed(ends(zoneOf(model, pair.source)), rule.traffic.source, version, next);
      const asked =
        rule.action.kind === 'dnat' || rule.action.kind === 'redirect' ? rule.traffic.originalDest : rule.traffic.dest;
      const targets =
        rule.action.kind === 'dnat' || rule.action.kind === 'redirect'
          ? namedAddresses(asked).length > 0
            ? narrowed([], asked, version, next)
            : ends(zoneOf(model, model.firewall))
          : narrowed(ends(zoneOf(model, pair.dest)), asked, version, next);
      const own =
        rule.traffic.protocols.length > 0
          ? rule.traffic.protocols.flatMap((each) => shapesOf(each, next))
          : usualShapes(version);
      for (const shape of sample(own, 12, next)) add(pick(sources), pick(targets), shape, 'new');
      add(
        pick(sources),
        pick(targets),
        pick(own),
        pick(['established', 'invalid', 'untracked', 'related'] as const) ?? 'new',
      );
    }
  }
  const named = distinct(sample(packets, 4000, next));
  packets.length = 0;
  while (packets.length < count && number < count * 40) {
    const state = next() < 0.75 ? 'new' : (pick(['established', 'invalid', 'untracked', 'related'] as const) ?? 'new');
    add(pick(all), pick([...all, ...all, ...specials(version)]), pick(shapes), state);
  }
  const others = distinct(packets);
  packets.length = 0;
  // Numbers of their own, so that the other packets are the same with and without such an interface.
  const oneOf = chooser(random(seed + 2));
  const [strangers, firewall] = [strangersOf(model, networks, version), ends(zoneOf(model, model.firewall))];
  for (const shape of strangers.length > 0 ? [...usualShapes(version), ...dhcpShapes[version]] : [])
    for (const [from, to, state] of [
      [strangers, firewall, 'new'],
      [strangers, firewall, 'established'],
      [strangers, all, oneOf(mostlyNew)],
      [all, strangers, oneOf(mostlyNew)],
      [firewall, strangers, 'new'],
    ] as const)
      add(oneOf(from), oneOf(to), shape, state ?? 'new');
  return { named, random: others, unlisted: distinct(packets) };
}

/** Packets that rules name, packets of an interface that no line matches (in, through and out), and packets at random. */
export interface Probes {
  readonly named: readonly Packet[];
  readonly unlisted: readonly Packet[];
  readonly random: readonly Packet[];
}

/**
 * At most `count` packets: first those that meet one of the rules asked for that no earlier one met, then those that meet
 * another rule, then others of both kinds; and beside these every one of an unlisted interface.
 */
export function choose(
  { named, unlisted, random: others }: Probes,
  count: number,
  meets: (packet: Packet) => readonly string[],
  asked: ReadonlySet<string> = new Set(),
): readonly Packet[] {
  const met = new Set<string>();
  const judged = distinct(named).map((packet) => ({ packet, rules: meets(packet) }));
  const freshOf = (wanted: (rule: string) => boolean, most: number) => {
    const fresh: Packet[] = [];
    for (const { packet, rules } of judged) {
      if (fresh.length >= most || !rules.some((rule) => wanted(rule) && !met.has(rule))) continue;
      for (const rule of rules) met.add(rule);
      fresh.push(packet);
    }
    return fresh;
  };
  const first = freshOf((rule) => asked.has(rule), count * 0.7);
  const second = freshOf(() => true, Math.max(count * 0.6 - first.length, count * 0.1));
  const chosen = new Set([...first, ...second]);
  const rest = judged.flatMap(({ packet }) => (chosen.has(packet) ? [] : [packet]));
  const half = Math.floor((count - chosen.size) / 2);
  return distinct([...distinct([...chosen, ...rest.slice(0, half), ...others]).slice(0, count), ...unlisted]);
}

function zoneOf(model: Model, name: string): Zone {
  const found = model.zones.find((zone) => zone.name === name);
  if (!found) throw new Error(`no zone ${name}`);
  return found;
}

function sample<Item>(items: readonly Item[], count: number, next: () => number): Item[] {
  const rest = [...items];
  const taken: Item[] = [];
  while (taken.length < count && rest.length > 0) taken.push(...rest.splice(Math.floor(next() * rest.length), 1));
  return taken;
}

/** Addresses of a zone: of the networks behind its interfaces, or of the firewall. */
function endsOf(zone: Zone, model: Model, networks: readonly Network[], version: Version): readonly End[] {
  const parsed = (text: string): bigint | undefined => {
    const address = parseAddress(text.replace(/\/.*/, ''));
    return address?.version === version ? address.value : undefined;
  };
  if (zone.name === model.firewall) {
    return networks
      .flatMap((network) => network.firewall.flatMap((text) => parsed(text) ?? []))
      .map((address) => ({ address }));
  }
  return zone.hosts.flatMap((group) => {
    const name = kernelName(group.interface.pattern);
    const network = networks.find((each) => each.interface === name);
    const named = namedAddresses(group);
    const ranges = named.filter((range) => range.version === version);
    if (named.length > 0)
      return ranges
        .flatMap((range) => [clamp(range, 10n), clamp(range, 20n)])
        .map((address) => ({ iface: name, address }));
    return (network?.host ?? [])
      .flatMap((text) => parsed(text) ?? [])
      .flatMap((address) => [address, address + 1n])
      .map((address) => ({ iface: name, address }));
  });
}

/** Hosts behind an interface that no line matches. */
function strangersOf(model: Model, networks: readonly Network[], version: Version): readonly End[] {
  return networks
    .filter((network) => isUnlisted(network, model))
    .flatMap(({ interface: iface, host }) =>
      host.flatMap((text) => {
        const address = parseAddress(text.replace(/\/.*/, ''));
        return address?.version === version ? [{ iface, address: address.value }] : [];
      }),
    );
}

function clamp(range: AddressRange, offset: bigint): bigint {
  const address = range.first + offset;
  if (address > range.last) return range.last;
  return address;
}

/** The ends with the addresses that a rule names, and some that it does not. */
function narrowed(
  ends: readonly End[],
  hosts: HostMatch | undefined,
  version: Version,
  next: () => number,
): readonly End[] {
  const ranges = [...namedAddresses(hosts), ...sparedAddresses(hosts)].filter((range) => range.version === version);
  if (ranges.length === 0) return ends;
  const iface = ends[Math.floor(next() * ends.length)]?.iface;
  const inside = ranges.flatMap((range) => [
    range.first,
    range.last,
    (range.first + range.last) / 2n,
    clamp(range, 10n),
  ]);
  const outside = ranges.flatMap((range) => [range.last + 1n]);
  return [...inside, ...inside, ...inside, ...outside].map((address) => ({ ...(iface ? { iface } : {}), address }));
}

function shapesOf(match: ProtocolMatch, next: () => number): readonly Shape[] {
  if (match.negated || match.protocol === undefined) return [{ protocol: 17, dport: 9 }];
  if (match.icmp)
    return match.icmp.types.map(({ type, code }) => ({
      protocol: match.protocol ?? 1,
      icmp: { type, code: code ?? 0 },
    }));
  if (match.protocol === 1)
    return [
      { protocol: 1, icmp: { type: 8, code: 0 } },
      { protocol: 1, icmp: { type: 13, code: 0 } },
    ];
  if (match.protocol === 58) return [{ protocol: 58, icmp: { type: 128, code: 0 } }];
  if (match.protocol !== 6 && match.protocol !== 17) return [{ protocol: match.protocol }];
  const ports = (match.dports?.ranges ?? [{ first: 7, last: 7 }]).flatMap((range) => [range.first, range.last]);
  const near = ports.flatMap((port) => [port, port, port, Math.min(port + 1, 65535), Math.max(port - 1, 1)]);
  const sports = match.sports?.ranges.flatMap((range) => [range.first, range.last, Math.max(range.first - 1, 1)]);
  return near.map((dport) => {
    const sport = sports?.[Math.floor(next() * sports.length)];
    return { protocol: match.protocol ?? 6, dport, ...(sport === undefined ? {} : { sport: Math.max(sport, 1) }) };
  });
}

// Port 161 is left out: the snmp helper that Shorewall's stock `conntrack` attaches drops what is no SNMP.
function usualShapes(version: Version): readonly Shape[] {
  const tcp = [1, 21, 22, 25, 53, 80, 113, 443, 3128, 8080, 40000].map((dport) => ({ protocol: 6, dport }));
  const udp = [53, 67, 68, 123, 137, 162, 500, 1900, 5353, 33440, 40000].map((dport) => ({ protocol: 17, dport }));
  const icmp =
    version === 4
      ? [8, 13, 3, 11].map((type) => ({ protocol: 1, icmp: { type, code: type === 3 ? 4 : 0 } }))
      : [128, 1, 2].map((type) => ({ protocol: 58, icmp: { type, code: 0 } }));
  return [...tcp, ...udp, ...icmp];
}

/** DHCP, by whose ports an option of interfaces opens the firewall. */
const dhcpShapes: Readonly<Record<Version, readonly Shape[]>> = {
  4: [67, 68].map((dport) => ({ protocol: 17, dport })),
  6: [546, 547].map((dport) => ({ protocol: 17, dport })),
};

/** Destinations of a kind of their own. */
function specials(version: Version): readonly End[] {
  const texts =
    version === 4
      ? ['255.255.255.255', '224.0.0.251', '100.64.0.255', '203.0.113.77']
      : ['ff02::fb', '2001:db8:ffff::1'];
  return texts.flatMap((text) => {
    const address = parseAddress(text);
    return address ? [{ address: address.value }] : [];
  });
}

/** Ports for which Shorewall's stock `conntrack` has a rule of its own, which a packet that is not tracked would meet. */
const helped = [21, 69, 137, 161, 1719, 1720, 1723, 5060, 6566, 6667, 10080];

/** A packet, when the lab can send it and its answer is known. */
export function packetOf(
  from: End,
  to: End,
  shape: Shape,
  state: ConnectionState,
  version: Version,
  number: number,
  routes: Routes,
): Packet | undefined {
  const highest = everyAddress(version).last;
  if (from.address === to.address || from.address === 0n || from.address > highest || to.address > highest)
    return undefined;
  if (state === 'untracked' && helped.includes(shape.dport ?? 0)) return undefined;
  // ICMP of the other version is no probe.
  if (shape.protocol === (version === 4 ? 58 : 1)) return undefined;
  // The kernel drops GRE without its header when it would translate it (nf_nat_proto.c).
  if (shape.protocol === 47) return undefined;
  const kind = routes.addressType(version, to.address);
  const special = kind === 'broadcast' || kind === 'multicast';
  if (special && (state === 'established' || state === 'related' || !from.iface)) return undefined;
  if (!from.iface && routes.addressType(version, from.address) !== 'local') return undefined;
  if (
    from.iface &&
    (routes.addressType(version, from.address) === 'local' || routes.addressType(version, from.address) !== 'unicast')
  )
    return undefined;
  if (from.iface && routes.route(version, from.address) !== from.iface) return undefined;
  if (!from.iface && routes.addressType(version, to.address) === 'local') return undefined;
  const icmpError = version === 4 ? { type: 3, code: 1 } : { type: 1, code: 0 };
  const protocol = state === 'related' ? (version === 4 ? 1 : 58) : shape.protocol;
  const icmp = state === 'related' ? icmpError : shape.icmp;
  if (icmp && state !== 'related' && state !== 'untracked' && opensNothing(version, icmp.type))
    return from.iface
      ? packetOf(from, to, shape, 'related', version, number, routes) && strayPacket(from, to, icmp, version, number)
      : undefined;
  if (
    (state === 'established' || state === 'invalid') &&
    protocol !== 6 &&
    protocol !== 17 &&
    !(icmp && state === 'established' && (icmp.type === 8 || icmp.type === 128))
  )
    return undefined;
  if (state === 'invalid' && protocol === 17) return undefined;
  if (state === 'established' && !from.iface) return undefined;
  if (state !== 'new' && !from.iface) return undefined;
  const ports = protocol === 6 || protocol === 17 || icmp !== undefined;
  const flags: readonly TcpFlag[] = state === 'new' || state === 'untracked' ? ['syn'] : ['ack'];
  return {
    version,
    ...(from.iface ? { iif: from.iface } : {}),
    saddr: from.address,
    daddr: to.address,
    protocol,
    ...(ports ? { sport: shape.sport ?? 20000 + (number % 12000), dport: shape.dport ?? 0 } : {}),
    ...(icmp ? { icmp } : {}),
    ...(protocol === 6 ? { tcpFlags: flags } : {}),
    connection: { state },
  };
}

/**
 * Whether ICMP of a type that belongs to no connection is INVALID: errors and answers (valid_new in
 * nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c).
 */
function opensNothing(version: Version, type: number): boolean {
  if (version === 6) return type < 128 || [129, 140].includes(type);
  return [0, 3, 4, 5, 11, 12, 14, 16, 18].includes(type);
}

function strayPacket(
  from: End,
  to: End,
  icmp: { readonly type: number; readonly code: number },
  version: Version,
  number: number,
): Packet {
  return {
    version,
    ...(from.iface ? { iif: from.iface } : {}),
    saddr: from.address,
    daddr: to.address,
    protocol: version === 4 ? 1 : 58,
    sport: 20000 + (number % 12000),
    dport: 9,
    icmp,
    connection: { state: 'invalid' },
  };
}

/** Packets of different connections: one for each pair of ends and ports. */
function distinct(packets: readonly Packet[]): readonly Packet[] {
  const seen = new Set<string>();
  return packets.filter((packet) => {
    const key = connectionOf(packet);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A RELATED error is of the UDP connection that it is about: one from where it goes to where it comes from. */
function connectionOf({ saddr, sport, daddr, dport, protocol, connection }: Packet): string {
  const isError = connection.state === 'related';
  const ends = isError ? [`${daddr} ${sport}`, `${saddr} ${dport}`] : [`${saddr} ${sport}`, `${daddr} ${dport}`];
  return `${ends.sort().join(' ')} ${isError ? udp : protocol}`;
}

const udp = 17;
