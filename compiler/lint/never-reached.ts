/**
 * Lines that decide nothing: every packet of theirs is decided by lines before them, or they mean no packet at all. What
 * no packet tells, a rate, a time, an event, a set, never counts as deciding.
 */
import { ChainFunctions } from '../analyze/chain-functions.ts';
import { Diagrams, type Node, never, TooLarge } from '../analyze/diagram.ts';
import type { Place } from '../analyze/outcome.ts';
import { PacketSpace } from '../analyze/packet-space.ts';
import { type Met, rulesMet } from '../analyze/reach.ts';
import { ruleMatchesNothing, ruleNeverReached } from '../diagnostics/catalogue/checking.ts';
import type { Report } from '../diagnostics/report.ts';
import type { Extent } from '../ir/fields.ts';
import { setsByName, targetsOf } from '../ir/flow.ts';
import { haveNoCommonPacket } from '../ir/matches/apart.ts';
import { extentOf } from '../ir/matches/index.ts';
import type { Hook, NftRule, Ruleset } from '../ir/ruleset.ts';
import { userLine } from '../ir/user-line.ts';
import { placeOf, type Span } from '../source.ts';
import { Candidates } from './candidates.ts';
import { type Analysis, fewest, type Line } from './covering.ts';
import { decidedBefore } from './decided-before.ts';
import { firstCell } from './first-cell.ts';
import { unlabelled } from './unlabelled.ts';

/** Nodes that may be used before the question is given up: some tenths of a second. */
const budget = 4_000_000;

/** Reports each such line once; none where more than `largest` nodes of diagrams would be needed. */
export function reportLinesNeverReached(running: Ruleset, report: Report, largest = budget): void {
  const candidates = new Candidates(running);
  if (candidates.rules.size === 0) return;
  try {
    const space = new PacketSpace([running], { diagrams: new Diagrams(largest), shares: false });
    const functions = new ChainFunctions(space, running, unlabelled);
    const extents = extentsOf(functions);
    const isApart = (one: NftRule, other: NftRule) => haveNoCommonPacket(extents(one), extents(other));
    const met = rulesMet(functions, { rules: candidates.rules, isApart });
    for (const line of linesOf(met, running, candidates.rules)) {
      if (line.rules.some(({ holds }) => holds !== never)) continue;
      reportLine(line, { met, functions, candidates, extents, isApart }, report);
    }
  } catch (error) {
    // A ruleset that is too large to be looked through is no worse for it.
    if (!(error instanceof TooLarge)) throw error;
  }
}

/** What the matches of a rule stand for, told once of each. */
function extentsOf({ sets }: ChainFunctions): (rule: NftRule) => readonly Extent[] {
  const known = new Map<NftRule, readonly Extent[]>();
  return (rule) => {
    const extents = known.get(rule) ?? rule.matches.map((match) => extentOf(match, sets));
    known.set(rule, extents);
    return extents;
  };
}

/**
 * The lines that people wrote, each with the rules that say what it is for: those that translate, else those that decide;
 * without the lines of which some rule surely decides.
 */
function linesOf(all: readonly Met[], ruleset: Ruleset, candidates: ReadonlySet<NftRule>): readonly Line[] {
  const types = chainTypes(ruleset);
  const met = new Map(all.map((each) => [keyOf(each.place), each]));
  const lines = new Map<string, { readonly span: Span; readonly nat: Rules; readonly filter: Rules }>();
  for (const { name, rules } of ruleset.chains) {
    const type = types.get(name);
    if (type === undefined || type === 'other') continue;
    for (const [index, rule] of rules.entries()) {
      const span = userLine(rule);
      if (!span) continue;
      const line = lines.get(placeOf(span)) ?? { span, nat: new Rules(), filter: new Rules() };
      lines.set(placeOf(span), line);
      line[type].add(candidates.has(rule) ? met.get(keyOf({ chain: name, rule: index })) : undefined);
    }
  }
  return [...lines.values()].flatMap(({ span, nat, filter }) => {
    const { useless } = nat.count > 0 ? nat : filter;
    return useless && useless.length > 0 ? [{ span, rules: useless }] : [];
  });
}

