/** The answers to a question for all of its packets: classes of those that fare the same. */
import { type Node, never } from '../analyze/diagram.ts';
import type { Way } from '../analyze/hooks.ts';
import { Parts } from '../analyze/parts.ts';
import type { Decision, Filtered } from '../analyze/path.ts';
import type { Statement } from '../ir/ruleset.ts';
import type { Rule, RuleAction } from '../model/rule.ts';
import type { Zone } from '../model/zone.ts';
import { printRange } from '../net/address.ts';
import type { AddressRange } from '../net/ranges.ts';
import { type Analysis, type AnalysisOptions, analyse, type Firewall } from './firewall.ts';
import type { Lines } from './lines.ts';
import { ordinaryFacts, ordinaryPackets, ordinaryValues } from './ordinary.ts';
import { type End, type Question, valuesInQuestion } from './question.ts';
import { packetsOf, packetsOfZoneAlone } from './zones.ts';

/** Packets of a question that fare the same. */
export interface PacketClass {
  readonly way: Way;
  /** What becomes of them; when it depends on what no packet tells, what becomes of those for which all of it holds. */
  readonly decision: Decision;
  /** All that can become of them: one, unless it depends. */
  readonly possible: readonly Decision[];
  readonly dependsOn: readonly string[];
  /** Whether they fare so only where it holds, and else as another class says. */
  readonly otherwise: boolean;
  readonly packets: Node;
}

/** Makes ready to answer a question. */
export function analysisFor(question: Question, firewall: Firewall, budget?: number): Analysis {
  const fromFirewall = question.from.zone.kind === 'firewall';
  const options: AnalysisOptions = {
    known: [
      ...ordinaryFacts(question.state),
      { field: 'saddrType', words: [fromFirewall ? 'local' : 'unicast'] },
      ...(fromFirewall
        ? []
        : [
            { field: 'user' as const, other: true as const },
            { field: 'group' as const, other: true as const },
          ]),
    ],
    also: [...ordinaryValues(), ...valuesInQuestion(question)],
    ...(budget !== undefined && { budget }),
  };
  const [analysis] = analyse([firewall], options);
  if (!analysis) throw new RangeError('no firewall');
  return analysis;
}

/** The classes of a question's packets. */
export function classesOf(question: Question, analysis: Analysis): readonly PacketClass[] {
  const { space, paths } = analysis;
  const asked = packetsOfQuestion(question, analysis);
  const classes: PacketClass[] = [];
  for (const way of waysFrom(question.from.zone)) {
    const where = destinations(question, way, analysis);
    if (where === undefined) continue;
    const node = space.diagrams.ifElse(asked, paths.of(way, where), never);
    classes.push(...classesIn(node, way, analysis));
  }
  return classes;
}

/** For each way what becomes of a question's packets: decisions, and 0 where the question is not about them. */
export function answersOn(question: Question, analysis: Analysis): readonly Node[] {
  const { space, paths } = analysis;
  const asked = packetsOfQuestion(question, analysis);
  return waysFrom(question.from.zone).flatMap((way) => {
    const where = destinations(question, way, analysis);
    return where === undefined ? [] : [space.diagrams.ifElse(asked, paths.of(way, where), never)];
  });
}

function classesIn(node: Node, way: Way, { space, paths }: Analysis): readonly PacketClass[] {
  const { diagrams } = space;
  const level = untoldLevel(space);
  const parts = new Parts(diagrams, node, level);
  return [...parts.rests].flatMap((rest): readonly PacketClass[] => {
    const possible = [...diagrams.answers(rest)].filter((value) => value > 0).map((value) => paths.decisions.of(value));
    const [first] = possible;
    if (!first) return [];
    const packets = parts.where(rest);
    const dependsOn = diagrams.valueOf(rest) === undefined ? untoldIn(space, rest) : [];
    const otherwise = diagrams.answers(rest).has(0);
    const value = allHold(diagrams, rest);
    return [{ way, decision: value > 0 ? paths.decisions.of(value) : first, possible, dependsOn, otherwise, packets }];
  });
}

/** Where the answer is that all conditions hold; 0 where the question is not about such packets. */
function allHold(diagrams: Analysis['space']['diagrams'], node: Node): number {
  let at = node;
  for (let value = diagrams.valueOf(at); value === undefined; value = diagrams.valueOf(at)) {
    const yes = diagrams.branch(at, true);
    at = yes === never ? diagrams.branch(at, false) : yes;
  }
  return diagrams.valueOf(at) ?? 0;
}

