/** Two firewalls in one space of packets: where they differ, between which zones, and how that is told. */
import { type Node, never } from '../../analyze/diagram.ts';
import type { Way } from '../../analyze/hooks.ts';
import { Leaves } from '../../analyze/outcome.ts';
import type { Decision } from '../../analyze/path.ts';
import type { Field, FieldValues } from '../../ir/fields.ts';
import { stateOrder } from '../../ir/matches/connection.ts';
import { sizeOf } from '../boxes.ts';
import { targetOf } from '../classes.ts';
import { describePackets, type PacketsText } from '../describe.ts';
import { type Analysis, analyse, type Firewall } from '../firewall.ts';
import { flagsOfTracked, ordinaryFacts, ordinaryPackets, ordinaryValues, possiblePackets } from '../ordinary.ts';
import { type ExamplePacket, exampleOf } from '../sample.ts';
import { packetsOfZoneAlone } from '../zones.ts';

/** What becomes of packets, and by which line. */
export interface Outcome {
  readonly verdict: 'accept' | 'drop' | 'reject' | 'depends';
  readonly line: string | null;
  readonly by: string;
  readonly dnat?: string;
  readonly snat?: string;
}

/** Packets between two zones that fare otherwise than before. */
export interface Change {
  readonly from: string;
  readonly to: string;
  readonly before: Outcome;
  readonly after: Outcome;
  readonly packets: readonly PacketsText[];
  /** Whether `packets` are all of them. */
  readonly allPackets: boolean;
  /** How many there are: combinations of addresses, protocol and ports; a rough figure. */
  readonly size: number;
  /** One of them. */
  readonly witness: ExamplePacket;
}

export const ways: readonly Way[] = ['forward', 'input', 'output', 'loopback', 'rerouted'];

export interface Pair {
  readonly old: Decision;
  readonly new: Decision;
}

/** Two firewalls in one space. */
export interface Comparison {
  readonly old: Analysis;
  readonly new: Analysis;
  readonly pairs: Leaves<Pair>;
  /** Verdicts are those of rules, not what a line means by all of its rules. */
  readonly literal: boolean;
  /** The packets that there can be: nothing is told of others. */
  readonly possible?: Node;
}

/** What a comparison looks at. */
export interface ComparisonOptions {
  /** What else than verdicts is told apart. */
  readonly effects: 'none' | 'all';
  readonly also?: readonly FieldValues[];
  /** How many nodes the diagrams may have. */
  readonly budget?: number;
  /** One of the two is the listing of a machine: nothing is compared but what becomes of packets, whatever says so. */
  readonly listing?: true;
}

/** Puts two firewalls into one space. Of a change of the configuration rates of another size are no difference. */
export function comparisonOf(before: Firewall, after: Firewall, options: ComparisonOptions): Comparison {
  const { effects, also = [], budget, listing = false } = options;
  const facts = ordinaryFacts('new').flatMap((known) => ('other' in known ? [] : [known]));
  const [old, young] = analyse([before, after], {
    also: [...ordinaryValues(), flagsOfTracked(), ...facts, ...also],
    effects,
    ...(listing ? { listing } : { anyRate: true }),
    ...(budget !== undefined && { budget }),
  });
  if (!old || !young) throw new RangeError('no firewalls');
  return { old, new: young, pairs: new Leaves<Pair>(old.space.diagrams), literal: listing };
}

/** Where two firewalls do not do the same to packets on a way, as leaves of pairs. */
export function differenceOn(way: Way, comparison: Comparison, differs: (pair: Pair) => boolean): Node {
  const { old, new: young, pairs, literal } = comparison;
  const { diagrams } = old.space;
  const [before, after] = [old.paths.of(way), young.paths.of(way)];
  const words = literal ? literalOf : meantBy;
  const [oldWords, newWords] = [words(before, old), words(after, young)];
  const joined = diagrams.combine(
    before,
    after,
    (a, b) => {
      if (a === b || a === 0 || b === 0) return never;
      const pair = { old: oldWords(a), new: newWords(b) };
      return differs(pair) ? pairs.leaf(pair) : never;
    },
    never,
  );
  const there = packetsOn(way, old);
  return diagrams.ifElse(literal ? there : diagrams.minus(there, helpedByOne(comparison)), joined, never);
}

/**
 * Packets of connections that a helper announces which only one of the two attaches: with the other there are none. That
 * lines no longer attach it, or do so now, is told by itself.
 */
function helpedByOne({ old, new: young }: Pick<Comparison, 'old' | 'new'>): Node {
  const [before, after] = [old, young].map(({ firewall }) => firewall.ruleset.helpers.map(({ type }) => type));
  const words = [...(before ?? []), ...(after ?? [])].filter(
    (type) => !(before?.includes(type) && after?.includes(type)),
  );
  return words.length === 0 ? never : old.space.having({ field: 'masterHelper', words });
}

