/**
 * What becomes of first packets between each two zones, as data that a page can ask without us: decision diagrams with the
 * values at which their variables change. The answers are those of `why` for a packet with all its addresses.
 */
import { RangeAxis } from '../../analyze/axes.ts';
import { type Node, never, TooLarge } from '../../analyze/diagram.ts';
import type { PlacedAxis } from '../../analyze/packet-space.ts';
import type { Decision } from '../../analyze/path.ts';
import type { Zone } from '../../model/zone.ts';
import { everyAddress } from '../../net/address.ts';
import type { Version } from '../../net/version.ts';
import { analysisFor, answersOn } from '../classes.ts';
import type { Analysis, Firewall } from '../firewall.ts';
import type { Question } from '../question.ts';

/** What is told apart of a field: the variables from `level` on are the bits of the number of a segment. */
export interface BoxAxis {
  /** `saddr4`, `dport`, `protocol`. */
  readonly name: string;
  readonly level: number;
  readonly bits: number;
  /** Where each segment begins, in hexadecimal. */
  readonly starts: readonly string[];
}

/** One outcome that a packet may have. */
export interface BoxOutcome {
  readonly verdict: Decision['verdict'];
  readonly line: string;
  readonly dnat?: string;
  readonly snat?: string;
}

/** Diagrams of one side: what the firewall sends itself, or what others send. */
export interface BoxSide {
  readonly axes: readonly BoxAxis[];
  /** Three numbers a node: its variable, and where to go on for no and for yes: a node, or below zero a leaf. */
  readonly nodes: readonly number[];
  /** The leaf -1 is "no such packet"; -2 is the first outcome, and so on. */
  readonly outcomes: readonly BoxOutcome[];
  /** By `FROM TO VERSION`: the roots of the ways, one or several. */
  readonly roots: Readonly<Record<string, readonly number[]>>;
}

/** Both sides; undefined where the diagrams would be too large to carry. */
export interface PacketBox {
  readonly firewall: BoxSide;
  readonly network: BoxSide;
}

/** A page is to stay below a megabyte. */
const mostNodes = 40_000;

/** Makes the diagrams of all pairs of zones. */
export function packetBoxOf(firewall: Firewall): PacketBox | undefined {
  try {
    const [own, network] = [true, false].map((isOwn) => sideOf(firewall, isOwn));
    return own && network && { firewall: own, network };
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

/** The question for all packets from one zone to another, each address named. */
function questionBetween(from: Zone, to: Zone, version: Version): Question {
  const addresses = everyAddress(version);
  return {
    typed: { from: from.name, to: to.name },
    from: { zone: from, addresses },
    to: { zone: to, addresses },
    state: 'new',
  };
}

function sideOf(firewall: Firewall, isOwn: boolean): BoxSide | undefined {
  const { zones, families } = firewall.model;
  const senders = zones.filter(({ kind }) => (kind === 'firewall') === isOwn);
  const [any] = senders;
  if (!any) return { axes: [], nodes: [], outcomes: [], roots: {} };
  const analysis = analysisFor(questionBetween(any, any, 4), firewall, 2_000_000);
  const writer = new Writer(analysis);
  const roots: Record<string, readonly number[]> = {};
  for (const from of senders)
    for (const to of zones)
      for (const version of families.versions) {
        const question = questionBetween(from, to, version);
        const nodes = answersOn(question, analysis).map((node) => writer.write(node));
        roots[`${from.name} ${to.name} ${version}`] = nodes.filter((node) => node !== -1);
      }
  if (writer.count > mostNodes) return undefined;
  return { axes: axesOf(analysis), nodes: writer.nodes, outcomes: writer.outcomes, roots };
}

const typed: readonly string[] = ['version', 'protocol', 'icmp', 'sport', 'dport'];

function axesOf({ space }: Analysis): readonly BoxAxis[] {
  return space.axes.flatMap((placed): readonly BoxAxis[] => {
    const { name, level, bits, axis } = placed;
    if (bits === 0 || !(axis instanceof RangeAxis)) return [];
    if (!typed.includes(name) && !/^[sd]addr[46]$/.test(name)) return [];
    return [{ name, level, bits, starts: startsOf(placed, axis) }];
  });
}

function startsOf({ axis: { count } }: PlacedAxis, axis: RangeAxis): readonly string[] {
  return Array.from({ length: count }, (_, segment) => axis.valuesAt(segment).first.toString(16));
}

/** Numbers nodes in the order in which they are met, so that the same firewall makes the same text. */
class Writer {
  readonly nodes: number[] = [];
  readonly outcomes: BoxOutcome[] = [];
  readonly #analysis: Analysis;
  readonly #known = new Map<Node, number>();
  readonly #leaves = new Map<string, number>();

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  get count(): number {
    return this.nodes.length / 3;
  }

  write(node: Node): number {
    const { diagrams } = this.#analysis.space;
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const value = diagrams.valueOf(node);
    if (value !== undefined) return this.#leaf(node, value);
    const [no, yes] = [this.write(diagrams.branch(node, false)), this.write(diagrams.branch(node, true))];
    const number = this.count;
    this.nodes.push(diagrams.levelOf(node), no, yes);
    this.#known.set(node, number);
    return number;
  }

  #leaf(node: Node, value: number): number {
    const number = value === never || value === 0 ? -1 : this.#outcome(value);
    this.#known.set(node, number);
    return number;
  }

  #outcome(value: number): number {
    const { paths, lines } = this.#analysis;
    const { verdict, by, dnat, snat } = paths.decisions.of(value);
    const { line, text } = lines.of(by);
    const outcome: BoxOutcome = {
      verdict,
      line: line ?? text,
      ...(dnat && { dnat: dnat.to }),
      ...(snat && { snat: snat.to }),
    };
    const key = JSON.stringify(outcome);
    const known = this.#leaves.get(key);
    if (known !== undefined) return known;
    this.outcomes.push(outcome);
    const number = -1 - this.outcomes.length;
    this.#leaves.set(key, number);
    return number;
  }
}
