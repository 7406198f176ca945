/** Proves what the configuration promises, for all packets, and names one packet where it does not hold. */

import { lowerTraffic } from '../5-lower/rules/matches.ts';
import { Program } from '../5-lower/ruleset-builder.ts';
import { type Node, never, TooLarge } from '../analyze/diagram.ts';
import type { Decision } from '../analyze/path.ts';
import { assertionAboutNothing, assertionFails } from '../diagnostics/catalogue/assertions.ts';
import type { Report } from '../diagnostics/report.ts';
import type { FieldValues } from '../ir/fields.ts';
import { extentOf } from '../ir/matches/index.ts';
import type { Match } from '../ir/ruleset.ts';
import type { Assertion, Promised } from '../model/assertion.ts';
import type { Model } from '../model/index.ts';
import type { Zone } from '../model/zone.ts';
import type { Span } from '../source.ts';
import { packetsFor, sentPackets, waysOf } from './between-zones.ts';
import { protocolName } from './describe.ts';
import { type Analysis, analyse, type Firewall } from './firewall.ts';
import { ordinaryFacts, ordinaryValues } from './ordinary.ts';
import { type ExamplePacket, exampleOf } from './sample.ts';

/** Reports each assertion that does not hold, and each that is about no packet. */
export function proveAssertions(firewall: Firewall, report: Report): void {
  const { assertions } = firewall.model;
  if (assertions.length === 0) return;
  const program = new Program(firewall.model);
  const asked = assertions.map((assertion) => ({
    assertion,
    matches: lowerTraffic(assertion.traffic, { name: 'assertion' }, program),
  }));
  const values = asked.flatMap(({ matches }) => matches.flatMap((list) => list.flatMap(valuesIn)));
  const [analysis] = analyse([firewall], { known: ordinaryFacts('new'), also: [...ordinaryValues(), ...values] });
  if (!analysis) return;
  const failed = new Set<number>();
  const empty = new Map<number, Span>();
  const met = new Set<number>();
  for (const { assertion, matches } of asked) {
    const { place } = assertion;
    // A line with several sources or destinations fails once, and is about no packet where none of them is about any.
    if (failed.has(place.start)) continue;
    const found = judge(assertion, matches, analysis, report);
    if (found === 'fails') failed.add(place.start);
    if (found === 'about nothing') empty.set(place.start, place);
    else met.add(place.start);
  }
  for (const [start, place] of empty) if (!met.has(start)) report.add(assertionAboutNothing(place));
}

function valuesIn(match: Match): readonly FieldValues[] {
  const { requires, boxes } = extentOf(match, new Map());
  return [...requires, ...boxes.flat()];
}

function judge(
  assertion: Assertion,
  matches: readonly (readonly Match[])[],
  analysis: Analysis,
  report: Report,
): 'holds' | 'fails' | 'about nothing' {
  try {
    const found = failureOf(assertion, matches, analysis);
    if (typeof found === 'string') return found;
    const { packet, decision } = found;
    const place = analysis.lines.placeOf(decision.by);
    const related = place ? [{ span: place, text: 'decides' }] : [];
    report.add(
      assertionFails(assertion.place, { packet: packetText(packet), happens: happens(decision, analysis), related }),
    );
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    report.add(assertionFails(assertion.place, undefined));
  }
  return 'fails';
}

interface Failure {
  readonly packet: ExamplePacket;
  readonly decision: Decision;
}

function failureOf(
  assertion: Assertion,
  matches: readonly (readonly Match[])[],
  analysis: Analysis,
): Failure | 'holds' | 'about nothing' {
  const { space, paths, firewall } = analysis;
  const { diagrams } = space;
  let isMet = false;
  for (const pair of assertion.pairs) {
    const [source, dest] = [zoneNamed(pair.source, firewall.model), zoneNamed(pair.dest, firewall.model)];
    if (!source || !dest) continue;
    const sent = sentPackets(assertion.traffic, source, analysis);
    for (const way of waysOf(source, dest)) {
      const where = {
        name: `${assertion.place.start} ${pair.source} ${pair.dest} ${way}`,
        packets: packetsFor({ pair, dest, way, matches }, analysis),
      };
      const decided = paths.of(way, where);
      isMet ||=
        diagrams.and(
          sent,
          diagrams.where(decided, (value) => value > 0),
        ) !== never;
      const broken = diagrams.where(
        decided,
        (value) => value > 0 && !keeps(assertion.promised, paths.decisions.of(value)),
      );
      const packets = mostUsual(diagrams.and(sent, broken), analysis);
      if (packets === never) continue;
      const answer = diagrams.ifElse(packets, decided, never);
      const value = [...diagrams.answers(answer)].find((each) => each > 0) ?? 0;
      const shown = diagrams.where(answer, (each) => each === value);
      return { packet: exampleOf(space, shown, source.kind === 'firewall'), decision: paths.decisions.of(value) };
    }
  }
  // That nothing is translated to a server is a promise, too.
  const { promised, traffic } = assertion;
  return isMet || (promised !== 'accept' && traffic.originalDest) ? 'holds' : 'about nothing';
}

/** Of packets of many protocols those that people know: TCP, UDP, ICMP. */
function mostUsual(packets: Node, { space }: Analysis): Node {
  const usual = [6, 17, 1, 58].map((each) =>
    space.diagrams.and(packets, space.having({ field: 'protocol', ranges: [{ first: each, last: each }] })),
  );
  return usual.find((node) => node !== never) ?? packets;
}

/** `queue` and words of nft may accept, so they keep no promise. */
function keeps(promised: Promised, { verdict }: Decision): boolean {
  return promised === 'deny' ? verdict === 'drop' || verdict === 'reject' : verdict === promised;
}

function zoneNamed(name: string, { zones }: Model): Zone | undefined {
  return zones.find((zone) => zone.name === name);
}

function happens({ verdict, by }: Decision, { lines }: Analysis): string {
  const words = {
    accept: 'accepted',
    drop: 'dropped',
    reject: 'rejected',
    queue: 'left to a program',
    unknown: 'left to words of nft',
  };
  const { line, text } = lines.of(by);
  return `${words[verdict]} by ${line ?? text}`;
}

function packetText({ version, protocol, source, sourcePort, destination, port, icmpType }: ExamplePacket): string {
  const end = (address: string, number: number | null) =>
    number === null ? address : version === 6 ? `[${address}]:${number}` : `${address}:${number}`;
  const type = icmpType === null ? '' : ` type ${icmpType}`;
  return `${protocolName(protocol)}${type} ${end(source, sourcePort)} → ${end(destination, port)}`;
}
