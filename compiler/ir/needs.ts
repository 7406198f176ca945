/** What a ruleset asks of the kernel besides nftables itself. */
import { kindOfMatch } from './matches/index.ts';
import type { Ruleset } from './ruleset.ts';
import { kindOfStatement } from './statements/index.ts';

/** The capabilities, each once, in alphabetical order. */
export function needsOf(ruleset: Ruleset): readonly string[] {
  const rules = ruleset.chains.flatMap((chain) => chain.rules);
  const needs = [
    ...rules.flatMap((rule) => rule.matches.map((match) => kindOfMatch(match).needs)),
    ...rules.flatMap((rule) => rule.statements.map((statement) => kindOfStatement(statement).needs)),
  ];
  return [...new Set(needs.filter((need) => need !== undefined))].sort();
}
