/** Stage 6: the same verdict for every packet, said shorter: an ordered list of passes. */
import type { Ruleset } from '../ir/ruleset.ts';
import { askAgain } from './ask-again.ts';
import { dropUnreachable } from './drop-unreachable.ts';
import { foldDispatch } from './fold-dispatch.ts';
import type { Pass } from './pass.ts';
import { skipEmptyChains } from './skip-empty-chains.ts';
import { splitRanges } from './split-ranges.ts';
import { unfoldDispatch } from './unfold-dispatch.ts';

/** In their order: chains that became needless go before rules are folded, and only maps that stay are asked again. */
export const passes = {
  skipEmptyChains,
  dropUnreachable,
  unfoldDispatch,
  foldDispatch,
  askAgain,
  splitRanges,
} satisfies Readonly<Record<string, Pass>>;

/** Every pass, one after the other. */
export function optimize(ruleset: Ruleset): Ruleset {
  return Object.values<Pass>(passes).reduce((result, pass) => pass(result), ruleset);
}
