/** What a pass is: the same verdict for every packet, said shorter. */
import type { Ruleset } from '../ir/ruleset.ts';

/** A pass keeps the verdict, the translation, the helper, the mark and the log lines of every packet. */
export type Pass = (ruleset: Ruleset) => Ruleset;
