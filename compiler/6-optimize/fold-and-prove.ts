/**
 * Folded rules are shown to do to every packet what the rules did: verdict, translation, mark, log lines and the line that
 * counts. Where this is not shown the chain stays as it was.
 */
import { changedChains } from '../analyze/equal.ts';
import { chainsTooDeep } from '../ir/depth.ts';
import type { Chain, Ruleset } from '../ir/ruleset.ts';
import { type FoldedChains, foldChains } from './fold-rules.ts';

/** A ruleset with its rules folded. */
export interface Folding {
  readonly ruleset: Ruleset;
  /** Chains that were left unfolded, and why: a difference is a mistake of ours. */
  readonly unproved: readonly Unproved[];
}

export interface Unproved {
  readonly chain: Chain;
  readonly equality: 'different' | 'undecided';
}

/** Nodes of the diagrams of one chain, and all that it calls: a second at most. */
const budget = 600_000;

/** Folds every chain, and shows of each that it does the same. */
export function foldAndProve(ruleset: Ruleset): Folding {
  const folded = foldWithinDepth(ruleset, new Set());
  const unproved = failedProofs(ruleset, folded);
  if (unproved.length === 0) return { ruleset: folded.ruleset, unproved };
  const left = new Set([...folded.left, ...unproved.map(({ chain }) => chain.name)]);
  return { ruleset: foldWithinDepth(ruleset, left).ruleset, unproved };
}

/** Folds all chains but those of `left`, and those whose paths would then have more chains than the kernel allows. */
function foldWithinDepth(
  ruleset: Ruleset,
  left: ReadonlySet<string>,
): FoldedChains & { readonly left: ReadonlySet<string> } {
  const folded = foldChains(ruleset, left);
  const tooDeep = chainsTooDeep(ruleset, folded.ruleset);
  return tooDeep.size === 0 ? { ...folded, left } : foldWithinDepth(ruleset, new Set([...left, ...tooDeep]));
}

function failedProofs(before: Ruleset, { ruleset: after, shown }: FoldedChains): readonly Unproved[] {
  const rules = new Map(before.chains.map((chain) => [chain.name, chain]));
  return after.chains.flatMap((chain): readonly Unproved[] => {
    const old = rules.get(chain.name);
    if (!old || old.rules === chain.rules || shown.has(chain.name)) return [];
    const [found] = changedChains(before, after, [chain.name], budget);
    return found && found[1] !== 'equal' ? [{ chain: old, equality: found[1] }] : [];
  });
}
