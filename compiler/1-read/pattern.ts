/**
 * `=~ /…/` without backtracking: the set of places that can be reached is followed through the pattern, so that no
 * pattern takes longer than its length times the square of the text's, whatever it looks like.
 */
import { parse } from '../generated/condition.js';

/** What `grammar/condition.peggy` makes of what stands between the slashes. */
type Pattern =
  | { readonly kind: 'any' | 'sequence'; readonly of: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly of: Pattern; readonly least: number; readonly most: number }
  | { readonly kind: 'set'; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] }
  | { readonly kind: 'start' | 'end' | 'boundary' };

/** What came of matching a text. */
export type Match =
  | { readonly kind: 'matched'; readonly matches: boolean }
  | { readonly kind: 'unusable'; readonly reason: string };

/** A pattern that was read, or why it cannot be used. */
export type Matcher =
  | { readonly kind: 'pattern'; readonly test: (text: string) => Match }
  | { readonly kind: 'unusable'; readonly reason: string };

const longestPattern = 200;
const longestText = 300;
const deepestPattern = 20;
const mostRepetitions = 100;

/** Reads a pattern. Of the flags `i` is known: upper and lower case are the same. */
export function matcher(pattern: string, flags: string): Matcher {
  const otherFlag = flags.replaceAll('i', '')[0];
  if (otherFlag) return { kind: 'unusable', reason: `the flag \`${otherFlag}\` is not known, only \`i\` is` };
  if (pattern.length > longestPattern)
    return { kind: 'unusable', reason: `it has more than ${longestPattern} characters` };
  if (pattern.split('(').length > deepestPattern)
    return { kind: 'unusable', reason: `it has more than ${deepestPattern - 1} parentheses` };
  let read: Pattern;
  try {
    read = parse(pattern, { startRule: 'Pattern' }) as Pattern;
  } catch {
    return { kind: 'unusable', reason: 'it is not made of the parts that are understood' };
  }
  if (repetitions(read) > mostRepetitions)
    return { kind: 'unusable', reason: `it repeats a part more than ${mostRepetitions} times` };
  const ignoreCase = flags.includes('i');
  return { kind: 'pattern', test: (text) => test(read, text, ignoreCase) };
}

function test(pattern: Pattern, text: string, ignoreCase: boolean): Match {
  if (text.length > longestText)
    return { kind: 'unusable', reason: `the text to look at has more than ${longestText} characters` };
  const walk = new Walk(ignoreCase ? text.toLowerCase() : text, ignoreCase);
  const everywhere = new Set(Array.from({ length: text.length + 1 }, (_, at) => at));
  return { kind: 'matched', matches: walk.ends(pattern, everywhere).size > 0 };
}

/** How often the counted repetitions `{n,m}` run at most, those inside each other multiplied. */
function repetitions(pattern: Pattern): number {
  if (pattern.kind === 'any' || pattern.kind === 'sequence') return Math.max(1, ...pattern.of.map(repetitions));
  if (pattern.kind !== 'repeat') return 1;
  return Math.max(pattern.least, Number.isFinite(pattern.most) ? pattern.most : 1, 1) * repetitions(pattern.of);
}

class Walk {
  readonly #text: string;
  readonly #ignoreCase: boolean;
  /** The ends reached from one place, for repetitions, which come back to the same places again and again. */
  readonly #reached = new Map<Pattern, Map<number, ReadonlySet<number>>>();

  constructor(text: string, ignoreCase: boolean) {
    this.#text = text;
    this.#ignoreCase = ignoreCase;
  }

  /** Where a match of `pattern` can end that begins at one of `starts`. */
  ends(pattern: Pattern, starts: ReadonlySet<number>): ReadonlySet<number> {
    switch (pattern.kind) {
      case 'sequence':
        return pattern.of.reduce((places, part) => this.ends(part, places), starts);
      case 'any':
        return union(pattern.of.map((part) => this.ends(part, starts)));
      case 'repeat':
        return this.#repeated(pattern, starts);
      case 'set':
        return new Set([...starts].filter((at) => this.#fits(pattern, this.#text[at])).map((at) => at + 1));
      case 'start':
        return new Set([...starts].filter((at) => at === 0));
      case 'end':
        return new Set([...starts].filter((at) => at === this.#text.length));
      case 'boundary':
        return new Set([...starts].filter((at) => isWord(this.#text[at - 1]) !== isWord(this.#text[at])));
    }
  }

  #repeated(pattern: Pattern & { kind: 'repeat' }, starts: ReadonlySet<number>): ReadonlySet<number> {
    let places = starts;
    for (let count = 0; count < pattern.least && places.size > 0; count++) places = this.#step(pattern.of, places);
    const all = new Set(places);
    for (let count = pattern.least; count < pattern.most && places.size > 0; count++) {
      places = new Set([...this.#step(pattern.of, places)].filter((at) => !all.has(at)));
      for (const at of places) all.add(at);
    }
    return all;
  }

  #step(pattern: Pattern, starts: ReadonlySet<number>): ReadonlySet<number> {
    return union([...starts].map((at) => this.#from(pattern, at)));
  }

  #from(pattern: Pattern, start: number): ReadonlySet<number> {
    const known = this.#reached.get(pattern) ?? new Map<number, ReadonlySet<number>>();
    this.#reached.set(pattern, known);
    const before = known.get(start);
    if (before) return before;
    const ends = this.ends(pattern, new Set([start]));
    known.set(start, ends);
    return ends;
  }

  #fits(set: Pattern & { kind: 'set' }, character: string | undefined): boolean {
    if (character === undefined) return false;
    const forms = this.#ignoreCase ? [character, character.toUpperCase()] : [character];
    const within = set.ranges.some(([from, to]) => forms.some((form) => from <= form && form <= to));
    return within !== set.negated;
  }
}

function union(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  const all = new Set<number>();
  for (const set of sets) for (const each of set) all.add(each);
  return all;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}