/**
 * What a line means by its verdict: one that rejects drops what cannot be answered, as IGMP and what a broadcast address
 * seems to send, and is one line that rejects all the same.
 */
function meantBy(node: Node, { space, paths }: Analysis): (value: number) => Decision {
  const all = [...space.diagrams.answers(node)].filter((value) => value > 0).map((value) => paths.decisions.of(value));
  const rejecting = new Set(all.filter(({ verdict }) => verdict === 'reject').map(({ by }) => by));
  return (value) => {
    const decision = paths.decisions.of(value);
    return decision.verdict === 'drop' && rejecting.has(decision.by) ? { ...decision, verdict: 'reject' } : decision;
  };
}

function literalOf(_node: Node, { paths }: Analysis): (value: number) => Decision {
  return (value) => paths.decisions.of(value);
}

/** Whether a packet fares otherwise: by its verdict, or where it is sent and from whom it seems to come. */
export function isChange({ old, new: young }: Pair): boolean {
  if (old.verdict !== young.verdict) return true;
  return old.verdict === 'accept' && (old.dnat?.to !== young.dnat?.to || old.snat?.to !== young.snat?.to);
}

/** The packets that can be on a way. */
export function packetsOn(way: Way, { space }: Analysis): Node {
  const { diagrams } = space;
  const none = [{ name: '', wildcard: false }];
  const [arrived, leaves] = [
    diagrams.not(space.having({ field: 'iifname', patterns: none })),
    diagrams.not(space.having({ field: 'oifname', patterns: none })),
  ];
  const onLoopback = space.having({ field: 'oifname', patterns: [{ name: 'lo', wildcard: false }] });
  const byWay: Readonly<Record<Way, Node>> = {
    forward: diagrams.and(arrived, leaves),
    input: arrived,
    output: diagrams.minus(leaves, onLoopback),
    loopback: onLoopback,
    rerouted: diagrams.minus(leaves, onLoopback),
  };
  const states = space.having({ field: 'state', words: stateOrder });
  return diagrams.and(byWay[way], diagrams.and(states, possiblePackets(space)));
}

export function pairsIn(node: Node, { old, pairs }: Comparison): readonly (readonly [Pair, Node])[] {
  const { diagrams } = old.space;
  return [...diagrams.answers(node)]
    .filter((value) => value > 0)
    .map((value) => [pairs.of(value), diagrams.where(node, (each) => each === value)] as const);
}

export interface BetweenZones {
  readonly from: string;
  readonly to: string;
  readonly packets: Node;
}

/** What is in no zone of the new configuration. */
const outside = '-';

export function byZones(node: Node, way: Way, pair: Pair, comparison: Comparison): readonly BetweenZones[] {
  const { diagrams } = comparison.new.space;
  return zoneParts('source', way, node, comparison)
    .flatMap(({ zone: from, packets }) =>
      receivers(way, packets, pair, comparison).map(({ zone: to, packets: both }) => ({ from, to, packets: both })),
    )
    .filter(({ packets }) => packets !== never && diagrams.valueOf(packets) !== 0);
}

interface ZonePart {
  readonly zone: string;
  readonly packets: Node;
}

/** Of translated packets the zone that the line names, else that of the interface and address. */
function receivers(way: Way, node: Node, pair: Pair, comparison: Comparison): readonly ZonePart[] {
  const side =
    pair.new.verdict === 'accept' || !pair.old.dnat
      ? ([pair.new, comparison.new] as const)
      : ([pair.old, comparison.old] as const);
  const [{ dnat }, analysis] = side;
  const zones = dnat && targetOf(dnat.by, analysis).zones;
  const [zone] = zones ?? [];
  if (zone !== undefined && zones?.every((each) => each === zone)) return [{ zone, packets: node }];
  return zoneParts('dest', way, node, comparison);
}

function zoneParts(side: 'source' | 'dest', way: Way, node: Node, comparison: Comparison): readonly ZonePart[] {
  const { firewall, space } = comparison.new;
  const isFirewall =
    side === 'source'
      ? way === 'output' || way === 'loopback' || way === 'rerouted'
      : way === 'input' || way === 'loopback';
  if (isFirewall) return [{ zone: firewall.model.firewall, packets: node }];
  let rest = node;
  const parts: ZonePart[] = [];
  for (const zone of firewall.model.zones) {
    if (rest === never || zone.kind === 'firewall') continue;
    const packets = space.diagrams.and(rest, zonePackets(zone.name, side, comparison));
    if (packets === never) continue;
    parts.push({ zone: zone.name, packets });
    rest = space.diagrams.minus(rest, packets);
  }
  return rest === never ? parts : [...parts, { zone: outside, packets: rest }];
}

