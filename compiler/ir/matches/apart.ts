/** Whether two rules can match a packet in common, told by what they ask of each field. */
import type { Extent, FieldValues } from '../fields.ts';

/** True where two rules surely match no packet in common: they ask one field for values of which none is the same. */
export function haveNoCommonPacket(some: readonly Extent[], others: readonly Extent[]): boolean {
  return some.some((one) => others.some((other) => areApart(one, other)));
}

function areApart(one: Extent, other: Extent): boolean {
  if (one.negated || other.negated) return false;
  return one.boxes.every((box) => other.boxes.every((theirs) => box.some((a) => theirs.some((b) => differ(a, b)))));
}

function differ(a: FieldValues, b: FieldValues): boolean {
  if (a.field !== b.field) return false;
  if ('ranges' in a && 'ranges' in b)
    return a.ranges.every((one) => b.ranges.every((other) => one.last < other.first || other.last < one.first));
  if ('version' in a && 'version' in b) return a.version !== b.version;
  if ('words' in a && 'words' in b) return a.words.every((word) => !b.words.includes(word));
  if ('patterns' in a && 'patterns' in b)
    return a.patterns.every((one) =>
      b.patterns.every((other) => !one.wildcard && !other.wildcard && one.name !== other.name),
    );
  return false;
}
