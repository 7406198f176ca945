/** Stage 6: the same verdict for every packet, said shorter: an ordered list of passes. */
import type { Ruleset } from '../ir/ruleset.ts';
import { dropUnreachable } from './drop-unreachable.ts';
import { type Folding, foldAndProve } from './fold-and-prove.ts';
import { foldDispatch } from './fold-dispatch.ts';
import { nameLists } from './name-lists.ts';
import { nameMaps } from './name-maps.ts';
import type { Pass } from './pass.ts';
import { skipEmptyChains } from './skip-empty-chains.ts';
import { splitChains } from './split-rules.ts';

/** Chains that became needless go before rules are folded. */
const beforeFolding = { skipEmptyChains, dropUnreachable, foldDispatch, nameMaps };

/** In their order: what is left after folding gets names at the end. */
export const passes = {
  ...beforeFolding,
  foldRules: (ruleset) => foldAndProve(ruleset).ruleset,
  splitRules: (ruleset) => splitChains(ruleset).ruleset,
  nameLists,
} satisfies Readonly<Record<string, Pass>>;

/** Every pass, one after the other. */
export function optimize(ruleset: Ruleset): Ruleset {
  return optimizeAndProve(ruleset, true).ruleset;
}

/** The same, and the chains that had to stay unfolded; with `fold` false all do. */
export function optimizeAndProve(ruleset: Ruleset, fold: boolean): Folding {
  const before: readonly Pass[] = Object.values(beforeFolding);
  const short = before.reduce((result, pass) => pass(result), ruleset);
  if (!fold) return { ruleset: nameLists(short), unproved: [] };
  const folding = foldAndProve(short);
  const split = splitChains(folding.ruleset);
  return { ruleset: nameLists(split.ruleset), unproved: [...folding.unproved, ...split.unproved] };
}
