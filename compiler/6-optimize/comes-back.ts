/** Which chains send packets back to where they were called. */
import type { NftRule, Ruleset, Statement, Verdict } from '../ir/ruleset.ts';

/** Tells of a verdict whether the rule after it may still see the packet. */
export type ComesBack = (verdict: Verdict) => boolean;

/** For the chains of a ruleset. Where it cannot be told, the answer is yes. */
export function comingBack({ chains }: Ruleset): ComesBack {
  const byName = new Map(chains.map((chain) => [chain.name, chain.rules]));
  const known = new Map<string, boolean>();
  const chainComesBack = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, true); // the kernel refuses chains that call each other in a circle
    const answer = rulesComeBack(byName.get(name) ?? []);
    known.set(name, answer);
    return answer;
  };
  const rulesComeBack = (rules: readonly NftRule[]): boolean => {
    for (const { matches, statements } of rules) {
      const verdicts = statements.flatMap(verdictsOf);
      if (verdicts.some((verdict) => leavesChain(verdict))) return true;
      const last = statements.at(-1);
      if (matches.length === 0 && last !== undefined && isFinal(last)) return false;
    }
    return true;
  };
  const leavesChain = (verdict: Verdict): boolean =>
    verdict.kind === 'return' || (verdict.kind === 'goto' && chainComesBack(verdict.chain));
  const isFinal = (statement: Statement): boolean => {
    if (statement.kind === 'reject') return statement.with.kind === 'icmpx'; // others hold for some protocols only
    return statement.kind === 'verdict' && !nextRuleSees(statement.verdict);
  };
  const nextRuleSees: ComesBack = (verdict) =>
    verdict.kind === 'continue' || (verdict.kind === 'jump' && chainComesBack(verdict.chain));
  return nextRuleSees;
}

function verdictsOf(statement: Statement): readonly Verdict[] {
  if (statement.kind === 'verdict') return [statement.verdict];
  return statement.kind === 'dispatch' ? statement.entries.map(({ verdict }) => verdict) : [];
}
