/**
 * Lines that decide nothing: every packet of theirs is decided by lines before them, or they mean no packet at all. What
 * no packet tells, a rate, a time, an event, a set, never counts as deciding.
 */
import { ChainFunctions, type Labels } from '../analyze/chain-functions.ts';
import { Diagrams, type Node, never, TooLarge } from '../analyze/diagram.ts';
import { PacketSpace } from '../analyze/packet-space.ts';
import { type Met, rulesMet } from '../analyze/reach.ts';
import { ruleMatchesNothing, ruleNeverReached } from '../diagnostics/catalogue/checking.ts';
import type { Report } from '../diagnostics/report.ts';
import { setsByName, targetsOf } from '../ir/flow.ts';
import type { Hook, Ruleset } from '../ir/ruleset.ts';
import { placeOf, type Span } from '../source.ts';
import { mayHaveUselessRules } from './candidates.ts';

/** Nodes that may be used before the question is given up: some tenths of a second. */
const budget = 4_000_000;

const unlabelled: Labels = {
  by: () => '',
  count: () => undefined,
  effect: () => undefined,
  translation: () => '',
};

/** A line of the configuration and the rules that it became, in order. */
interface Line {
  readonly span: Span;
  readonly rules: readonly Met[];
}

/** Reports each such line once. */
export function reportLinesNeverReached(running: Ruleset, report: Report): void {
  if (!mayHaveUselessRules(running)) return;
  try {
    const space = new PacketSpace([running], { diagrams: new Diagrams(budget), shares: false });
    const functions = new ChainFunctions(space, running, unlabelled);
    const met = rulesMet(functions);
    for (const line of linesOf(met, running)) {
      if (line.rules.some(({ holds }) => holds !== never)) continue;
      reportLine(line, { met, functions }, report);
    }
  } catch (error) {
    // A ruleset that is too large to be looked through is no worse for it.
    if (!(error instanceof TooLarge)) throw error;
  }
}

/** The lines that people wrote, each with the rules that say what it is for: those that translate, else those that decide. */
function linesOf(met: readonly Met[], ruleset: Ruleset): readonly Line[] {
  const types = chainTypes(ruleset);
  const lines = new Map<string, { readonly span: Span; readonly nat: Met[]; readonly filter: Met[] }>();
  for (const each of met) {
    const span = each.rule.origin?.at(-1);
    if (!span || span.source.path.startsWith('library/')) continue;
    const key = placeOf(span);
    const line = lines.get(key) ?? { span, nat: [], filter: [] };
    lines.set(key, line);
    const type = types.get(each.place.chain);
    if (type === 'nat') line.nat.push(each);
    else if (type === 'filter') line.filter.push(each);
  }
  return [...lines.values()].flatMap(({ span, nat, filter }) => {
    const rules = nat.length > 0 ? nat : filter;
    return rules.length > 0 ? [{ span, rules }] : [];
  });
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

interface Analysis {
  readonly met: readonly Met[];
  readonly functions: ChainFunctions;
}

function reportLine({ span, rules }: Line, { met, functions }: Analysis, report: Report): void {
  const place = firstCell(span);
  if (rules.every(({ condition }) => condition === never)) {
    report.add(ruleMatchesNothing(place));
    return;
  }
  const covering = new Map<string, Span>();
  for (const rule of rules) {
    for (const other of coveringRules(rule, met, functions)) covering.set(placeOf(other), other);
  }
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

/** Takes away what is not needed, from the end, while the rest is still enough. */
function fewest<Part>(parts: readonly Part[], isEnough: (parts: readonly Part[]) => boolean): readonly Part[] {
  let left = parts;
  for (const part of [...parts].reverse()) {
    const without = left.filter((each) => each !== part);
    if (without.length > 0 && isEnough(without)) left = without;
  }
  return left;
}

function verdictOf({ rule }: Met): string {
  const last = rule.statements.at(-1);
  return JSON.stringify(last, (_name, value) => (typeof value === 'bigint' ? String(value) : value));
}

/** The span of the first cell of a line. */
function firstCell({ source, start, end }: Span): Span {
  const [word = ''] = /^\S*/.exec(source.text.slice(start, end)) ?? [];
  return { source, start, end: start + Math.max(word.length, 1) };
}
