/** Where packets go from a verdict, a rule and a chain: whether the next rule sees them, and which chains they may enter. */

import type { NftRule, NftSet, Ruleset, Statement, Verdict } from './ruleset.ts';
import { neededBy, requiredFor } from './statements/index.ts';

/** The sets of a ruleset by their names: what a lookup comes to stands in its map. */
export type SetsByName = ReadonlyMap<string, NftSet>;

export function setsByName({ sets }: Pick<Ruleset, 'sets'>): SetsByName {
  return new Map(sets.map((set) => [set.name, set]));
}

/** The verdicts that a statement can come to. */
function verdictsIn(statement: Statement, sets: SetsByName): readonly Verdict[] {
  switch (statement.kind) {
    case 'verdict':
      return [statement.verdict];
    case 'dispatch':
      return statement.entries.map(({ verdict }) => verdict);
    case 'lookup':
      return verdictsOf(sets.get(statement.map));
    default:
      return [];
  }
}

/** Those of its elements, also of such as it may get. */
function verdictsOf(map: NftSet | undefined): readonly Verdict[] {
  return map ? [...map.elements.flatMap(({ verdict }) => verdict ?? []), ...(map.verdicts ?? [])] : [];
}

/** The chains that a rule may send packets to. */
export function targetsOf({ statements }: NftRule, sets: SetsByName): readonly string[] {
  // No list is made for the rules of long files, most of which only accept or drop.
  if (!statements.some(namesChains)) return none;
  const verdicts = statements.flatMap((statement) => verdictsIn(statement, sets));
  return verdicts.flatMap((verdict) => ('chain' in verdict ? [verdict.chain] : []));
}

const none: readonly never[] = [];

function namesChains(statement: Statement): boolean {
  if (statement.kind === 'verdict') return 'chain' in statement.verdict;
  return statement.kind === 'dispatch' || statement.kind === 'lookup';
}

/** Statements after which no rule of the chain follows, besides verdicts. Words of nft may end the way: not for certain. */
export function ends({ kind }: Statement): boolean {
  return ['reject', 'queue', 'dnat', 'snat', 'netmap', 'masquerade', 'redirect'].includes(kind);
}

/** Whether a packet that comes to the statement may go no further. */
export function mayEnd(statement: Statement): boolean {
  if (statement.kind === 'verdict') return statement.verdict.kind !== 'continue';
  return ends(statement) || statement.kind === 'dispatch' || statement.kind === 'lookup' || statement.kind === 'raw';
}

/** Whether the rule after it may still see a packet that has come to this verdict. */
export type FallsThrough = (verdict: Verdict) => boolean;

/** For the verdicts of a ruleset. Where it cannot be told, the answer is yes. */
export function fallingThrough({ chains, sets: all }: Ruleset): FallsThrough {
  const sets = setsByName({ sets: all });
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
      if (statements.flatMap((statement) => verdictsIn(statement, sets)).some(leavesChain)) return true;
      const last = statements.at(-1);
      // A statement that asks for a field ends the rule of a packet without it, and the next rule follows.
      const isWhole =
        matches.length === 0 && statements.every((each) => [...requiredFor(each), ...neededBy(each)].length === 0);
      if (isWhole && last !== undefined && isFinal(last)) return false;
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
