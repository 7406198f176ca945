/**
 * What packets pay for a look-up, in nanoseconds on one processor: medians of what was measured on Linux 6.18, nft 1.0.6
 * (NEW connections that meet the last rule, in a table `inet`). Only their relations matter here.
 */

/** One rule that does not hold. */
const rule = 14;
/** A map whose keys are single values: a hash. */
const hash = 90;
/** Ranges of one field: a tree. */
const tree = 150;
/** Ranges in a key of several fields. */
const ranges = 240;

/** What a list of rules costs a packet that none of them holds for. */
export function costOfRules(count: number): number {
  return count * rule;
}

/** What a map costs; `hasRanges` whether any of its keys is more than one value. */
export function costOfMap(fields: number, hasRanges: boolean): number {
  if (!hasRanges) return hash;
  return fields === 1 ? tree : ranges;
}
