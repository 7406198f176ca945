/** What a change of the configuration opens and closes, for all packets: by the old line and the new one. */
import { type Node, never, TooLarge } from '../analyze/diagram.ts';
import type { Way } from '../analyze/hooks.ts';
import { Leaves } from '../analyze/outcome.ts';
import type { Decision } from '../analyze/path.ts';
import type { Field, FieldValues } from '../ir/fields.ts';
import { stateOrder } from '../ir/matches/connection.ts';
import { sizeOf } from './boxes.ts';
import { packetsOfQuestion, targetOf } from './classes.ts';
import { describePackets, type PacketsText } from './describe.ts';
import { type Analysis, analyse, type Firewall } from './firewall.ts';
import { onlyWhatDiffers } from './only-what-differs.ts';
import { ordinaryFacts, ordinaryPackets, ordinaryValues, possiblePackets } from './ordinary.ts';
import { type Question, valuesInQuestion } from './question.ts';
import { type ExamplePacket, exampleOf } from './sample.ts';
import { packetsOfZoneAlone, valuesOfZones } from './zones.ts';

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

/** A change of what is done besides: log lines, helpers, marks, rates. */
export interface OtherChange {
  readonly from: string;
  readonly to: string;
  readonly line: string | null;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** All that differs, or that it could not be decided. */
export type Difference =
  | { readonly kind: 'compared'; readonly changes: readonly Change[]; readonly others: readonly OtherChange[] }
  | { readonly kind: 'undecided'; readonly reason: string };

/** Compares two firewalls. `budget`: how many nodes the diagrams may have. */
export function compare(before: Firewall, after: Firewall, budget?: number): Difference {
  try {
    const zones = [before, after].flatMap(valuesOfZones);
    const [old, young] = onlyWhatDiffers(before, after);
    return { kind: 'compared', ...differencesIn(comparisonOf(old, young, 'all', budget, zones)) };
  } catch (error) {
    if (error instanceof TooLarge)
      return { kind: 'undecided', reason: 'the rules have too many different cases for the memory that is set aside' };
    throw error;
  }
}

const ways: readonly Way[] = ['forward', 'input', 'output', 'loopback', 'rerouted'];

interface Pair {
  readonly old: Decision;
  readonly new: Decision;
}

/** Two firewalls in one space. */
interface Comparison {
  readonly old: Analysis;
  readonly new: Analysis;
  readonly pairs: Leaves<Pair>;
}

function comparisonOf(
  before: Firewall,
  after: Firewall,
  effects: 'none' | 'all',
  budget?: number,
  also: readonly FieldValues[] = [],
): Comparison {
  const facts = ordinaryFacts('new').flatMap((known) => ('other' in known ? [] : [known]));
  const options = { also: [...ordinaryValues(), ...facts, ...also], effects, anyRate: true };
  const [old, young] = analyse([before, after], { ...options, ...(budget !== undefined && { budget }) });
  if (!old || !young) throw new RangeError('no firewalls');
  return { old, new: young, pairs: new Leaves<Pair>(old.space.diagrams) };
}

/** What differs on each way, apart by whether packets fare otherwise or only more, or less, is done with them. */
function differencesIn(comparison: Comparison): Pick<Extract<Difference, { kind: 'compared' }>, 'changes' | 'others'> {
  const differing = ways.map((way) => ({
    way,
    pairs: pairsIn(
      differenceOn(way, comparison, (pair) => isChange(pair) || isOther(pair)),
      comparison,
    ),
  }));
  const only = (wanted: (pair: Pair) => boolean) =>
    differing.map(({ way, pairs }) => ({ way, pairs: pairs.filter(([pair]) => wanted(pair)) }));
  return {
    changes: changesOf(only(isChange), comparison),
    others: othersOf(
      only((pair) => !isChange(pair)),
      comparison,
    ),
  };
}

/** Pairs of what two firewalls do on a way, each with its packets. */
interface OnWay {
  readonly way: Way;
  readonly pairs: readonly (readonly [Pair, Node])[];
}

function changesOf(differing: readonly OnWay[], comparison: Comparison): readonly Change[] {
  const groups = new Map<
    string,
    { readonly change: Omit<Change, 'packets' | 'allPackets' | 'size' | 'witness'>; readonly way: Way; node: Node }
  >();
  for (const { way, pairs } of differing) {
    for (const [pair, node] of pairs) {
      for (const { from, to, packets } of byZones(node, way, pair, comparison)) {
        const change = {
          from,
          to,
          before: outcomeOf(pair.old, comparison.old),
          after: outcomeOf(pair.new, comparison.new),
        };
        const key = JSON.stringify(change);
        const group = groups.get(key);
        if (group) group.node = comparison.old.space.diagrams.or(group.node, packets);
        else groups.set(key, { change, way, node: packets });
      }
    }
  }
  return [...groups.values()].map(({ change, way, node }) => described(change, way, node, comparison));
}

/** Where two firewalls do not do the same to packets on a way, as leaves of pairs. */
function differenceOn(way: Way, { old, new: young, pairs }: Comparison, differs: (pair: Pair) => boolean): Node {
  const { diagrams } = old.space;
  const [before, after] = [old.paths.of(way), young.paths.of(way)];
  const [oldWords, newWords] = [meantBy(before, old), meantBy(after, young)];
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
  return diagrams.ifElse(packetsOn(way, old), joined, never);
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

function isChange({ old, new: young }: Pair): boolean {
  if (old.verdict !== young.verdict) return true;
  return old.verdict === 'accept' && (old.dnat?.to !== young.dnat?.to || old.snat?.to !== young.snat?.to);
}

/** The packets that can be on a way. */
function packetsOn(way: Way, { space }: Analysis): Node {
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

function pairsIn(node: Node, { old, pairs }: Comparison): readonly (readonly [Pair, Node])[] {
  const { diagrams } = old.space;
  return [...diagrams.answers(node)]
    .filter((value) => value > 0)
    .map((value) => [pairs.of(value), diagrams.where(node, (each) => each === value)] as const);
}

interface BetweenZones {
  readonly from: string;
  readonly to: string;
  readonly packets: Node;
}

/** What is in no zone of the new configuration. */
const outside = '-';

function byZones(node: Node, way: Way, pair: Pair, comparison: Comparison): readonly BetweenZones[] {
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

function zonePackets(name: string, side: 'source' | 'dest', comparison: Comparison): Node {
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

function outcomeOf({ verdict, by, dnat, snat }: Decision, { lines }: Analysis): Outcome {
  const { line, text } = lines.of(by);
  return {
    verdict: verdict === 'queue' || verdict === 'unknown' ? 'depends' : verdict,
    line: line ?? null,
    by: text,
    ...(dnat && { dnat: dnat.to }),
    ...(snat && { snat: snat.to }),
  };
}

/** Of what differs the ordinary first packets, if there are any among them. */
function described(
  change: Omit<Change, 'packets' | 'allPackets' | 'size' | 'witness'>,
  way: Way,
  node: Node,
  comparison: Comparison,
): Change {
  const { space } = comparison.new;
  const ordinary = space.diagrams.and(node, ordinaryOn(way, comparison));
  const shown = ordinary === never ? node : ordinary;
  const { packets, all } = describePackets(space, forgetFacts(shown, comparison));
  const fromFirewall = way === 'output' || way === 'loopback' || way === 'rerouted';
  const witness = exampleOf(space, shown, fromFirewall);
  return { ...change, packets, allPackets: all, size: sizeOf(space, shown), witness };
}

/** The ordinary first packets on a way: those that the firewall sends have an address of its own. */
function ordinaryOn(way: Way, comparison: Comparison): Node {
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
function forgetFacts(node: Node, { new: { space } }: Comparison): Node {
  const fields = new Set<Field>([...ordinaryFacts('new').map(({ field }) => field), 'saddrType']);
  const axes = space.axes.filter(({ field }) => fields.has(field));
  return space.diagrams.exists(node, (level) =>
    axes.some((axis) => level >= axis.level && level < axis.level + axis.bits),
  );
}

function othersOf(differing: readonly OnWay[], comparison: Comparison): readonly OtherChange[] {
  const found = new Map<
    string,
    { readonly between: Pick<OtherChange, 'from' | 'to' | 'line'>; before: Set<string>; after: Set<string> }
  >();
  for (const { way, pairs } of differing) {
    for (const [pair, node] of pairs) {
      for (const { from, to } of byZones(node, way, pair, comparison)) {
        const between = { from, to, line: outcomeOf(pair.new, comparison.new).line };
        const key = JSON.stringify(between);
        const group = found.get(key) ?? { between, before: new Set(), after: new Set() };
        for (const effect of effectsOf(pair.old)) group.before.add(effect);
        for (const effect of effectsOf(pair.new)) group.after.add(effect);
        found.set(key, group);
      }
    }
  }
  return [...found.values()].map(({ between, before: old, after: young }) => ({
    ...between,
    before: [...old].filter((effect) => !young.has(effect)),
    after: [...young].filter((effect) => !old.has(effect)),
  }));
}

function isOther({ old, new: young }: Pair): boolean {
  return (
    effectsOf(old).join('\n') !== effectsOf(young).join('\n') ||
    JSON.stringify(old.reject) !== JSON.stringify(young.reject)
  );
}

function effectsOf({ effects, reject }: Decision): readonly string[] {
  return [...new Set([...effects, ...(reject ? [`reject ${'type' in reject ? reject.type : reject.kind}`] : [])])];
}

/** What a change was meant to open, compared with what it opens. */
export interface IntentResult {
  readonly holds: boolean;
  /** Packets that were meant to be accepted, and are not. */
  readonly missing: readonly PacketsText[];
  /** Packets that are accepted now, were not before, and were not meant. */
  readonly beyond: readonly PacketsText[];
}

/** Compares what a change opens with what some questions mean together. */
export function intentOf(before: Firewall, after: Firewall, meant: readonly Question[]): IntentResult {
  const values = meant.flatMap(valuesInQuestion);
  const comparison = comparisonOf(before, after, 'none', undefined, values);
  const { space } = comparison.new;
  const { diagrams } = space;
  let [missing, beyond] = [never, never];
  for (const way of ways) {
    const isLocal = way === 'input' || way === 'loopback';
    const kind = space.having({ field: 'daddrType', words: [isLocal ? 'local' : 'unicast'] });
    const usual = diagrams.and(diagrams.and(packetsOn(way, comparison.new), ordinaryOn(way, comparison)), kind);
    const wanted = diagrams.and(usual, meantOn(way, meant, comparison));
    const [old, now] = [acceptedOn(way, comparison.old), acceptedOn(way, comparison.new)];
    missing = diagrams.or(missing, diagrams.minus(wanted, now));
    beyond = diagrams.or(beyond, diagrams.minus(diagrams.and(usual, diagrams.minus(now, old)), wanted));
  }
  const text = (node: Node) => describePackets(space, forgetFacts(node, comparison)).packets;
  return { holds: missing === never && beyond === never, missing: text(missing), beyond: text(beyond) };
}

function acceptedOn(way: Way, { space, paths }: Analysis): Node {
  return space.diagrams.where(paths.of(way), (value) => value > 0 && paths.decisions.of(value).verdict === 'accept');
}

/** The packets of questions that take a way. */
function meantOn(way: Way, meant: readonly Question[], comparison: Comparison): Node {
  const { space, firewall } = comparison.new;
  return meant.reduce<Node>((all, question) => {
    const fromFirewall = question.from.zone.name === firewall.model.firewall;
    const toFirewall = question.to.zone.name === firewall.model.firewall;
    const taken: Way = fromFirewall ? (toFirewall ? 'loopback' : 'output') : toFirewall ? 'input' : 'forward';
    if (taken !== way) return all;
    const sent = packetsOfQuestion(question, comparison.new);
    const receiver = toFirewall ? 1 : zonePackets(question.to.zone.name, 'dest', comparison);
    return space.diagrams.or(all, space.diagrams.and(sent, receiver));
  }, never);
}
