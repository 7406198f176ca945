/** Stage 6: the same verdict for every packet, said shorter: an ordered list of passes. */
import type { Ruleset } from '../ir/ruleset.ts';
import { dropUnreachable } from './drop-unreachable.ts';
import { foldDispatch } from './fold-dispatch.ts';
import type { Pass } from './pass.ts';
import { skipEmptyChains } from './skip-empty-chains.ts';

/** In their order: chains that became needless go before rules are folded. */
export const passes = { skipEmptyChains, dropUnreachable, foldDispatch } satisfies Readonly<Record<string, Pass>>;

/** Every pass, one after the other. */
export function optimize(ruleset: Ruleset): Ruleset {
  return Object.values<Pass>(passes).reduce((result, pass) => pass(result), ruleset);
}
