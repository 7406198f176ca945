/**
 * The axes of the packet space: for each field the values that some rule tells apart, as segments. All packets of one
 * segment fare the same, so a field needs as many yes-or-no variables as its segments take, whether it holds an IPv4
 * address, an IPv6 address or a port.
 */
import type { FieldValues } from '../ir/fields.ts';
import { covers, fits } from '../ir/interfaces.ts';
import type { InterfacePattern } from '../net/interface.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';

/** Indexes of segments from `first` to `last`, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What an axis tells apart. */
export interface Axis {
  /** How many segments of values there are; one more, `absent`, where packets may lack the field. */
  readonly count: number;
  readonly absent?: true;
  /** The segments of some values, in order and without those that touch. */
  spansOf(values: FieldValues): readonly Span[];
}

/** Addresses of one IP version, or numbers up to a largest one, cut where the values that rules name begin and end. */
export class RangeAxis implements Axis {
  readonly #starts: readonly bigint[];

  /** `ranges`: all that rules name; `last`: the largest value. */
  constructor(ranges: Iterable<{ readonly first: bigint; readonly last: bigint }>, last: bigint, absent = false) {
    const starts = new Set([0n]);
    for (const range of ranges) {
      starts.add(range.first);
      if (range.last < last) starts.add(range.last + 1n);
    }
    this.#starts = [...starts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    this.last = last;
    if (absent) this.absent = true;
  }

  readonly last: bigint;
  readonly absent?: true;

  get count(): number {
    return this.#starts.length;
  }

  spansOf(values: FieldValues): readonly Span[] {
    return joined('ranges' in values ? values.ranges.map((range) => this.spanOf(range)) : []);
  }

  spanOf({ first, last }: AddressRange | NumberRange): Span {
    return { first: this.segmentOf(BigInt(first)), last: this.segmentOf(BigInt(last)) };
  }

  /** The index of the segment that holds a value. */
  segmentOf(value: bigint): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as bigint) <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The values of a segment. */
  valuesAt(segment: number): { readonly first: bigint; readonly last: bigint } {
    const next = this.#starts[segment + 1];
    return { first: this.#starts[segment] ?? 0n, last: next === undefined ? this.last : next - 1n };
  }
}

/**
 * Names of interfaces: each name that rules spell out, and for each pattern the names that it means and no longer pattern
 * or spelled-out name does. The first segment is the empty name, of a packet that has no such interface.
 */
export class NameAxis implements Axis {
  readonly #names: readonly string[];
  readonly #patterns: readonly InterfacePattern[];

  constructor(patterns: Iterable<InterfacePattern>) {
    const all = [...patterns];
    this.#names = [
      '',
      ...new Set(all.filter(({ wildcard, name }) => !wildcard && name !== '').map(({ name }) => name)),
    ];
    const prefixes = new Set(['', ...all.filter(({ wildcard }) => wildcard).map(({ name }) => name)]);
    this.#patterns = [...prefixes].map((name) => ({ name, wildcard: true }));
  }

  get count(): number {
    return this.#names.length + this.#patterns.length;
  }

  spansOf(values: FieldValues): readonly Span[] {
    const patterns = 'patterns' in values ? values.patterns : [];
    const spans: Span[] = [];
    for (let index = 0; index < this.count; index += 1) {
      if (patterns.some((pattern) => this.#isIn(index, pattern))) spans.push({ first: index, last: index });
    }
    return joined(spans);
  }

  #isIn(index: number, pattern: InterfacePattern): boolean {
    const name = this.#names[index];
    if (name !== undefined) return fits(pattern, name);
    const rest = this.#patterns[index - this.#names.length];
    return rest !== undefined && pattern.wildcard && covers(pattern, rest);
  }

  /** What a segment stands for: a name, or with `wildcard` names that begin so and are not spelled out. */
  patternAt(segment: number): InterfacePattern {
    const name = this.#names[segment];
    if (name !== undefined) return { name, wildcard: false };
    return this.#patterns[segment - this.#names.length] ?? { name: '', wildcard: true };
  }
}

