/** Traffic of the model as matches of the ir: one list of matches for each rule that it takes. */

import { concat } from '../../concat.ts';
import { invariant } from '../../invariant.ts';
import type { Match } from '../../ir/ruleset.ts';
import { protocolsWithPorts } from '../../language/names.ts';
import type { HostMatch, PortMatch, ProtocolMatch, Traffic } from '../../model/traffic.ts';
import { joinNumbers, joinRanges, subtractRanges } from '../../net/address.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import type { Program } from '../ruleset-builder.ts';
import { setMatches, withoutLists } from '../sets/named-sets.ts';
import { askEvents } from './events.ts';
import { limitsOf } from './limits.ts';

type Matches = readonly Match[];

const none: readonly never[] = [];
/** One way, which asks nothing. */
const always: readonly Matches[] = [none];

/** Where the destination of the traffic is to be looked for: in the packet, or in what it was before translation. */
export interface MatchOptions {
  /** Whether DNAT has not happened yet: ORIGDEST is then the packet's own destination. */
  readonly beforeNat?: boolean;
  /** Leave out RATE and CONNLIMIT: another rule for the same line has counted already. */
  readonly stateless?: boolean;
  /** A name for the sets that count for each address. */
  readonly name: string;
}

/** Every list of matches that together hold for exactly the traffic. */
export function lowerTraffic(traffic: Traffic, options: MatchOptions, program: Program): readonly Matches[] {
  const plain = withoutLists(traffic);
  if (plain.length !== 1 || plain[0] !== traffic) return plain.flatMap((each) => lowerTraffic(each, options, program));
  const versions = versionsToTellApart(traffic, program);
  if (versions.length === 1) return lowerVersion(traffic, versions[0], options, program);
  return versions.flatMap((version) => lowerVersion(traffic, version, options, program));
}

function lowerVersion(
  traffic: Traffic,
  version: Version | undefined,
  options: MatchOptions,
  program: Program,
): readonly Matches[] {
  const sides = sidesOf(traffic, version, options);
  const protocols = sides ? lowerProtocols(traffic.protocols, version) : [];
  if (!sides || protocols.length === 0) return [];
  const shared = concat(traffic.conditions, helperMatch(traffic));
  const found: Matches[] = [];
  // Loops, and no new list for what is empty: this is most of the work for a line.
  const asked = askEvents(traffic, version, program);
  const limited = limitsOf(traffic, version, options, program);
  for (const protocol of protocols) {
    const plain = concat(concat(sides, protocol), shared);
    for (const events of asked) {
      for (const limits of limited) {
        const rest = portsFirst(concat(plain, concat(events, limits)));
        const told = version === undefined || !program.dual || rest.some((match) => namesVersion(match));
        found.push(told ? rest : [{ kind: 'version', version }, ...rest]);
      }
    }
  }
  return found;
}

/**
 * nft 1.0.6 takes the last of several protocols for the one that the rule is about, and refuses a port of another behind
 * it: `meta l4proto { tcp, udp } … tcp dport 21`. The other way round it reads both.
 */
function portsFirst(matches: Matches): Matches {
  const at = matches.findIndex(namesSeveralProtocols);
  if (at === -1) return matches;
  const behind = matches.slice(at);
  const ports = behind.filter((match) => match.kind === 'port' && match.protocol !== 'any');
  return [...matches.slice(0, at), ...ports, ...behind.filter((match) => !ports.includes(match))];
}

function namesSeveralProtocols(match: Match): boolean {
  return match.kind === 'protocol' && !match.negated && match.protocols.length > 1;
}

function helperMatch(traffic: Traffic): Matches {
  return traffic.ofHelper === undefined ? none : [{ kind: 'connectionHelper', helper: traffic.ofHelper }];
}

/** One rule for both versions where nothing tells them apart; otherwise a rule for each. */
function versionsToTellApart(traffic: Traffic, program: Program): readonly (Version | undefined)[] {
  const all = program.model.families.versions;
  const addressed =
    namesAddresses(traffic.source) || namesAddresses(traffic.dest) || namesAddresses(traffic.originalDest);
  const apart = addressed || countsByVersion(traffic);
  if (!program.dual) return [apart ? all[0] : undefined];
  const whole = traffic.versions.length === all.length && program.model.families.refused.length === 0;
  return apart || !whole ? traffic.versions : [undefined];
}

function countsByVersion(traffic: Traffic): boolean {
  return (
    traffic.rates.some((rate) => rate.each) ||
    traffic.connectionLimit !== undefined ||
    (traffic.events ?? []).some((each) => each.asks) ||
    traffic.conditions.some((match) => match.kind === 'trafficClass')
  );
}

