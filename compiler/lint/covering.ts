/** What the search for lines without effect knows, and the choice of the lines that take the packets of one. */
import type { ChainFunctions } from '../analyze/chain-functions.ts';
import type { Met } from '../analyze/reach.ts';
import type { Extent } from '../ir/fields.ts';
import type { NftRule } from '../ir/ruleset.ts';
import type { Span } from '../source.ts';
import type { Candidates } from './candidates.ts';

/** A line of the configuration and the rules that it became, in order. */
export interface Line {
  readonly span: Span;
  readonly rules: readonly Met[];
}

/** The search in one ruleset. */
export interface Analysis {
  readonly met: readonly Met[];
  readonly functions: ChainFunctions;
  readonly candidates: Candidates;
  readonly extents: (rule: NftRule) => readonly Extent[];
  readonly isApart: (one: NftRule, other: NftRule) => boolean;
}

/** Takes away what is not needed, from the end, while the rest is still enough. */
export function fewest<Part>(parts: readonly Part[], isEnough: (parts: readonly Part[]) => boolean): readonly Part[] {
  let left = parts;
  for (const part of [...parts].reverse()) {
    const without = left.filter((each) => each !== part);
    if (without.length > 0 && isEnough(without)) left = without;
  }
  return left;
}
