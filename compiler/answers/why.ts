/** Which line decides, and what becomes of packets: the answers to a question, with the way that one packet of each takes. */

import { TooLarge } from '../analyze/diagram.ts';
import type { Decision, Translated } from '../analyze/path.ts';
import { evaluate } from '../ir/evaluate.ts';
import type { Network, Packet } from '../ir/packet.ts';
import type { Statement } from '../ir/ruleset.ts';
import { parseAddress, printAddress } from '../net/address.ts';
import type { Version } from '../net/version.ts';
import { analysisFor, classesOf, type PacketClass } from './classes.ts';
import { describePackets, type PacketsText } from './describe.ts';
import type { Analysis, Firewall } from './firewall.ts';
import { lineThatAdmits, type Nearest, nearestLines } from './nearest.ts';
import type { Question } from './question.ts';
import { packetOfSample, sampleOf } from './sample.ts';
import { type AnswerStep, detailIn, stepsOf } from './steps.ts';

/** An address and a port; null where they are open, or known only to the kernel. */
export interface Endpoint {
  readonly address: string | null;
  readonly port: number | null;
}

/** What becomes of some of the packets that a question is about. */
export interface Answer {
  readonly verdict: 'accept' | 'drop' | 'reject' | 'depends';
  /** The line that decides; null where none of the user's does, and `by` says what does. */
  readonly line: string | null;
  readonly by: string;
  /** The line of the macro or action that the line uses, for the example packet. */
  readonly detail?: string;
  /** Where the packets arrive, after DNAT. */
  readonly destination: Endpoint;
  /** Where they seem to come from, after SNAT. */
  readonly source: Endpoint;
  readonly dnat?: { readonly line: string | null; readonly to: string };
  readonly snat?: { readonly line: string | null; readonly to: string };
  /** What no packet tells, and the verdict depends on. */
  readonly dependsOn: readonly string[];
  /** What can become of them, where it depends. */
  readonly outcomes?: readonly { readonly verdict: string; readonly line: string | null; readonly by: string }[];
  readonly packets: readonly PacketsText[];
  /** Whether `packets` are all of them. */
  readonly allPackets: boolean;
  /** One of the packets, and the way that it takes. */
  readonly example: { readonly source: string; readonly destination: string };
  readonly steps: readonly AnswerStep[];
  /** Lines that would have decided otherwise and do not fit, the nearest first. Like `steps` empty where there are many answers. */
  readonly nearest: readonly Nearest[];
  /** The line that would let just what was asked about pass the line that refuses it, if it stood before that. */
  readonly admit?: string;
}

/** All answers, or why there is none. */
export type Answers =
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
  | { readonly kind: 'undecided'; readonly reason: string };

/** Answers a question for all of its packets. */
export function why(question: Question, firewall: Firewall, budget?: number): Answers {
  try {
    const analysis = analysisFor(question, firewall, budget);
    const groups = grouped(classesOf(question, analysis), analysis);
    const told = groups.length <= mostToldWhole;
    const answers = groups.map((group) => answerOf(group, question, analysis, told));
    return { kind: 'answers', answers: answers.sort(inReadingOrder) };
  } catch (error) {
    if (error instanceof TooLarge)
      return {
        kind: 'undecided',
        reason: 'the question has too many different cases: name addresses, a protocol or a port',
      };
    throw error;
  }
}

/** Of more answers neither the way of a packet is told nor what comes near: nobody reads that thousands of times. */
const mostToldWhole = 50;

const order: readonly Answer['verdict'][] = ['accept', 'depends', 'reject', 'drop'];

/** By the verdict, then by file and line. */
function inReadingOrder(a: Answer, b: Answer): number {
  if (a.verdict !== b.verdict) return order.indexOf(a.verdict) - order.indexOf(b.verdict);
  const [[fileA, lineA], [fileB, lineB]] = [placeIn(a), placeIn(b)];
  return fileA === fileB ? lineA - lineB : fileA < fileB ? -1 : 1;
}

function placeIn({ line }: Answer): readonly [string, number] {
  const [, file = '\u{10ffff}', number = '0'] = /^(.*):(\d+)$/u.exec(line ?? '') ?? [];
  return [file, Number(number)];
}

/** Classes of one verdict, line and translation are one answer. */
function grouped(classes: readonly PacketClass[], { space }: Analysis): readonly PacketClass[] {
  const groups = new Map<string, PacketClass>();
  for (const each of classes) {
    const { verdict, by, dnat, snat } = each.decision;
    const key = JSON.stringify([depends(each), verdict, by, dnat, snat]);
    const before = groups.get(key);
    groups.set(
      key,
      before
        ? {
            ...before,
            possible: distinct([...before.possible, ...each.possible]),
            dependsOn: [...new Set([...before.dependsOn, ...each.dependsOn])],
            otherwise: before.otherwise || each.otherwise,
            packets: before.way === each.way ? space.diagrams.or(before.packets, each.packets) : before.packets,
          }
        : each,
    );
  }
  return [...groups.values()];
}

function distinct(decisions: readonly Decision[]): readonly Decision[] {
  return [...new Map(decisions.map((each) => [JSON.stringify(each), each])).values()];
}

/** Whether verdict or translation are not the same for all that can become of the packets. */
function depends({ possible, otherwise }: PacketClass): boolean {
  if (otherwise) return true;
  const kinds = new Set(possible.map(({ verdict, dnat, snat }) => JSON.stringify([verdict, dnat?.to, snat?.to])));
  return kinds.size > 1 || possible.some(({ verdict }) => verdict === 'queue' || verdict === 'unknown');
}

