/**
 * Where layers pile up, a chain is cut by one field instead (P. Gupta, N. McKeown, "Packet Classification using
 * Hierarchical Intelligent Cuttings", 1999): a map of ranges sends each packet to a chain of the rules that can still hold
 * for its value of the field. A rule may stand in several of them, as the same line.
 */
import type { ElementPart, Match, NftRule, SetElement, Verdict } from '../../ir/ruleset.ts';
import { neededBy, requiredFor } from '../../ir/statements/index.ts';
import { costOfMap, costOfRules } from './costs.ts';
import { type FoldRule, fieldsAsked, foldRuleOf, valuesIn } from './fold-rule.ts';
import type { KeyField } from './key-values.ts';
import type { Additions } from './verdict-map.ts';

/** A cut: what it costs, and the rules that it leaves in the chain. */
export interface Cut {
  readonly cost: number;
  rules(chain: string, additions: Additions, fold: Fold): readonly NftRule[];
}

/** Folds the rules of a part, under the name of its chain. */
export type Fold = (chain: string, rules: readonly NftRule[]) => readonly NftRule[];

/** Values of the field from `first` to `last`, and the rules that can hold for them, by number. */
interface Segment {
  readonly first: bigint;
  readonly last: bigint;
  readonly alive: readonly number[];
}

/** All parts together may hold so many times the rules that there were. */
const mostCopies = 6;

/** The cheapest cut; undefined where none keeps its parts small, or a rule would be copied that remembers packets. */
export function cutByField(rules: readonly NftRule[]): Cut | undefined {
  const folded = rules.map(foldRuleOf);
  if (folded.some((rule) => rule === undefined || rule.remembering)) return undefined;
  const known = folded as readonly FoldRule[];
  // Of cuts that cost the same the field is taken that the rules ask for first.
  const fields = new Set(rules.flatMap(fieldsAsked));
  const cuts = [...fields]
    .filter(({ type }) => type === 'inet_service' || type === 'ipv4_addr' || type === 'ipv6_addr')
    .flatMap((field) => cutBy(field, known));
  return cuts.sort((a, b) => a.cost - b.cost)[0];
}

function cutBy(field: KeyField, rules: readonly FoldRule[]): readonly Cut[] {
  const name = field.name;
  const segments = segmentsOf(field, rules);
  if (!segments) return [];
  const without = rules.flatMap((rule, index) => (valuesIn(rule, name) ? [] : [index]));
  const longest = Math.max(without.length, ...segments.map(({ alive }) => alive.length));
  const cost = costOfMap(1, true) + costOfRules(longest);
  return [
    { cost, rules: (chain, additions, fold) => cutRules({ field, rules, segments, without }, chain, additions, fold) },
  ];
}

/** Where the rules of the field begin and end; undefined when the parts would be too large. */
function segmentsOf(field: KeyField, rules: readonly FoldRule[]): readonly Segment[] | undefined {
  const name = field.name;
  const events = new Map<bigint, { readonly begin: number[]; readonly end: number[] }>();
  const eventAt = (value: bigint) => {
    const known = events.get(value) ?? { begin: [], end: [] };
    events.set(value, known);
    return known;
  };
  let always = 0;
  for (const [index, rule] of rules.entries()) {
    const asked = valuesIn(rule, name);
    if (!asked && mayHave(rule, field)) always += 1;
    for (const part of asked ?? []) {
      if ('name' in part) return undefined;
      eventAt(part.first).begin.push(index);
      eventAt(part.last + 1n).end.push(index);
    }
  }
  const cuts = [...events].sort(([a], [b]) => (a < b ? -1 : 1));
  const segments: Segment[] = [];
  const alive = new Set<number>();
  let copies = 0;
  for (const [at, [value, { begin, end }]] of cuts.entries()) {
    for (const index of end) alive.delete(index);
    for (const index of begin) alive.add(index);
    const next = cuts[at + 1]?.[0];
    if (alive.size === 0 || next === undefined) continue;
    copies += alive.size + always;
    if (copies > mostCopies * rules.length) return undefined;
    segments.push({ first: value, last: next - 1n, alive: [...alive].sort((a, b) => a - b) });
  }
  return segments;
}

/** Whether packets of a rule that does not ask for the field can have it: addresses belong to an IP version. */
function mayHave({ version }: FoldRule, { key }: KeyField): boolean {
  return !('version' in key) || version === undefined || version === key.version;
}

interface Parts {
  readonly field: KeyField;
  readonly rules: readonly FoldRule[];
  readonly segments: readonly Segment[];
  /** The rules that do not ask for the field, by number. */
  readonly without: readonly number[];
}

/** The map of segments, and after it what holds for packets that have no such value. */
function cutRules({ field, rules, segments, without }: Parts, chain: string, additions: Additions, fold: Fold) {
  const names = new Map<string, Verdict>();
  const verdictOf = (alive: readonly number[], inside: boolean): Verdict => {
    const key = `${inside} ${alive.join(' ')}`;
    const known = names.get(key);
    if (known) return known;
    const part = untilFinal(alive.map((index) => withinSegment(rules[index] as FoldRule, field, inside)));
    const name = `${chain}.${field.key.field}`;
    const verdict: Verdict = {
      kind: 'goto',
      chain: additions.chain(name, { comment: `rules of ${chain}`.slice(0, 128), rules: fold(name, part) }),
    };
    names.set(key, verdict);
    return verdict;
  };
  const others = without.filter((index) => mayHave(rules[index] as FoldRule, field));
  const elements: readonly SetElement[] = segments.map(({ first, last, alive }) => ({
    key: [{ first, last } satisfies ElementPart],
    verdict: verdictOf(
      [...alive, ...others].sort((a, b) => a - b),
      true,
    ),
  }));
  const map = additions.map(`${chain}-${field.key.field}`, {
    type: [field.type],
    to: 'verdict',
    interval: true,
    dynamic: false,
    elements,
  });
  const lookup: NftRule = { matches: [], statements: [{ kind: 'lookup', map, key: [field.key] }] };
  return [
    lookup,
    ...fold(
      `${chain}.rest`,
      without.map((index) => (rules[index] as FoldRule).rule),
    ),
  ];
}

/** The rule as it is where the field is known to have a value that it asks for. */
function withinSegment(folded: FoldRule, field: KeyField, inside: boolean): NftRule {
  const { rule } = folded;
  if (!inside || !valuesIn(folded, field.name)) return rule;
  return { ...rule, matches: rule.matches.flatMap((match) => withoutField(match, field)) };
}

/** What remains of a match where its values are known: of a port, that the protocol has ports. */
function withoutField(match: Match, { key }: KeyField): readonly Match[] {
  if (match.kind === 'port' && key.field === match.field && match.protocol !== 'any')
    return [{ kind: 'protocol', negated: false, protocols: [match.protocol] }];
  if (match.kind === 'address' && key.field === match.field) return [];
  if (match.kind === 'originalAddress' && key.field === 'originalDaddr' && match.field === 'daddr') return [];
  return [match];
}

/** Rules after one that ends the way of every packet are met by none. */
function untilFinal(rules: readonly NftRule[]): readonly NftRule[] {
  const end = rules.findIndex(({ matches, statements }) => {
    const last = statements.at(-1);
    const isPlain = statements.every((each) => requiredFor(each).length === 0 && neededBy(each).length === 0);
    const ends = last?.kind === 'verdict' && ['accept', 'drop', 'return', 'goto'].includes(last.verdict.kind);
    return matches.length === 0 && isPlain && ends;
  });
  return end < 0 ? rules : rules.slice(0, end + 1);
}
