/** Zone by zone and service by service, what the firewall does to ordinary first packets. */
import { answersBy } from '../analyze/answers-by.ts';
import { always, type Node, never, TooLarge } from '../analyze/diagram.ts';
import type { PacketSpace } from '../analyze/packet-space.ts';
import type { FieldValues } from '../ir/fields.ts';
import type { Model } from '../model/index.ts';
import type { ProtocolMatch, Traffic } from '../model/traffic.ts';
import type { Zone } from '../model/zone.ts';
import type { NumberRange } from '../net/ranges.ts';
import { packetsFor, sentPackets, waysOf } from './between-zones.ts';
import { protocolName } from './describe.ts';
import { type Analysis, analyse, type Firewall } from './firewall.ts';
import { ordinaryFacts, ordinaryValues } from './ordinary.ts';

/** What becomes of a service between two zones; `partly`: of some of its packets, as addresses or rates say. */
export interface MatrixCell {
  readonly from: string;
  readonly to: string;
  readonly service: string;
  readonly verdict: 'accept' | 'drop' | 'reject' | 'partly';
  /** The lines that decide. */
  readonly lines: readonly string[];
}

/** The cells, or why they could not be made. */
export type Matrix =
  | {
      readonly kind: 'matrix';
      readonly services: readonly string[];
      readonly zones: readonly string[];
      readonly cells: readonly MatrixCell[];
    }
  | { readonly kind: 'undecided'; readonly reason: string };

/** What is in none of the services that lines name. */
const everythingElse = 'everything else';

/** Every pair of zones with every service that some line names. */
export function matrixOf(firewall: Firewall): Matrix {
  try {
    const services = servicesOf(firewall.model);
    const values = [...services.values()].flat();
    const [analysis] = analyse([firewall], { known: ordinaryFacts('new'), also: [...ordinaryValues(), ...values] });
    if (!analysis) return { kind: 'undecided', reason: 'there is no firewall' };
    const sets = serviceSets(services, analysis.space);
    const { zones } = firewall.model;
    const cells = zones.flatMap((from) => zones.flatMap((to) => cellsOf(from, to, sets, analysis)));
    return { kind: 'matrix', services: [...sets.keys()], zones: zones.map(({ name }) => name), cells };
  } catch (error) {
    if (error instanceof TooLarge)
      return { kind: 'undecided', reason: 'the rules have too many different cases for the memory that is set aside' };
    throw error;
  }
}

/** `tcp 22` and the like, each with the values of packets that belong to it. */
function servicesOf({ rules }: Model): ReadonlyMap<string, readonly FieldValues[]> {
  const services = new Map<string, readonly FieldValues[]>();
  for (const { traffic } of rules)
    for (const match of traffic.protocols) for (const [name, values] of servicesIn(match)) services.set(name, values);
  return new Map([...services].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

function servicesIn({
  protocol,
  negated,
  dports,
  icmp,
}: ProtocolMatch): readonly (readonly [string, readonly FieldValues[]])[] {
  if (protocol === undefined || negated) return [];
  const ofProtocol: FieldValues = { field: 'protocol', ranges: [{ first: protocol, last: protocol }] };
  const name = protocolName(protocol);
  if (icmp)
    return icmp.types.map(({ type, code }) => {
      const range = { first: type * 256 + (code ?? 0), last: type * 256 + (code ?? 255) };
      return [`${name} ${type}`, [ofProtocol, { field: 'icmp', ranges: [range] }]] as const;
    });
  if (!dports || dports.negated) return [];
  return dports.ranges.map(
    (range) => [`${name} ${portText(range)}`, [ofProtocol, { field: 'dport', ranges: [range] }]] as const,
  );
}

function portText({ first, last }: NumberRange): string {
  return first === last ? String(first) : `${first}:${last}`;
}

function serviceSets(
  services: ReadonlyMap<string, readonly FieldValues[]>,
  space: PacketSpace,
): ReadonlyMap<string, Node> {
  const sets = new Map<string, Node>();
  let rest: Node = always;
  for (const [name, values] of services) {
    const packets = space.inBox(values);
    sets.set(name, packets);
    rest = space.diagrams.minus(rest, packets);
  }
  return sets.set(everythingElse, rest);
}

const anyTraffic: Traffic = { protocols: [], rates: [], conditions: [], versions: [4, 6] };

function cellsOf(from: Zone, to: Zone, services: ReadonlyMap<string, Node>, analysis: Analysis): readonly MatrixCell[] {
  const { space, paths, lines } = analysis;
  const { diagrams } = space;
  const sent = sentPackets(anyTraffic, from, analysis);
  const ofService = (['version', 'protocol', 'dport', 'icmp'] as const).flatMap((field) => space.axesOf(field));
  const isOfService = (at: number) => ofService.some(({ level, bits }) => level <= at && at < level + bits);
  const pair = { source: from.name, dest: to.name };
  const answers = waysOf(from, to).map((way) => {
    const packets = packetsFor({ pair, dest: to, way, matches: [[]] }, analysis);
    const all = paths.of(way, { name: `matrix ${pair.source} ${pair.dest} ${way}`, packets });
    return answersBy(diagrams, diagrams.ifElse(sent, all, never), isOfService);
  });
  return [...services].flatMap(([service, packets]): readonly MatrixCell[] => {
    const found = answers.flatMap(({ node, sets }) =>
      [...diagrams.answers(diagrams.ifElse(packets, node, never))].flatMap((leaf) => (leaf === 0 ? [] : sets.of(leaf))),
    );
    const decisions = [...new Set(found)].map((value) => paths.decisions.of(value));
    const [first] = decisions;
    if (!first) return [];
    const verdicts = new Set(decisions.map(({ verdict }) => verdict));
    const isWhole =
      verdicts.size === 1 && (first.verdict === 'accept' || first.verdict === 'drop' || first.verdict === 'reject');
    const named = [...new Set(decisions.map(({ by }) => lines.of(by).line ?? by))].filter((line) => line !== '');
    return [
      {
        from: from.name,
        to: to.name,
        service,
        verdict: isWhole ? (first.verdict as 'accept') : 'partly',
        lines: named,
      },
    ];
  });
}
