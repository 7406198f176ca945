/** Where a message on a whole line points. */
import type { Span } from '../source.ts';

/** The span of the first cell of a line. */
export function firstCell({ source, start, end }: Span): Span {
  const [word = ''] = /^\S*/.exec(source.text.slice(start, end)) ?? [];
  return { source, start, end: start + Math.max(word.length, 1) };
}
