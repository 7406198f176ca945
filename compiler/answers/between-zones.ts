/** Packets from one zone to another, as they are sent and as the filter sees them. */
import { type Node, never } from '../analyze/diagram.ts';
import type { Way } from '../analyze/hooks.ts';
import { extentOf } from '../ir/matches/index.ts';
import type { Match } from '../ir/ruleset.ts';
import type { Traffic } from '../model/traffic.ts';
import type { Zone, ZonePair } from '../model/zone.ts';
import { targetOf } from './classes.ts';
import type { Analysis } from './firewall.ts';
import { ordinaryPackets } from './ordinary.ts';
import { packetsOfZoneAlone } from './zones.ts';

/** The ways from a zone to another. */
export function waysOf(source: Zone, dest: Zone): readonly Way[] {
  if (source.kind === 'firewall') return dest.kind === 'firewall' ? ['loopback'] : ['output', 'rerouted'];
  return dest.kind === 'firewall' ? ['input'] : ['forward'];
}

/** The ordinary packets that a zone sends, but for what the line itself gives. */
export function sentPackets({ source, dest, originalDest, protocols }: Traffic, zone: Zone, analysis: Analysis): Node {
  const { space } = analysis;
  const { diagrams } = space;
  const isGiven = (hosts: Traffic['source']) => (hosts?.ranges?.length ?? 0) > 0;
  const ordinary = ordinaryPackets(space, {
    state: 'new',
    source: isGiven(source),
    destination: isGiven(dest) || isGiven(originalDest),
    sourcePort: protocols.some(({ sports }) => sports !== undefined),
    icmpType: protocols.some(({ icmp }) => icmp !== undefined),
    protocol: protocols.length > 0,
  });
  const fromFirewall = zone.kind === 'firewall';
  const kind = space.having({ field: 'saddrType', words: [fromFirewall ? 'local' : 'unicast'] });
  const packets = diagrams.and(diagrams.and(ordinary, kind), packetsOfZoneAlone(zone, 'source', analysis));
  return fromFirewall ? packets : diagrams.and(packets, diagrams.and(space.lacking('user'), space.lacking('group')));
}

/** A pair of zones, and what is asked of packets between them. */
export interface AskedOfPair {
  readonly pair: ZonePair;
  readonly dest: Zone;
  readonly way: Way;
  readonly matches: readonly (readonly Match[])[];
}

/** The packets of the line as the filter sees them. */
export function packetsFor(
  { pair, dest, way, matches }: AskedOfPair,
  analysis: Analysis,
): (dnat: string | undefined) => Node {
  const { space, paths, lines } = analysis;
  const { diagrams } = space;
  const { sets } = paths.functions;
  const asked = matches.reduce<Node>((all, list) => {
    const one = list.reduce<Node>(
      (node, match) => diagrams.and(node, space.inExtent(extentOf(match, sets), 'assertion')),
      1,
    );
    return diagrams.or(all, one);
  }, never);
  const isLocal = way === 'input' || way === 'loopback';
  const onLoopback = space.having({ field: 'oifname', patterns: [{ name: 'lo', wildcard: false }] });
  const receiver = isLocal ? (way === 'loopback' ? onLoopback : 1) : packetsOfZoneAlone(dest, 'dest', analysis);
  return (dnat) => {
    if (dnat === undefined) {
      if (way === 'rerouted') return never;
      const kind = space.having({ field: 'daddrType', words: [isLocal ? 'local' : 'unicast'] });
      return diagrams.and(diagrams.and(asked, kind), receiver);
    }
    const meaning = lines.translations.get(dnat);
    const target = targetOf(meaning?.by, analysis);
    const local = target.local || meaning?.statement.kind === 'redirect';
    if (local !== isLocal || (target.zones && !target.zones.includes(pair.dest))) return never;
    return diagrams.and(asked, way === 'output' || way === 'rerouted' ? 1 : receiver);
  };
}
