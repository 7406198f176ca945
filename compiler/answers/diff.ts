/** What a change of the configuration opens and closes, for all packets: by the old line and the new one. */
import { type Node, never, TooLarge } from '../analyze/diagram.ts';
import type { Way } from '../analyze/hooks.ts';
import type { Decision } from '../analyze/path.ts';
import { packetsOfQuestion } from './classes.ts';
import {
  byZones,
  type Change,
  ChangeGroups,
  type Comparison,
  comparisonOf,
  differenceOn,
  forgetFacts,
  isChange,
  ordinaryOn,
  outcomeOf,
  type Pair,
  packetsOn,
  pairsIn,
  ways,
  zonePackets,
} from './compare/comparison.ts';
import { describePackets, type PacketsText } from './describe.ts';
import { type Analysis, type Firewall, withFilledSets } from './firewall.ts';
import { onlyWhatDiffers } from './only-what-differs.ts';
import { type Question, valuesInQuestion } from './question.ts';
import { valuesOfZones } from './zones.ts';

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
    const [old, young] = onlyWhatDiffers(withFilledSets(before), withFilledSets(after));
    return {
      kind: 'compared',
      ...differencesIn(
        comparisonOf(old, young, { effects: 'all', also: zones, ...(budget !== undefined && { budget }) }),
      ),
    };
  } catch (error) {
    if (error instanceof TooLarge) return tooManyCases;
    throw error;
  }
}

/** What is said where diagrams have become too large. */
export const tooManyCases = {
  kind: 'undecided',
  reason: 'the rules have too many different cases for the memory that is set aside',
} as const;

/**
 * What differs on each way, apart by whether packets fare otherwise or only more, or less, is done with them: of the
 * packets that a comparison takes for possible.
 */
export function differencesIn(
  comparison: Comparison,
): Pick<Extract<Difference, { kind: 'compared' }>, 'changes' | 'others'> {
  const differs = (pair: Pair) => isChange(pair) || isOther(pair);
  const differing = ways.map((way) => ({
    way,
    pairs: pairsIn(onlyPossible(differenceOn(way, comparison, differs), comparison), comparison),
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

function onlyPossible(node: Node, { possible, new: { space } }: Comparison): Node {
  return possible === undefined ? node : space.diagrams.ifElse(possible, node, never);
}

function changesOf(differing: readonly OnWay[], comparison: Comparison): readonly Change[] {
  const groups = new ChangeGroups(comparison);
  for (const { way, pairs } of differing) for (const [pair, node] of pairs) groups.add(way, pair, node);
  return groups.changes().map(({ change }) => change);
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
  return [...effectsOf(old)].sort().join('\n') !== [...effectsOf(young)].sort().join('\n');
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
  const comparison = comparisonOf(before, after, { effects: 'none', also: values });
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