/** Words: those that rules name, and after them any other, or none. */
export class WordAxis implements Axis {
  readonly words: readonly string[];

  constructor(words: Iterable<string>) {
    this.words = [...new Set(words)];
  }

  get count(): number {
    return this.words.length + 1;
  }

  spansOf(values: FieldValues): readonly Span[] {
    const wanted = 'words' in values ? values.words : [];
    const indexes = wanted.map((word) => this.words.indexOf(word)).filter((index) => index >= 0);
    return joined(indexes.map((index) => ({ first: index, last: index })));
  }
}

/** A fact: the first segment is that it does not hold. */
export const flagAxis: Axis = {
  count: 2,
  spansOf: (values) => ('present' in values ? [values.present ? { first: 1, last: 1 } : { first: 0, last: 0 }] : []),
};

/** The IP versions: 4, then 6. */
export const versionAxis: Axis = {
  count: 2,
  spansOf: (values) => {
    if (values.field !== 'version') return [];
    return values.version === 4 ? [{ first: 0, last: 0 }] : [{ first: 1, last: 1 }];
  },
};

/** Bits of a mark that every mask takes or leaves together: each combination of values that rules ask for, and the rest. */
export class BitsAxis implements Axis {
  readonly bits: number;
  readonly values: readonly number[];

  constructor(bits: number, values: Iterable<number>) {
    this.bits = bits;
    this.values = [...new Set([...values].map((value) => (value & bits) >>> 0))];
  }

  /** One more than the values, unless the bits have no other. */
  get count(): number {
    const all = 2 ** bitCount(this.bits);
    return this.values.length < all ? this.values.length + 1 : this.values.length;
  }

  spansOf(values: FieldValues): readonly Span[] {
    if (!('mask' in values)) return [];
    const index = this.values.indexOf((values.value & this.bits) >>> 0);
    return index < 0 ? [] : [{ first: index, last: index }];
  }
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count += 1;
  return count;
}

/** The bits of all masks in groups that no mask takes apart. */
export function groupsOfBits(masks: Iterable<number>): readonly number[] {
  const groups = new Map<string, number>();
  const all = [...new Set(masks)];
  for (let bit = 0; bit < 32; bit += 1) {
    const one = (1 << bit) >>> 0;
    const key = all.map((mask) => ((mask & one) !== 0 ? '1' : '0')).join('');
    if (key.includes('1')) groups.set(key, ((groups.get(key) ?? 0) | one) >>> 0);
  }
  return [...groups.values()];
}

/** In order, with those that touch or overlap as one. */
export function joined(spans: readonly Span[]): readonly Span[] {
  const result: { first: number; last: number }[] = [];
  for (const { first, last } of [...spans].sort((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (before && first <= before.last + 1) before.last = Math.max(before.last, last);
    else result.push({ first, last });
  }
  return result;
}

/** What of `count` segments is in none of the spans. */
export function complement(spans: readonly Span[], count: number): readonly Span[] {
  const rest: Span[] = [];
  let next = 0;
  for (const { first, last } of spans) {
    if (first > next) rest.push({ first: next, last: first - 1 });
    next = last + 1;
  }
  if (next < count) rest.push({ first: next, last: count - 1 });
  return rest;
}

/** What is in both lists. */
export function intersection(a: readonly Span[], b: readonly Span[]): readonly Span[] {
  const common: Span[] = [];
  let at = 0;
  for (const { first, last } of a) {
    while (at < b.length && (b[at] as Span).last < first) at += 1;
    for (let index = at; index < b.length; index += 1) {
      const other = b[index] as Span;
      if (other.first > last) break;
      common.push({ first: Math.max(first, other.first), last: Math.min(last, other.last) });
    }
  }
  return common;
}
