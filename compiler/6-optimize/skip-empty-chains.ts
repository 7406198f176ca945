/** A jump to a chain without rules does nothing, and `goto` one is `return`. */

import { type SetsByName, targetsOf } from '../ir/flow.ts';
import { kindOfMatch } from '../ir/matches/index.ts';
import type { DispatchEntry, NftRule, Ruleset, Statement, Verdict } from '../ir/ruleset.ts';
import { isElse } from '../ir/statements/verdict.ts';
import { withRules } from './with-rules.ts';

/** Rules that do nothing then go too, and so may leave further chains empty. */
export function skipEmptyChains(ruleset: Ruleset): Ruleset {
  let result = ruleset;
  for (let empty = emptyChains(result); leadsTo(result, empty); empty = emptyChains(result)) {
    const gone = empty;
    result = { ...result, chains: withRules(result.chains, (rule) => without(rule, gone)) };
  }
  return result;
}

/** Maps of verdicts are made after this pass. */
const noMaps: SetsByName = new Map();

function emptyChains({ chains }: Ruleset): ReadonlySet<string> {
  return new Set(chains.filter(({ base, rules }) => !base && rules.length === 0).map(({ name }) => name));
}

function leadsTo({ chains }: Ruleset, empty: ReadonlySet<string>): boolean {
  if (empty.size === 0) return false;
  return chains.some(({ rules }) => rules.some((rule) => leadsInto(rule, empty)));
}

function leadsInto(rule: NftRule, empty: ReadonlySet<string>): boolean {
  return targetsOf(rule, noMaps).some((target) => empty.has(target));
}

/** What is left of a rule without its ways into empty chains; undefined where it has none. */
function without(rule: NftRule, empty: ReadonlySet<string>): readonly NftRule[] | undefined {
  if (!leadsInto(rule, empty)) return undefined;
  const statements = rule.statements.flatMap((statement) => shortened(statement, empty));
  const remembers = rule.matches.some((match) => kindOfMatch(match).stateful);
  return statements.length === 0 && !remembers ? [] : [{ ...rule, statements }];
}

function shortened(statement: Statement, empty: ReadonlySet<string>): readonly Statement[] {
  if (statement.kind === 'verdict') {
    const verdict = instead(statement.verdict, empty);
    return verdict.kind === 'continue' ? [] : [{ kind: 'verdict', verdict }];
  }
  if (statement.kind !== 'dispatch') return [statement];
  const entries = statement.entries.map(
    (entry): DispatchEntry => ({ ...entry, verdict: instead(entry.verdict, empty) }),
  );
  // Where `*` stands for the rest, a key that does nothing still keeps its packets from it.
  const kept = entries.some(isElse) ? entries : entries.filter(({ verdict }) => verdict.kind !== 'continue');
  return kept.length === 0 ? [] : [{ ...statement, entries: kept }];
}

function instead(verdict: Verdict, empty: ReadonlySet<string>): Verdict {
  if (!('chain' in verdict) || !empty.has(verdict.chain)) return verdict;
  return { kind: verdict.kind === 'goto' ? 'return' : 'continue' };
}