function namesAddresses(hosts: HostMatch | undefined): boolean {
  if (!hosts) return false;
  const { ranges, except, sets, runtime } = hosts;
  return (ranges?.length ?? 0) > 0 || except.length > 0 || sets.length > 0 || runtime !== undefined;
}

/** Interfaces and addresses of both ends; undefined when an end has no address of the version. */
function sidesOf(traffic: Traffic, version: Version | undefined, options: MatchOptions): Matches | undefined {
  const source = hostMatches(traffic.source, 'saddr', version);
  const dest = hostMatches(traffic.dest, 'daddr', version);
  const original = originalMatches(traffic.originalDest, version, options.beforeNat ?? false);
  if (!source || !dest || !original) return undefined;
  return original.length === 0 ? concat(source, dest) : [...source, ...dest, ...original];
}

/** One end of a connection. `version` undefined means: no address is named at all. */
export function hostMatches(
  hosts: HostMatch | undefined,
  field: 'saddr' | 'daddr',
  version: Version | undefined,
): Matches | undefined {
  if (!hosts) return none;
  const addresses = addressMatches(hosts, version, (negated, ranges) => ({ kind: 'address', field, negated, ranges }));
  if (!addresses) return undefined;
  if (!hosts.interface && hosts.macs.length === 0 && hosts.sets.length === 0 && !hosts.runtime) return addresses;
  const matches: Match[] = [];
  if (hosts.interface && (hosts.otherInterface || !(hosts.interface.wildcard && hosts.interface.name === ''))) {
    matches.push({
      kind: 'interface',
      field: field === 'saddr' ? 'iifname' : 'oifname',
      negated: hosts.otherInterface ?? false,
      interfaces: [hosts.interface],
    });
  }
  matches.push(...addresses);
  if (hosts.macs.length > 0) {
    invariant(field === 'saddr', "only the sender's hardware address is in a packet");
    matches.push({ kind: 'sourceMac', negated: hosts.macsNegated ?? false, addresses: [...hosts.macs].sort() });
  }
  for (const set of hosts.sets) {
    const found = setMatches(set, field, version ?? 4);
    if (!found) return undefined;
    matches.push(...found);
  }
  if (hosts.runtime && version)
    matches.push({
      kind: 'set',
      set: runtimeSet(hosts.runtime.interface, hosts.runtime.kind, version),
      negated: hosts.runtime.negated ?? false,
      key: [{ field, version }],
    });
  return matches;
}

/** The name of the set that holds a run-time address of an interface. */
export function runtimeSet(interfaceName: string, kind: 'address' | 'gateway', version: Version): string {
  return `${kind}-of-${interfaceName.replace(/[^A-Za-z0-9]/g, '_')}-${version}`;
}

/** The name of the map from the IP version to that address, for rules that translate to it. */
export function runtimeMap(interfaceName: string, kind: 'address' | 'gateway', version: Version): string {
  return `to-${runtimeSet(interfaceName, kind, version)}`;
}

type MakeMatch = (negated: boolean, ranges: readonly AddressRange[]) => Match;

function addressMatches(hosts: HostMatch, version: Version | undefined, make: MakeMatch): Matches | undefined {
  const only = hosts.except.length === 0 && hosts.ranges?.length === 1 ? hosts.ranges[0] : undefined;
  if (!only || !hosts.ranges) return addressesOfVersion(hosts, version, make);
  if (only.version !== version) return undefined;
  return isEverything(hosts.ranges) ? none : [make(false, hosts.ranges)];
}

function addressesOfVersion(hosts: HostMatch, version: Version | undefined, make: MakeMatch): Matches | undefined {
  const here = (ranges: readonly AddressRange[]): readonly AddressRange[] =>
    ranges.filter((range) => range.version === version);
  const holes = joinRanges(here(hosts.except));
  if (!hosts.ranges) return holes.length > 0 ? [make(true, holes)] : [];
  const wanted = subtractRanges(here(hosts.ranges), holes);
  if (wanted.length === 0) return undefined;
  return isEverything(wanted) ? [] : [make(false, wanted)];
}

function isEverything(ranges: readonly AddressRange[]): boolean {
  const only = ranges[0];
  return (
    only !== undefined &&
    ranges.length === 1 &&
    only.first === 0n &&
    only.last === (only.version === 4 ? 0xffffffffn : (1n << 128n) - 1n)
  );
}

