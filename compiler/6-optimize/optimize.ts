/** Stage 6: the same verdict for every packet, said shorter: an ordered list of passes. */
import type { Ruleset } from '../ir/ruleset.ts';

/** A pass keeps the verdict of every packet. */
export type Pass = (ruleset: Ruleset) => Ruleset;

const passes: readonly Pass[] = [];

/** Every pass, one after the other. */
export function optimize(ruleset: Ruleset): Ruleset {
  return passes.reduce((result, pass) => pass(result), ruleset);
}
