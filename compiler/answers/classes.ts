/** The answers to a question for all of its packets: classes of those that fare the same. */
import { type Node, never } from '../analyze/diagram.ts';
import type { Way } from '../analyze/hooks.ts';
import type { Decision, Filtered } from '../analyze/path.ts';
import type { Zone } from '../model/zone.ts';
import { type Analysis, type AnalysisOptions, analyse, type Firewall } from './firewall.ts';
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
    also: [...ordinaryValues, ...valuesInQuestion(question)],
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

function classesIn(node: Node, way: Way, { space, paths }: Analysis): readonly PacketClass[] {
  const { diagrams } = space;
  const level = untoldLevel(space);
  return [...diagrams.below(node, level)].flatMap((rest): readonly PacketClass[] => {
    const possible = [...diagrams.answers(rest)].filter((value) => value > 0).map((value) => paths.decisions.of(value));
    const [first] = possible;
    if (!first) return [];
    const packets = diagrams.mapBelow(node, level, (each) => (each === rest ? 1 : never));
    const dependsOn = possible.length > 1 ? untoldIn(space, rest) : [];
    const value = allHold(diagrams, rest);
    return [{ way, decision: value > 0 ? paths.decisions.of(value) : first, possible, dependsOn, packets }];
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
  return zone.kind === 'firewall' ? ['output', 'loopback'] : ['forward', 'input'];
}

/** The packets of a question as they are sent. */
function packetsOfQuestion(question: Question, analysis: Analysis): Node {
  const { space } = analysis;
  const { diagrams } = space;
  const { from, to } = question;
  let packets = ordinaryPackets(space, {
    state: question.state,
    source: from.addresses !== undefined,
    destination: to.addresses !== undefined,
    sourcePort: question.sourcePorts !== undefined,
    icmpType: question.icmp !== undefined,
  });
  const keep = (node: Node) => {
    packets = diagrams.and(packets, node);
  };
  for (const values of valuesInQuestion(question)) if (values.field !== 'oifname') keep(space.having(values));
  keep(sentFrom(from, analysis));
  keep(space.having({ field: 'daddrType', words: [kindOfDestination(question)] }));
  return packets;
}

/** An address that somebody names is of the zone that he names, also where another zone comes first. */
function sentFrom({ zone, addresses }: End, analysis: Analysis): Node {
  const { space } = analysis;
  const alone = packetsOfZoneAlone(zone, 'source', analysis);
  if (!addresses) return alone;
  const named = space.having({ field: 'saddr', ranges: [addresses] });
  return space.diagrams.and(alone, named) === never ? packetsOf(zone, 'source', analysis) : alone;
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
    name: `question ${way}`,
    packets(translation) {
      if (translation === undefined) {
        if (!untranslated) return never;
        return isLocalWay ? loopback : toZone(zone);
      }
      const target = targetOf(translation, analysis);
      const leadsTo = target.zones ?? [...network.map(({ name }) => name)];
      // A question for the hosts of a zone is not about what is sent to the firewall's own addresses and leads elsewhere.
      if (!addresses && zone.kind !== 'firewall' && target.limited && !leadsTo.includes(zone.name)) return never;
      if (isLocalWay) return target.local ? loopback : never;
      if (target.local) return never;
      return network
        .filter(({ name }) => leadsTo.includes(name))
        .reduce<Node>((all, each) => diagrams.or(all, toZone(each)), never);
    },
  };
}

/** Where a line that translates sends packets. */
interface Target {
  /** To the firewall itself. */
  readonly local: boolean;
  /** The zones that the line names; absent where it names none. */
  readonly zones?: readonly string[];
  /** Whether it is for packets to certain addresses alone. */
  readonly limited: boolean;
}

function targetOf(translation: string, { lines, firewall }: Analysis): Target {
  const meaning = lines.translations.get(translation);
  const { model } = firewall;
  const line = meaning?.by;
  const rules = model.rules.filter(({ origin }) => line !== undefined && lines.nameOf(origin) === line);
  const zones = [...new Set(rules.flatMap(({ pairs }) => pairs.map(({ dest }) => dest)))];
  const toFirewall =
    meaning?.statement.kind === 'redirect' || (zones.length > 0 && zones.every((name) => name === model.firewall));
  const limited = rules.length === 0 || rules.some(({ traffic }) => (traffic.originalDest?.ranges?.length ?? 0) > 0);
  return { local: toFirewall, ...(zones.length > 0 && !toFirewall && { zones }), limited };
}