function answerOf(each: PacketClass, question: Question, analysis: Analysis, told: boolean): Answer {
  const { space, lines } = analysis;
  const { decision } = each;
  const sample = sampleOf(space, each.packets);
  if (!sample) throw new RangeError('an answer without packets');
  const packet = packetOfSample(sample, question.state, question.from.zone.kind === 'firewall');
  const oif = sample.name('oifname');
  const { packets, all } = describePackets(space, each.packets);
  const decider = lines.of(decision.by);
  const trace = told ? evaluate(analysis.firewall.ruleset, packet, networkFor(packet, each, oif)).trace : [];
  const detail = detailIn(trace, decision.by, analysis) ?? decider.detail;
  const destination = destinationOf(question, decision, packet, analysis);
  const isAccepted = decision.verdict === 'accept';
  const admit = isAccepted ? undefined : lineThatAdmits(question, { decision, line: decider.line, destination });
  return {
    verdict: depends(each) ? 'depends' : (decision.verdict as Answer['verdict']),
    line: decider.line ?? null,
    by: decider.text,
    ...(detail !== undefined && { detail }),
    destination,
    source: sourceOf(question, decision, packet, analysis),
    ...(decision.dnat && { dnat: translatedBy(decision.dnat, analysis) }),
    ...(decision.snat && { snat: translatedBy(decision.snat, analysis) }),
    dependsOn: [...each.dependsOn, ...queues(each.possible)],
    ...(depends(each) && {
      outcomes: each.possible.map(({ verdict, by }) => ({
        verdict,
        line: lines.of(by).line ?? null,
        by: lines.of(by).text,
      })),
    }),
    packets,
    allPackets: all,
    example: { source: endText(packet, 'source'), destination: endText(packet, 'destination') },
    steps: told ? stepsOf(trace, analysis) : [],
    ...(admit !== undefined && { admit }),
    nearest: isAccepted || !told ? [] : nearestLines({ packet, oif, trace, decision }, analysis),
  };
}

function queues(possible: readonly Decision[]): readonly string[] {
  return possible.some(({ verdict }) => verdict === 'queue') ? ['the program that reads the queue'] : [];
}

function translatedBy({ by, to }: Translated, { lines }: Analysis) {
  return { line: lines.of(by).line ?? null, to };
}

/** The address and port that a translation gives; null where only the kernel knows. */
function destinationOf(question: Question, { dnat }: Decision, packet: Packet, analysis: Analysis): Endpoint {
  const { addresses } = question.to;
  const asked = {
    address: addresses && addresses.first === addresses.last ? printAddress(addresses.version, addresses.first) : null,
    port: portGiven(question.ports),
  };
  const statement = statementOf(dnat, analysis);
  return statement ? endpointAfter(asked, statement, packet.version) : asked;
}

function sourceOf(question: Question, { snat }: Decision, packet: Packet, analysis: Analysis): Endpoint {
  const { addresses } = question.from;
  const asked = {
    address: addresses && addresses.first === addresses.last ? printAddress(addresses.version, addresses.first) : null,
    port: portGiven(question.sourcePorts),
  };
  const statement = statementOf(snat, analysis);
  return statement ? endpointAfter(asked, statement, packet.version) : asked;
}

function portGiven(ports: { readonly first: number; readonly last: number } | undefined): number | null {
  return ports && ports.first === ports.last ? ports.first : null;
}

function statementOf(translated: Translated | undefined, { lines }: Analysis): Statement | undefined {
  if (!translated) return undefined;
  return [...lines.translations.values()].find(({ by, to }) => by === translated.by && to === translated.to)?.statement;
}

function endpointAfter(asked: Endpoint, statement: Statement, version: Version): Endpoint {
  switch (statement.kind) {
    case 'dnat':
    case 'snat': {
      const { addresses, addressIn, ports } = statement.to;
      const single =
        addresses && addresses.first === addresses.last ? printAddress(addresses.version, addresses.first) : null;
      return {
        address: addressIn !== undefined || addresses ? single : asked.address,
        port: ports ? portGiven(ports) : asked.port,
      };
    }
    case 'netmap': {
      const inside = asked.address === null ? undefined : parseAddress(asked.address)?.value;
      const mapped = inside === undefined ? undefined : inside - statement.from.first + statement.to.first;
      return { ...asked, address: mapped === undefined ? null : printAddress(version, mapped) };
    }
    case 'redirect':
    case 'masquerade':
      return { address: null, port: statement.ports ? portGiven(statement.ports) : asked.port };
    default:
      return asked;
  }
}

function endText({ version, saddr, daddr, sport, dport }: Packet, end: 'source' | 'destination'): string {
  const [address, port] = end === 'source' ? [saddr, sport] : [daddr, dport];
  const text = printAddress(version, address);
  if (port === undefined) return text;
  return version === 6 ? `[${text}]:${port}` : `${text}:${port}`;
}

/** Routes that send the packet where its class goes. */
function networkFor(packet: Packet, { way }: PacketClass, oif: string): Network {
  const isLocal = way === 'input' || way === 'loopback';
  return {
    route: (_version, address) => {
      if (address === packet.saddr && packet.iif !== undefined) return packet.iif;
      return isLocal ? 'local' : oif === '' ? undefined : oif;
    },
    addressType: (_version, address) =>
      address === packet.saddr ? (packet.iif === undefined ? 'local' : 'unicast') : isLocal ? 'local' : 'unicast',
    addressOf: (_name, version) => parseAddress(version === 4 ? '192.0.2.254' : '2001:db8::fffe')?.value,
  };
}
