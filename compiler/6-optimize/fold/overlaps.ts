/** Pairs of two lists whose ranges overlap, found by a sweep over one field instead of comparing each with each. */
import type { ElementPart } from '../../ir/ruleset.ts';

/** How things of two lists are compared. */
export interface Comparison<T> {
  /** The fields in which all of them have values. */
  readonly fields: readonly string[];
  valuesOf(thing: T, field: string): readonly ElementPart[];
  /** Asked of each pair that overlaps in the field of the sweep, and maybe of others. */
  meet(one: T, other: T): boolean;
}

/** Shorter lists are compared each with each. */
const few = 8;

/** Whether `meet` holds for any pair that overlaps in all fields. */
export function someOverlap<T>(some: readonly T[], others: readonly T[], comparison: Comparison<T>): boolean {
  const field = some.length * others.length > few * few ? fieldOfSweep([...some, ...others], comparison) : undefined;
  if (field === undefined) return some.some((one) => others.some((other) => comparison.meet(one, other)));
  const spans = [...spansOf(some, 0, field, comparison), ...spansOf(others, 1, field, comparison)];
  return sweep(
    spans.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0)),
    comparison,
  );
}

/** A range of one thing, of the first or the second list. */
interface SpanOf<T> {
  readonly first: bigint;
  readonly last: bigint;
  readonly thing: T;
  readonly list: 0 | 1;
}

/** Ranges by where they begin: each is compared with those of the other list that have begun and not ended. */
function sweep<T>(spans: readonly SpanOf<T>[], { meet }: Comparison<T>): boolean {
  const open: [SpanOf<T>[], SpanOf<T>[]] = [[], []];
  for (const span of spans) {
    const { list, first, thing } = span;
    const other = list === 0 ? 1 : 0;
    open[other] = open[other].filter(({ last }) => last >= first);
    for (const each of open[other]) if (list === 0 ? meet(thing, each.thing) : meet(each.thing, thing)) return true;
    open[list].push(span);
  }
  return false;
}

function spansOf<T>(things: readonly T[], list: 0 | 1, field: string, { valuesOf }: Comparison<T>): SpanOf<T>[] {
  return things.flatMap((thing) =>
    valuesOf(thing, field).flatMap((part) =>
      'name' in part ? [] : [{ first: part.first, last: part.last, thing, list }],
    ),
  );
}

/** The field whose ranges begin at the most places; undefined where all are names. */
function fieldOfSweep<T>(things: readonly T[], { fields, valuesOf }: Comparison<T>): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const field of fields) {
    const values = things.flatMap((thing) => valuesOf(thing, field));
    const places = new Set(values.map((part) => ('name' in part ? undefined : part.first)));
    if (!places.has(undefined) && places.size > most) [best, most] = [field, places.size];
  }
  return best;
}
