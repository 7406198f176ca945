/** Stage 6: the same verdict for every packet, said shorter: an ordered list of passes. */
import type { Ruleset } from '../ir/ruleset.ts';
import { dropUnreachable } from './drop-unreachable.ts';
import { type Folding, foldAndProve } from './fold-and-prove.ts';
import { foldDispatch } from './fold-dispatch.ts';
import { nameLists } from './name-lists.ts';
import { nameMaps } from './name-maps.ts';
import type { Pass } from './pass.ts';
import { skipEmptyChains } from './skip-empty-chains.ts';

/** In their order: chains that became needless go before rules are folded, and what is left gets names at the end. */
export const passes = {
  skipEmptyChains,
  dropUnreachable,
  foldDispatch,
  nameMaps,
  foldRules: (ruleset) => foldAndProve(ruleset).ruleset,
  nameLists,
} satisfies Readonly<Record<string, Pass>>;

/** Every pass, one after the other. */
export function optimize(ruleset: Ruleset): Ruleset {
  return optimizeAndProve(ruleset, true).ruleset;
}

/** The same, and the chains that had to stay unfolded; with `fold` false all do. */
export function optimizeAndProve(ruleset: Ruleset, fold: boolean): Folding {
  const before: readonly Pass[] = [skipEmptyChains, dropUnreachable, foldDispatch, nameMaps];
  const short = before.reduce((result, pass) => pass(result), ruleset);
  const folding = fold ? foldAndProve(short) : { ruleset: short, unproved: [] };
  return { ...folding, ruleset: nameLists(folding.ruleset) };
}
