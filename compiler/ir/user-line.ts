/** The line of the user's that a rule comes from. */
import type { Span } from '../source.ts';
import type { NftRule, SetElement } from './ruleset.ts';

/** Undefined for rules of no line, and for those of the library's own lines. */
export function userLine({ origin }: NftRule | SetElement): Span | undefined {
  const span = origin?.at(-1);
  return span && !span.source.path.startsWith('library/') ? span : undefined;
}