/** Rules of a line in chains of one type. */
class Rules {
  count = 0;
  /** All of them, where each may be useless. */
  useless: Met[] | undefined = [];

  /** Undefined: one that surely decides. */
  add(rule: Met | undefined): void {
    this.count += 1;
    if (rule === undefined) this.useless = undefined;
    else this.useless?.push(rule);
  }
}

function keyOf({ chain, rule }: Place): string {
  return `${chain} ${rule}`;
}

/** What the hook is for that a chain is reached from: filtering at input, forward and output, translation, or something else. */
function chainTypes(ruleset: Ruleset): ReadonlyMap<string, 'filter' | 'nat' | 'other'> {
  const sets = setsByName(ruleset);
  const byName = new Map(ruleset.chains.map((chain) => [chain.name, chain]));
  const types = new Map<string, 'filter' | 'nat' | 'other'>();
  const visit = (name: string, type: 'filter' | 'nat' | 'other') => {
    if (types.has(name)) return;
    types.set(name, type);
    for (const rule of byName.get(name)?.rules ?? []) for (const target of targetsOf(rule, sets)) visit(target, type);
  };
  for (const { name, base } of ruleset.chains) if (base) visit(name, typeOf(base));
  return types;
}

function typeOf({ type, hook }: Hook): 'filter' | 'nat' | 'other' {
  if (type === 'nat') return 'nat';
  return type === 'filter' && (hook === 'input' || hook === 'forward' || hook === 'output') ? 'filter' : 'other';
}

function reportLine({ span, rules }: Line, analysis: Analysis, report: Report): void {
  const { met, functions } = analysis;
  const place = firstCell(span);
  if (rules.every(({ condition }) => condition === never)) {
    report.add(ruleMatchesNothing(place));
    return;
  }
  const covering = new Map<string, Span>();
  for (const rule of rules) {
    for (const other of coveringRules(rule, met, functions)) covering.set(placeOf(other), other);
  }
  if (covering.size === 0) for (const other of decidedBefore(rules, analysis)) covering.set(placeOf(other), other);
  // What is decided before any line of the user's is no mistake of the line.
  if (covering.size === 0) return;
  const related = [...covering.values()].map((other) => ({ span: other, text: 'decides packets of it' }));
  report.add(ruleNeverReached(place, related));
}

/** The lines that together decide every packet of a rule: as few as can be, those with another verdict first. */
function coveringRules(rule: Met, met: readonly Met[], { space }: ChainFunctions): readonly Span[] {
  const { diagrams } = space;
  const before = met.filter(({ place }) => place.chain === rule.place.chain && place.rule <= rule.place.rule);
  const all = diagrams.and(before[0]?.comes ?? never, rule.condition);
  // Of a new connection people think, whatever else a line would hold for.
  const first = diagrams.and(all, space.having({ field: 'state', words: ['new'] }));
  const wanted = first === never ? all : first;
  if (wanted === never) return [];
  const parts = before.slice(0, -1).flatMap((other, index) => {
    const span = other.rule.origin?.at(-1);
    const decided = diagrams.minus(other.comes, before[index + 1]?.comes ?? never);
    const covers = diagrams.and(decided, wanted);
    if (covers === never) return [];
    return [{ span, covers, sameVerdict: verdictOf(other) === verdictOf(rule) }];
  });
  const sorted = parts.sort((a, b) => Number(a.sameVerdict) - Number(b.sameVerdict));
  const needed = fewest(sorted, (chosen) => {
    const covered = chosen.reduce<Node>((sum, { covers }) => diagrams.or(sum, covers), never);
    return diagrams.minus(wanted, covered) === never;
  });
  return needed.flatMap(({ span }) => (span && !span.source.path.startsWith('library/') ? [span] : []));
}

function verdictOf({ rule }: Met): string {
  const last = rule.statements.at(-1);
  return JSON.stringify(last, (_name, value) => (typeof value === 'bigint' ? String(value) : value));
}
