/** The line of the user's that a rule comes from. */
import type { NftRule } from '../ir/ruleset.ts';
import type { Span } from '../source.ts';

/** Undefined for rules of no line, and for those of the library's own lines. */
export function userSpan({ origin }: NftRule): Span | undefined {
  const span = origin?.at(-1);
  return span && !span.source.path.startsWith('library/') ? span : undefined;
}

/** The span of the first cell of a line. */
export function firstCell({ source, start, end }: Span): Span {
  const [word = ''] = /^\S*/.exec(source.text.slice(start, end)) ?? [];
  return { source, start, end: start + Math.max(word.length, 1) };
}