const known = new WeakMap<Comparison, Map<string, Node>>();

export function zonePackets(name: string, side: 'source' | 'dest', comparison: Comparison): Node {
  const cache = known.get(comparison) ?? new Map<string, Node>();
  known.set(comparison, cache);
  const key = `${side} ${name}`;
  const before = cache.get(key);
  if (before !== undefined) return before;
  const zone = comparison.new.firewall.model.zones.find((each) => each.name === name);
  const packets = zone ? packetsOfZoneAlone(zone, side, comparison.new) : never;
  cache.set(key, packets);
  return packets;
}

export function outcomeOf({ verdict, by, dnat, snat }: Decision, { lines }: Analysis): Outcome {
  const { line, text } = lines.of(by);
  return {
    verdict: verdict === 'queue' || verdict === 'unknown' ? 'depends' : verdict,
    line: line ?? null,
    by: text,
    ...(dnat && { dnat: dnat.to }),
    ...(snat && { snat: snat.to }),
  };
}

/** Changes by their zones and the lines that decide, with all the packets of each. */
export class ChangeGroups {
  readonly #comparison: Comparison;
  readonly #groups = new Map<string, { readonly change: NamedChange; readonly way: Way; node: Node }>();

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
  }

  /** Adds packets of a way that fare as a pair says. */
  add(way: Way, pair: Pair, node: Node): void {
    const { old, new: young } = this.#comparison;
    for (const { from, to, packets } of byZones(node, way, pair, this.#comparison)) {
      const change = { from, to, before: outcomeOf(pair.old, old), after: outcomeOf(pair.new, young) };
      const key = JSON.stringify(change);
      const group = this.#groups.get(key);
      if (group) group.node = old.space.diagrams.or(group.node, packets);
      else this.#groups.set(key, { change, way, node: packets });
    }
  }

  /** The changes, each with the set of its packets. */
  changes(): readonly { readonly change: Change; readonly node: Node }[] {
    return [...this.#groups.values()].map(({ change, way, node }) => ({
      change: described(change, way, node, this.#comparison),
      node,
    }));
  }
}

type NamedChange = Pick<Change, 'from' | 'to' | 'before' | 'after'>;

/** Of what differs the ordinary first packets, if there are any among them. */
function described(change: NamedChange, way: Way, node: Node, comparison: Comparison): Change {
  const { space } = comparison.new;
  const ordinary = space.diagrams.and(node, ordinaryOn(way, comparison));
  const shown = ordinary === never ? node : ordinary;
  const { possible } = comparison;
  const told = possible === undefined ? shown : space.diagrams.simplified(shown, possible);
  const { packets, all } = describePackets(space, forgetFacts(told, comparison));
  const fromFirewall = way === 'output' || way === 'loopback' || way === 'rerouted';
  const witness = exampleOf(space, shown, fromFirewall);
  return { ...change, packets, allPackets: all, size: sizeOf(space, shown), witness };
}

/** The ordinary first packets on a way: those that the firewall sends have an address of its own. */
export function ordinaryOn(way: Way, comparison: Comparison): Node {
  const { space } = comparison.new;
  const isOwn = way === 'output' || way === 'loopback' || way === 'rerouted';
  const source = space.having({ field: 'saddrType', words: [isOwn ? 'local' : 'unicast'] });
  return space.diagrams.and(ordinaryFirst(comparison), source);
}

const ordinaries = new WeakMap<Comparison, Node>();

function ordinaryFirst(comparison: Comparison): Node {
  const before = ordinaries.get(comparison);
  if (before !== undefined) return before;
  const { space } = comparison.new;
  const { diagrams } = space;
  const given = {
    state: 'new',
    source: false,
    destination: false,
    sourcePort: false,
    icmpType: false,
    protocol: false,
  } as const;
  const isTcp = space.having({ field: 'protocol', ranges: [{ first: 6, last: 6 }] });
  let packets = ordinaryPackets(space, given);
  for (const fact of ordinaryFacts('new')) {
    if ('other' in fact) continue;
    const has = space.having(fact);
    packets = diagrams.and(packets, fact.field === 'tcpFlags' ? diagrams.or(diagrams.not(isTcp), has) : has);
  }
  ordinaries.set(comparison, packets);
  return packets;
}

/** What every ordinary packet has is not worth a word: the flags of a SYN and the like are left out of descriptions. */
export function forgetFacts(node: Node, { new: { space } }: Comparison): Node {
  const fields = new Set<Field>([...ordinaryFacts('new').map(({ field }) => field), 'saddrType']);
  const axes = space.axes.filter(({ field }) => fields.has(field));
  return space.diagrams.exists(node, (level) =>
    axes.some((axis) => level >= axis.level && level < axis.level + axis.bits),
  );
}
