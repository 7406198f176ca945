/** Are two firewalls the same? Both judge packets that are chosen from both configurations. */

import { type EvaluateOptions, evaluate } from '../../compiler/ir/evaluate.ts';
import type { Connection, Judgement, Packet, Network as Routes } from '../../compiler/ir/packet.ts';
import type { RejectWith, Ruleset } from '../../compiler/ir/ruleset.ts';
import type { Model } from '../../compiler/model/index.ts';
import { printAddress } from '../../compiler/net/address.ts';
import type { Version } from '../../compiler/net/version.ts';
import { placeIn } from '../apply/judge.ts';
import { namedAddresses } from './named-addresses.ts';
import { withNamedNetworks } from './named-networks.ts';
import { choose, probesFor } from './probes.ts';
import { routesOf } from './routes.ts';
import { topologyOf } from './topology.ts';

/** A configuration, and the tables that it became. */
export interface Firewall {
  readonly model: Model;
  readonly running: Ruleset;
  readonly stopped: Ruleset;
}

/** A packet that two firewalls judge differently, in words. */
export interface Difference {
  readonly packet: string;
  readonly before: string;
  readonly after: string;
}

export interface Comparison {
  /** How many different packets both have judged. */
  readonly packets: number;
  /** The first of each kind of difference. */
  readonly differences: readonly Difference[];
}

/** Packets for each of the two configurations, and a seed for those at random: the same call asks the same packets. */
const packetsEach = 400;
/** Of so many packets that rules name those are taken that meet the most rules. */
const mostNamed = 2000;
const seed = 528;
const mostDifferences = 5;

/** Each packet is asked about in another state too, whose turn it is. */
const otherStates: readonly Connection[] = [
  { state: 'related' },
  { state: 'related', masterHelper: 'ftp' },
  { state: 'invalid' },
  { state: 'untracked' },
  { state: 'established' },
];

/** What has a memory is asked twice: as when nothing came for long, and as when all limits are used up. */
const memories: readonly EvaluateOptions[] = [{}, { remembers: (match) => 'over' in match && Boolean(match.over) }];

/** Compares what becomes of packets of one IP version while the firewalls run and when they are stopped. */
export function compareFirewalls(before: Firewall, after: Firewall, version: Version): Comparison {
  const networks = withNamedNetworks(topologyOf(before.model, [version]), before.model, version);
  const routes = routesOf(networks);
  const chosen = [before, after].flatMap(({ model, running }) => {
    const { named, ...others } = probesFor(model, networks, routes, packetsEach, seed, version);
    return choose({ ...others, named: named.slice(0, mostNamed) }, packetsEach, (packet) =>
      evaluate(running, packet, routes).trace.map((step) => `${step.chain} ${step.rule}`),
    );
  });
  const packets = chosen.flatMap((packet, index) => {
    const connection = otherStates[index % otherStates.length] ?? packet.connection;
    return [packet, { ...packet, connection }];
  });
  packets.push(...[before, after].flatMap(({ model }) => stoppedProbes(model, chosen, routes)));
  const differences = new Map<string, Difference>();
  for (const packet of packets) {
    for (const state of ['running', 'stopped'] as const) {
      for (const memory of memories) {
        const found = differenceOf(before[state], after[state], packet, routes, memory);
        if (found && differences.size < mostDifferences) differences.set(`${found.before} ${found.after}`, found);
      }
    }
  }
  return { packets: packets.length, differences: [...differences.values()] };
}

/** Packets from and to the hosts of `stoppedrules`, made of others. */
function stoppedProbes({ stopped }: Model, packets: readonly Packet[], routes: Routes): readonly Packet[] {
  const toUs = packets.filter(({ version, daddr }) => routes.addressType(version, daddr) === 'local');
  const others = [...toUs.slice(0, 4), ...packets.slice(0, 8)];
  return stopped.flatMap(({ source, dest }) => [
    ...namedAddresses(source.hosts).flatMap(({ version, first }) => {
      const iif = routes.route(version, first);
      if (iif === undefined || iif === 'local') return [];
      return others.filter((each) => each.version === version).map((each) => ({ ...each, iif, saddr: first }));
    }),
    ...namedAddresses(dest.hosts).flatMap(({ version, first }) =>
      others.filter((each) => each.version === version).map((each) => ({ ...each, daddr: first })),
    ),
  ]);
}

function differenceOf(
  before: Ruleset,
  after: Ruleset,
  packet: Packet,
  routes: Routes,
  memory: EvaluateOptions,
): Difference | undefined {
  const [first, second] = [before, after].map((ruleset) => ({
    ruleset,
    judgement: evaluate(ruleset, packet, routes, memory),
  }));
  if (!first || !second) return undefined;
  const [was, is] = [first, second].map(({ judgement }) => fateOf(judgement, packet.version));
  if (was === is) return undefined;
  const [told, tells] = [first, second].map(
    ({ ruleset, judgement }) => `${fateOf(judgement, packet.version)} (${placeIn(ruleset, judgement)})`,
  );
  return { packet: describePacket(packet), before: told ?? '', after: tells ?? '' };
}

/** Verdict and answer, the way the packet leaves, its helper, and what is logged. */
function fateOf({ verdict, reject, leaves, helper, logged }: Judgement, version: Version): string {
  const answer = reject ? ` by ${answerOf(reject, version)}` : '';
  const ports = [leaves.sport, leaves.dport].map((port) => (port === undefined ? '' : `:${port}`));
  const way =
    verdict === 'accept'
      ? ` as ${printAddress(version, leaves.saddr)}${ports[0]} → ${printAddress(version, leaves.daddr)}${ports[1]} ${leaves.oif ?? ''}`.trimEnd()
      : '';
  return [`${verdict}${answer}${way}`, helper && `helper ${helper}`, ...logged.map((line) => `logged ${line}`)]
    .filter(Boolean)
    .join(', ');
}

/** A table for both IP versions names some answers otherwise (nft(8), REJECT STATEMENT). */
const ofBoth = {
  'port-unreachable': { 4: 'port-unreachable', 6: 'port-unreachable' },
  'admin-prohibited': { 4: 'admin-prohibited', 6: 'admin-prohibited' },
  'no-route': { 4: 'net-unreachable', 6: 'no-route' },
  'host-unreachable': { 4: 'host-unreachable', 6: 'addr-unreachable' },
} as const;

function answerOf(reject: RejectWith, version: Version): string {
  if (reject.kind === 'tcp-reset') return reject.kind;
  return reject.kind === 'icmpx' ? ofBoth[reject.type][version] : reject.type;
}

/** A packet as one line. */
export function describePacket(packet: Packet): string {
  const { version, iif = 'fw', saddr, sport = '', daddr, dport = '', protocol, icmp, connection } = packet;
  return `${iif} ${printAddress(version, saddr)}:${sport} → ${printAddress(version, daddr)}:${dport} proto ${protocol}${icmp ? ` type ${icmp.type}` : ''} ${connection.state}`;
}