/** The fields from here on are what a question does not tell of a packet. */
function untoldLevel(space: Analysis['space']): number {
  return space.axesOf('sourceMac')[0]?.level ?? Number.MAX_SAFE_INTEGER;
}

/** What a function asks that nobody has told, in words. */
function untoldIn(space: Analysis['space'], node: Node): readonly string[] {
  const found = [...space.diagrams.levels(node)]
    .sort((a, b) => a - b)
    .map((level) => {
      const meaning = space.meaningOf(level);
      return 'condition' in meaning ? meaning.condition : (untoldWords[meaning.axis.field] ?? meaning.axis.field);
    });
  return [...new Set(found)];
}

const untoldWords: Readonly<Record<string, string>> = {
  sourceMac: 'MAC address of the sender',
  hopLimit: 'TTL or hop limit',
  trafficClass: 'TOS or traffic class',
  length: 'length of the packet',
  user: 'user of the program',
  group: 'group of the program',
  ipsecIn: 'IPsec on the way in',
  ipsecOut: 'IPsec on the way out',
};

function waysFrom(zone: Zone): readonly Way[] {
  return zone.kind === 'firewall' ? ['output', 'loopback', 'rerouted'] : ['forward', 'input'];
}

/** The packets of a question as they are sent. */
export function packetsOfQuestion(question: Question, analysis: Analysis): Node {
  const { space } = analysis;
  const { diagrams } = space;
  const { from, to } = question;
  let packets = ordinaryPackets(space, {
    state: question.state,
    source: from.addresses !== undefined,
    destination: to.addresses !== undefined,
    sourcePort: question.sourcePorts !== undefined,
    icmpType: question.icmp !== undefined,
    protocol: question.protocol !== undefined,
  });
  const keep = (node: Node) => {
    packets = diagrams.and(packets, node);
  };
  for (const values of valuesInQuestion(question)) if (values.field !== 'oifname') keep(space.having(values));
  // An interface that the zone has not got is a question about just that.
  const sender = packetsOfEnd(from, 'source', analysis);
  if (!question.in || diagrams.and(packets, sender) !== never) keep(sender);
  keep(space.having({ field: 'daddrType', words: [kindOfDestination(question)] }));
  return packets;
}

/**
 * An address that somebody names is of the zone that he names, also where another zone comes first, or where the zone has
 * not got it: then packets at the interfaces of the zone are meant.
 */
function packetsOfEnd({ zone, addresses }: End, side: 'source' | 'dest', analysis: Analysis): Node {
  const { space } = analysis;
  const alone = packetsOfZoneAlone(zone, side, analysis);
  if (!addresses || zone.kind === 'firewall') return alone;
  const { version } = addresses;
  const named = space.inBox([
    { field: 'version', version },
    { field: side === 'source' ? 'saddr' : 'daddr', ranges: [addresses] },
  ]);
  const found = [alone, packetsOf(zone, side, analysis)].find((node) => space.diagrams.and(node, named) !== never);
  return found ?? atInterfaces(zone, side, analysis);
}

/** Packets at the interfaces of a zone, from or to anybody. */
function atInterfaces({ hosts }: Zone, side: 'source' | 'dest', { space }: Analysis): Node {
  const patterns = hosts.map((group) => group.interface.pattern);
  return space.having({ field: side === 'source' ? 'iifname' : 'oifname', patterns });
}

function kindOfDestination({ to }: Question): string {
  const { addresses, zone } = to;
  if (addresses && addresses.first === addresses.last) {
    if (addresses.version === 4 && addresses.first === 0xffffffffn) return 'broadcast';
    const isMulticast = addresses.version === 4 ? addresses.first >> 28n === 0xen : addresses.first >> 120n === 0xffn;
    if (isMulticast) return 'multicast';
  }
  return zone.kind === 'firewall' ? 'local' : 'unicast';
}

