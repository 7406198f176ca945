/** How lists stand in the text of a match. */
import { invariant } from '../../invariant.ts';

/** One value as it is, several in braces. A match of nothing does not exist. */
function oneOrSet(values: readonly string[]): string {
  const distinct = [...new Set(values)];
  invariant(distinct.length > 0, 'a match with an empty list');
  return distinct.length === 1 ? `${distinct[0]}` : `{ ${distinct.join(', ')} }`;
}

/** `selector values`, or `selector != values`. */
export function compared(selector: string, negated: boolean, values: readonly string[]): string {
  return `${selector} ${negated ? '!= ' : ''}${oneOrSet(values)}`;
}

/** `0x` and eight digits, as nft lists marks. */
export function hex(mark: number): string {
  return `0x${(mark >>> 0).toString(16).padStart(8, '0')}`;
}
