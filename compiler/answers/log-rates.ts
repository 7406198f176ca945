/** How often a log line is written decides nothing: it is part of what is done, not a condition. */
import { extentOf, kindOfMatch } from '../ir/matches/index.ts';
import type { Chain, NftRule, Ruleset, Statement } from '../ir/ruleset.ts';

/** Of rules that log how often they do. */
const known = new WeakMap<NftRule, readonly string[]>();

/** How often a rule of `withRatesAsEffects` logs, in words; none where it always does. */
export function ratesOfLog(rule: NftRule): readonly string[] {
  return known.get(rule) ?? [];
}

/** The limits and counts that a rule asks, in words. */
export function ratesIn({ matches }: NftRule): readonly string[] {
  return matches
    .filter((match) => ['limit', 'limitEach', 'connectionCount'].includes(match.kind))
    .flatMap((match) => extentOf(match, new Map()).condition?.name ?? []);
}

/** The ruleset with log lines that are always written; `ratesOfLog` tells of their rules what was asked before. */
export function withRatesAsEffects(ruleset: Ruleset): Ruleset {
  const gates = gatesOf(ruleset);
  const chains = ruleset.chains.map((chain) => {
    const gate = gates.get(chain.name);
    const rules = gate ? chain.rules.slice(0, gate.at) : chain.rules.map(withoutRate);
    const gated = gates.get(callOf(chain.rules.at(-2)) ?? '');
    const last = rules.at(-1);
    if (!gated || !last) return { ...chain, rules };
    const made = { ...last };
    known.set(made, gated.rates);
    return { ...chain, rules: [...rules.slice(0, -1), made] };
  });
  return { ...ruleset, chains };
}

/** A rule that only logs, without what it counts. */
function withoutRate(rule: NftRule): NftRule {
  const { statements } = rule;
  if (!statements.some(({ kind }) => kind === 'log') || statements.some(({ kind }) => kind === 'verdict')) return rule;
  const made = { ...rule, matches: rule.matches.filter((match) => !kindOfMatch(match).stateful) };
  known.set(made, ratesIn(rule));
  return made;
}

/** The end of a chain that hands back what may be logged, and does with the rest what its callers do without logging. */
interface Gate {
  /** The number of its first rule. */
  readonly at: number;
  readonly rates: readonly string[];
  readonly end: string;
}

/** The chains with such an end of which every caller logs behind the call and then does the same. */
function gatesOf({ chains }: Ruleset): ReadonlyMap<string, Gate> {
  const gates = new Map<string, Gate>();
  for (const chain of chains) {
    const gate = gateOf(chain);
    if (gate) gates.set(chain.name, gate);
  }
  for (const { rules } of chains) {
    for (const [index, rule] of rules.entries()) {
      const called = callOf(rule);
      const gate = called === undefined ? undefined : gates.get(called);
      const next = rules[index + 1];
      const logs = next?.matches.length === 0 && next.statements.some(isLogLine);
      if (called !== undefined && gate && !(logs && index === rules.length - 2 && endOf(next) === gate.end))
        gates.delete(called);
    }
  }
  return gates;
}

function gateOf({ base, rules }: Chain): Gate | undefined {
  const last = rules.at(-1);
  if (base || !last || last.matches.length > 0 || last.statements.some(isLogLine)) return undefined;
  const before = rules.slice(0, -1);
  const at = before.findLastIndex((rule) => !isWithinLimit(rule)) + 1;
  if (at === before.length) return undefined;
  return { at, rates: [...new Set(before.slice(at).flatMap(ratesIn))], end: endOf(last) };
}

function isWithinLimit({ matches, statements }: NftRule): boolean {
  const [only] = statements;
  const returns = statements.length === 1 && only?.kind === 'verdict' && only.verdict.kind === 'return';
  return returns && matches.some(({ kind }) => kind === 'limitEach') && matches.every(isLimitOrVersion);
}

function isLimitOrVersion({ kind }: NftRule['matches'][number]): boolean {
  return kind === 'limitEach' || kind === 'version';
}

/** The chain that a rule without conditions jumps to. */
function callOf(rule: NftRule | undefined): string | undefined {
  const [only, ...more] = rule?.statements.filter(({ kind }) => kind !== 'counter') ?? [];
  if (more.length > 0 || only?.kind !== 'verdict' || only.verdict.kind !== 'jump') return undefined;
  return only.verdict.chain;
}

/** What a rule does besides counting and logging. */
function endOf({ statements }: NftRule): string {
  return JSON.stringify(statements.filter((each) => each.kind !== 'counter' && !isLogLine(each)));
}

/** Whether a statement writes a line of the log, and does not tell the audit system. */
export function isLogLine(statement: Statement): boolean {
  return statement.kind === 'log' && statement.target.kind !== 'audit';
}
