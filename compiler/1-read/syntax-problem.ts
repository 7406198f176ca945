/** What a generated parser throws when text does not fit its grammar, in words. */
import type { SyntaxError as GrammarError, Location } from '../generated/line.js';

/** Where the text stopped to fit, and what could have stood there. */
export interface SyntaxProblem {
  readonly start: number;
  readonly end: number;
  /** `a value`, `` `)` or the name of a column ``. */
  readonly expected: string;
}

interface Thrown {
  readonly location: Location;
  readonly expected: GrammarError['expected'];
}

/** Reads what was thrown; anything but a mistake in the text is thrown again. */
export function syntaxProblem(thrown: unknown, text: string): SyntaxProblem {
  if (!isThrown(thrown)) throw thrown;
  const start = Math.min(thrown.location.start.offset, text.length);
  return { start, end: wordEnd(text, start), expected: inWords(thrown.expected ?? []) };
}

/** The end of the word at an offset, or behind the one sign that stands there. */
function wordEnd(text: string, start: number): number {
  const word = /^[\w.+~^%-]+/.exec(text.slice(start, start + 200))?.[0].length ?? 1;
  return Math.min(start + word, text.length);
}

function isThrown(thrown: unknown): thrown is Thrown {
  return thrown instanceof Error && 'location' in thrown && 'expected' in thrown;
}

/** The rules that have names; only where none could stand, the signs that could. */
function inWords(expected: NonNullable<Thrown['expected']>): string {
  const names = expected.flatMap((each) => (each.type === 'other' ? [each.description] : []));
  const signs = expected.flatMap((each) => (each.type === 'literal' ? [`\`${each.text}\``] : []));
  const hopes = [...new Set(names.length > 0 ? names : signs)].sort();
  const last = hopes.pop();
  if (last === undefined) return 'nothing more';
  return hopes.length === 0 ? last : `${hopes.join(', ')} or ${last}`;
}
