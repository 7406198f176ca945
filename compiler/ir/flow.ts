/** Where packets go from a verdict, a rule and a chain: whether the next rule sees them, and which chains they may enter. */
import type { NftRule, Ruleset, Statement, Verdict } from './ruleset.ts';

/** The verdicts that a statement can come to. */
export function verdictsIn(statement: Statement): readonly Verdict[] {
  if (statement.kind === 'verdict') return [statement.verdict];
  return statement.kind === 'dispatch' ? statement.entries.map(({ verdict }) => verdict) : [];
}

/** The chains that a rule may send packets to. */
export function targetsOf({ statements }: NftRule): readonly string[] {
  return statements.flatMap(verdictsIn).flatMap((verdict) => ('chain' in verdict ? [verdict.chain] : []));
}

/** Whether the rule after it may still see a packet that has come to this verdict. */
export type FallsThrough = (verdict: Verdict) => boolean;

/** For the verdicts of a ruleset. Where it cannot be told, the answer is yes. */
export function fallingThrough({ chains }: Ruleset): FallsThrough {
  const byName = new Map(chains.map((chain) => [chain.name, chain.rules]));
  const known = new Map<string, boolean>();
  const chainReturns = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, true); // the kernel refuses chains that call each other in a circle
    const answer = rulesReturn(byName.get(name) ?? []);
    known.set(name, answer);
    return answer;
  };
  const rulesReturn = (rules: readonly NftRule[]): boolean => {
    for (const { matches, statements } of rules) {
      if (statements.flatMap(verdictsIn).some(leavesChain)) return true;
      const last = statements.at(-1);
      if (matches.length === 0 && last !== undefined && isFinal(last)) return false;
    }
    return true;
  };
  const leavesChain = (verdict: Verdict): boolean =>
    verdict.kind === 'return' || (verdict.kind === 'goto' && chainReturns(verdict.chain));
  const isFinal = (statement: Statement): boolean => {
    if (statement.kind === 'reject') return statement.with.kind === 'icmpx'; // others hold for some protocols only
    return statement.kind === 'verdict' && !fallsThrough(statement.verdict);
  };
  const fallsThrough: FallsThrough = (verdict) =>
    verdict.kind === 'continue' || (verdict.kind === 'jump' && chainReturns(verdict.chain));
  return fallsThrough;
}
