/** The sweep finds an overlap exactly where comparing each with each does. */

import { expect, test } from 'vitest';
import { someOverlap } from '../../compiler/6-optimize/fold/overlaps.ts';
import type { ElementPart } from '../../compiler/ir/ruleset.ts';
import fc from '../support/fast-check.ts';

interface Thing {
  readonly number: number;
  readonly values: Readonly<Record<string, readonly ElementPart[]>>;
}

const part = fc
  .tuple(fc.nat(400), fc.constantFrom(0, 0, 1, 9))
  .map(([first, more]): ElementPart => ({ first: BigInt(first), last: BigInt(first + more) }));
const values = fc.array(part, { minLength: 1, maxLength: 2 });
const things = fc
  .array(fc.record({ saddr: values, dport: values }), { maxLength: 30 })
  .map((list) => list.map((each, number): Thing => ({ number, values: each })));

const fields = ['saddr', 'dport'];
const valuesOf = ({ values: known }: Thing, field: string) => known[field] ?? [];

function overlaps(one: Thing, other: Thing): boolean {
  return fields.every((field) =>
    valuesOf(one, field).some((a) =>
      valuesOf(other, field).some((b) => 'first' in a && 'first' in b && a.first <= b.last && b.first <= a.last),
    ),
  );
}

test('two lists, and a list with itself', () => {
  const found = { two: new Set<boolean>(), itself: new Set<boolean>() };
  const property = fc.property(things, things, (some, others) => {
    const meet = (one: Thing, other: Thing) => overlaps(one, other);
    const two = some.some((one) => others.some((other) => overlaps(one, other)));
    expect(someOverlap(some, others, { fields, valuesOf, meet })).toBe(two);
    const differ = (one: Thing, other: Thing) => one.number !== other.number && overlaps(one, other);
    const itself = some.some((one) => some.some((other) => differ(one, other)));
    expect(someOverlap(some, some, { fields, valuesOf, meet: differ })).toBe(itself);
    found.two.add(two);
    found.itself.add(itself);
  });
  fc.assert(property, { numRuns: 300 });
  expect(found).toEqual({ two: new Set([true, false]), itself: new Set([true, false]) });
});

test('the first is of the first list', () => {
  const list = Array.from({ length: 20 }, (_each, number): Thing => {
    const only = [{ first: BigInt(number * 10), last: BigInt(number * 10 + 10) }];
    return { number, values: { saddr: only, dport: only } };
  });
  const earlier = list.filter(({ number }) => number % 2 === 0);
  const later = list.filter(({ number }) => number % 2 === 1);
  const pairs: string[] = [];
  const meet = (one: Thing, other: Thing) => {
    if (overlaps(one, other)) pairs.push(`${one.number}-${other.number}`);
    return false;
  };
  someOverlap(earlier, later, { fields, valuesOf, meet });
  expect(pairs.sort()).toEqual(
    earlier
      .flatMap(({ number }) =>
        [number - 1, number + 1].filter((each) => each > 0 && each < 20).map((each) => `${number}-${each}`),
      )
      .sort(),
  );
});