/** Where packets of a question may go on a way, as the filter sees them; undefined for none of them. */
function destinations(question: Question, way: Way, analysis: Analysis): Filtered | undefined {
  const { space, firewall } = analysis;
  const { diagrams } = space;
  const { zone, addresses } = question.to;
  const isLocalWay = way === 'input' || way === 'loopback';
  const out = question.out && !isLocalWay ? space.having({ field: 'oifname', patterns: [question.out] }) : 1;
  const toZone = (each: Zone): Node => diagrams.and(out, packetsOfZoneAlone(each, 'dest', analysis));
  const network = firewall.model.zones.filter(({ kind }) => kind !== 'firewall');
  const untranslated = zone.kind === 'firewall' ? isLocalWay : !isLocalWay;
  const loopback =
    way === 'loopback' ? space.having({ field: 'oifname', patterns: [{ name: 'lo', wildcard: false }] }) : 1;
  return {
    name: `question ${way} ${question.from.zone.name} ${zone.name} ${addresses ? printRange(addresses) : ''} ${question.out?.name ?? ''}`,
    packets(translation) {
      if (translation === undefined) {
        if (!untranslated) return never;
        if (way === 'rerouted') return never;
        if (isLocalWay) return loopback;
        const receiver = diagrams.and(out, packetsOfEnd(question.to, 'dest', analysis));
        return question.out && receiver === never ? out : receiver;
      }
      if (way === 'rerouted') return zone.kind === 'firewall' ? 1 : never;
      const meaning = analysis.lines.translations.get(translation);
      const target = targetOf(meaning?.by, analysis);
      const isRedirect = meaning?.statement.kind === 'redirect';
      const leadsTo = target.zones ?? zonesAsked(question, meaning?.statement, analysis);
      // A question for the hosts of a zone is not about what is sent to the firewall's own addresses and leads elsewhere.
      if (!addresses && zone.kind !== 'firewall' && target.limited && !leadsTo.includes(zone.name)) return never;
      if (isLocalWay) return target.local || isRedirect ? loopback : never;
      if (target.local || isRedirect) return never;
      // The output hook sees the interface that the packet set out for, wherever the translation leads.
      if (way === 'output') return zone.kind === 'firewall' ? never : atInterfaces(zone, 'dest', analysis);
      return network
        .filter(({ name }) => leadsTo.includes(name))
        .reduce<Node>((all, each) => diagrams.or(all, toZone(each)), never);
    },
  };
}

/**
 * Where a line that names no zone, of `nat` or `netmap`, leads the packets of a question: into the zone that it asks for. Of an
 * address that this zone has not got the zone is that of the first destination alone, and it may lead anywhere.
 */
function zonesAsked({ to }: Question, statement: Statement | undefined, analysis: Analysis): readonly string[] {
  const { space, firewall } = analysis;
  const all = firewall.model.zones.flatMap(({ kind, name }) => (kind === 'firewall' ? [] : [name]));
  if (to.zone.kind === 'firewall') return all;
  const ranges = rangesGiven(statement);
  if (!to.addresses || !ranges) return [to.zone.name];
  const inZone = packetsOfZoneAlone(to.zone, 'dest', analysis);
  return space.diagrams.and(inZone, space.having({ field: 'daddr', ranges })) === never ? all : [to.zone.name];
}

/** The destinations that a translation gives, where the rules say so. */
function rangesGiven(statement: Statement | undefined): readonly AddressRange[] | undefined {
  if (statement?.kind === 'netmap') return [statement.to];
  if (statement?.kind !== 'dnat' || !statement.to.addresses) return undefined;
  return [statement.to.addresses];
}

/** Where a line that translates sends packets. */
export interface Target {
  /** To the firewall itself. */
  readonly local: boolean;
  /** The zones that the line names; absent where it names none. */
  readonly zones?: readonly string[];
  /** Whether it is for packets to certain addresses alone. */
  readonly limited: boolean;
}

/** Where the line of a translation sends packets; `line` as `Lines` names it. */
export function targetOf(line: string | undefined, { lines, firewall }: Analysis): Target {
  const { model } = firewall;
  const rules = model.rules.filter((rule) => line !== undefined && hasLine(rule, line, lines));
  const zones = rules.flatMap(({ pairs, action }) => (isNatOnly(action) ? [] : pairs.map(({ dest }) => dest)));
  const isRedirect = rules.some(({ action }) => action.kind === 'redirect');
  const local = isRedirect || (zones.length > 0 && zones.every((name) => name === model.firewall));
  const limited = rules.length === 0 || rules.some(({ traffic }) => (traffic.originalDest?.ranges?.length ?? 0) > 0);
  return { local, ...(zones.length > 0 && !local && { zones }), limited };
}

/** DNAT- names an address and no zone. */
function isNatOnly(action: RuleAction): boolean {
  return 'natOnly' in action && action.natOnly;
}

/** Whether a line is that of a rule, or of the action that it calls. */
function hasLine({ origin, action }: Pick<Rule, 'origin' | 'action'>, line: string, lines: Lines): boolean {
  if (lines.nameOf(origin) === line) return true;
  return action.kind === 'call' && action.call.rules.some((rule) => hasLine(rule, line, lines));
}