function originalMatches(
  hosts: HostMatch | undefined,
  version: Version | undefined,
  beforeNat: boolean,
): Matches | undefined {
  if (!hosts) return none;
  if (beforeNat) return hostMatches(hosts, 'daddr', version);
  const addresses = addressMatches(hosts, version, (negated, ranges) => ({
    kind: 'originalAddress',
    field: 'daddr',
    negated,
    ranges,
  }));
  const inSet = (set: string, negated: boolean, prefix?: number): Match => ({
    kind: 'set',
    set,
    negated,
    key: [{ field: 'originalDaddr', version: version ?? 4, ...(prefix === undefined ? {} : { prefix }) }],
  });
  const { runtime } = hosts;
  const sets = hosts.sets.map(({ set, negated }): readonly Match[] | undefined => {
    const name = set.of[version ?? 4];
    if (name === undefined) return negated ? [] : undefined;
    return [inSet(name, negated, set.prefix)];
  });
  if (sets.includes(undefined)) return undefined;
  return (
    addresses && [
      ...addresses,
      ...sets.flatMap((each) => each ?? []),
      ...(runtime && version
        ? [inSet(runtimeSet(runtime.interface, runtime.kind, version), runtime.negated ?? false)]
        : []),
    ]
  );
}

function namesVersion(match: Match): boolean {
  return match.kind === 'address' || match.kind === 'originalAddress' || match.kind === 'icmp';
}

/** The alternatives of PROTO, DPORT and SPORT; protocols with the same ports share a rule. */
export function lowerProtocols(protocols: readonly ProtocolMatch[], version: Version | undefined): readonly Matches[] {
  if (protocols.length === 0) return always;
  const carried = protocols.filter((each) => isCarried(each, version));
  const first = carried[0];
  if (first && carried.length === 1) return lowerProtocol(first);
  const shareable =
    carried.length > 1 &&
    first !== undefined &&
    carried.every(
      (each) =>
        each.syn === undefined && !each.icmp && !each.negated && each.either === first.either && samePorts(each, first),
    );
  if (!shareable) return carried.flatMap((each) => lowerProtocol(each));
  const numbers = carried.flatMap((each) => (each.protocol === undefined ? [] : [each.protocol])).sort((a, b) => a - b);
  const protocol: Match = { kind: 'protocol', negated: false, protocols: numbers };
  return portAlternatives(first, 'any').map((ports) => [protocol, ...ports]);
}

/** Whether packets of the version can have the protocol: each version has an ICMP of its own. */
function isCarried({ protocol, negated }: ProtocolMatch, version: Version | undefined): boolean {
  return negated || version === undefined || !((protocol === 1 && version === 6) || (protocol === 58 && version === 4));
}

function samePorts(a: ProtocolMatch, b: ProtocolMatch): boolean {
  return JSON.stringify([a.dports, a.sports]) === JSON.stringify([b.dports, b.sports]);
}

function lowerProtocol(match: ProtocolMatch): readonly Matches[] {
  if (match.protocol === undefined) return always;
  if (match.negated) return [[{ kind: 'protocol', negated: true, protocols: [match.protocol] }]];
  if (match.icmp) return [[{ kind: 'icmp', ...match.icmp }]];
  // A set of ports says nothing of the protocol.
  const inSet = match.dports?.set !== undefined || match.sports?.set !== undefined;
  const named = protocolsWithPorts.has(match.protocol) && (match.dports || match.sports) && !inSet;
  const flags: Matches =
    match.syn === undefined
      ? none
      : [{ kind: 'tcpFlags', negated: !match.syn, mask: ['fin', 'syn', 'rst', 'ack'], set: ['syn'] }];
  const protocol: Matches =
    named || flags.length > 0 ? none : [{ kind: 'protocol', negated: false, protocols: [match.protocol] }];
  const ports = portAlternatives(match, match.protocol);
  if (protocol === none && flags === none) return ports;
  return ports.map((each) => concat(concat(protocol, each), flags));
}

function portAlternatives(match: ProtocolMatch, protocol: number | 'any'): readonly Matches[] {
  if (match.either) return [portMatch('dport', match.dports, protocol), portMatch('sport', match.dports, protocol)];
  return [concat(portMatch('dport', match.dports, protocol), portMatch('sport', match.sports, protocol))];
}

function portMatch(field: 'sport' | 'dport', ports: PortMatch | undefined, protocol: number | 'any'): Matches {
  if (!ports) return none;
  const set = ports.set && Object.values(ports.set.of)[0];
  if (set !== undefined) return [{ kind: 'set', set, negated: ports.negated, key: [{ field }] }];
  return [{ kind: 'port', field, protocol, negated: ports.negated, ranges: joinNumbers(ports.ranges) }];
}
