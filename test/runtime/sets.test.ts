/** What commands make of sets, compared with a count of every single address. */

import { describe, expect, test } from 'vitest';
import type { SetType } from '../../compiler/ir/ruleset.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { type Box, boxOf, elementOf, overlap } from '../../runtime/sets/boxes.ts';
import type { KernelSet, SetsNow } from '../../runtime/sets/contents.ts';
import { asWritten, type Change, planChanges } from '../../runtime/sets/plan.ts';
import { isNearlyEverything, readHosts } from '../../runtime/sets/words.ts';
import fc from '../support/fast-check.ts';

const most = 7; // numbers of a field, from 0
const points = Array.from({ length: most + 1 }, (_, each) => each);

const span = fc
  .tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: most }))
  .map(([a, b]) => ({ first: BigInt(Math.min(a, b)), last: BigInt(Math.max(a, b)) }));

function state(name: string, type: readonly SetType[]): SetsNow {
  return { sets: new Map([[name, { type, elements: [] }]]), entries: [] };
}

/** The state of the kernel after a plan. */
function changed(now: SetsNow, change: Change): SetsNow {
  const plan = planChanges(now, [change]);
  const sets = new Map<string, KernelSet>(now.sets);
  for (const { name, was, after: boxes } of plan.sets) {
    const elements = boxes.map((box) => ({
      set: name,
      element: elementOf(box, was.type),
      seconds: Number.isFinite(box.seconds) ? box.seconds : 0,
    }));
    sets.set(name, { ...was, elements });
  }
  return { sets, entries: plan.entries };
}

function boxesIn(now: SetsNow, name: string): readonly Box[] {
  const set = now.sets.get(name);
  const boxes = (set?.elements ?? []).map(({ element, seconds }) => boxOf(element, set?.type ?? [], seconds));
  if (!boxes.every((box) => box !== undefined)) throw new Error('an element that cannot be read');
  for (const [index, box] of boxes.entries())
    for (const other of boxes.slice(index + 1)) expect(overlap(box, other), 'elements share something').toBe(false);
  return boxes;
}

function holding(boxes: readonly Box[], ...point: readonly number[]): Box | undefined {
  return boxes.find(({ spans }) =>
    spans.every(({ first, last }, index) => first <= BigInt(point[index] ?? 0) && BigInt(point[index] ?? 0) <= last),
  );
}

describe('a list of those who are refused', () => {
  const change = fc.record({
    operation: fc.constantFrom('add' as const, 'add' as const, 'delete' as const),
    span,
    seconds: fc.constantFrom(0, 10, 20, 30),
  });

  test('refuses each address as long as it was ever told to, unless the same words give another time', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const name = 'dynamic-drop-4';
        let now = state(name, ['inet_service']);
        let model = new Map<number, number>();
        for (const { operation, span: own, seconds } of changes) {
          const again = boxesIn(now, name).some(
            ({ spans: [held] }) => held?.first === own.first && held.last === own.last,
          );
          now = changed(now, { operation, set: name, spans: [own], seconds });
          const lasts = seconds || Number.POSITIVE_INFINITY;
          const next = new Map(model);
          for (let each = Number(own.first); each <= Number(own.last); each += 1) {
            if (operation === 'delete') next.delete(each);
            else next.set(each, again ? lasts : Math.max(lasts, model.get(each) ?? 0));
          }
          model = next;
          const boxes = boxesIn(now, name);
          expect(points.map((each) => holding(boxes, each)?.seconds)).toEqual(points.map((each) => model.get(each)));
        }
      }),
      { numRuns: 2000 },
    );
  });

  const verbs = ['drop', 'reject', 'logdrop', 'logreject'].map((verb) => `dynamic-${verb}-4`);
  const empty = (): SetsNow => ({
    sets: new Map(verbs.map((name) => [name, { type: ['inet_service'], elements: [] }])),
    entries: [],
  });
  const inAll = (now: SetsNow) =>
    verbs.flatMap((list) => boxesIn(now, list).map(({ spans, seconds }) => ({ spans, seconds, list })));
  const listed = fc.record({
    change,
    list: fc.constantFrom(...verbs),
  });

  test('lists in one map share no address: the longer time holds, of equal ones the last list', () => {
    fc.assert(
      fc.property(fc.array(listed, { maxLength: 8 }), (changes) => {
        let now = empty();
        let model = new Map<number, { readonly list: string; readonly seconds: number }>();
        for (const { list, change: made } of changes) {
          const { operation, span: own, seconds } = made;
          const again = inAll(now).some(({ spans: [held] }) => held?.first === own.first && held.last === own.last);
          now = changed(now, { operation, set: list, spans: [own], seconds });
          const lasts = seconds || Number.POSITIVE_INFINITY;
          const next = new Map(model);
          for (let each = Number(own.first); each <= Number(own.last); each += 1) {
            const before = model.get(each);
            if (operation === 'add' && (again || (before?.seconds ?? 0) <= lasts))
              next.set(each, { list, seconds: lasts });
            if (operation === 'delete' && before?.list === list) next.delete(each);
          }
          model = next;
          const boxes = inAll(now);
          for (const each of points) {
            const [only, ...more] = boxes.filter((box) => holding([box], each));
            expect(more).toEqual([]);
            expect(only && { list: only.list, seconds: only.seconds }).toEqual(model.get(each));
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('lists that former versions held apart share no address after a change', () => {
    const element = (set: string, text: string, seconds: number) => ({ set, element: text, seconds });
    const apart = new Map<string, KernelSet>(empty().sets);
    const [drop = '', reject = ''] = verbs;
    apart.set(drop, { type: ['inet_service'], elements: [element(drop, '2-5', 60), element(drop, '7', 0)] });
    apart.set(reject, { type: ['inet_service'], elements: [element(reject, '4-7', 0)] });
    const now = changed(
      { sets: apart, entries: [] },
      { operation: 'delete', set: drop, spans: [{ first: 0n, last: 0n }] },
    );
    const told = inAll(now).map(({ spans: [one], seconds, list }) => [
      list,
      Number(one?.first),
      Number(one?.last),
      seconds,
    ]);
    expect(told).toEqual([
      [drop, 2, 3, 60],
      [drop, 7, 7, Number.POSITIVE_INFINITY],
      [reject, 4, 6, Number.POSITIVE_INFINITY],
    ]);
  });

  test('a ban of another list is not shortened', () => {
    const sets = empty().sets;
    const one = { first: 5n, last: 5n };
    const all = { first: 0n, last: 9n };
    let now = changed({ sets, entries: [] }, { operation: 'add', set: 'dynamic-drop-4', spans: [one] });
    now = changed(now, { operation: 'delete', set: 'dynamic-drop-4', spans: [all], unlessLonger: 60 });
    expect(boxesIn(now, 'dynamic-drop-4')).toHaveLength(1);
    now = changed(now, { operation: 'delete', set: 'dynamic-drop-4', spans: [one], unlessLonger: 60 });
    expect(boxesIn(now, 'dynamic-drop-4')).toHaveLength(0);
  });
});

describe('a set of entries', () => {
  const change = fc.record({
    operation: fc.constantFrom('add' as const, 'add' as const, 'delete' as const),
    spans: fc.tuple(span, span),
  });
  const text = (spans: Box['spans']) => spans.map(({ first, last }) => `${first}-${last}`).join(' ');

  test('holds what its entries hold, and each entry ends by its own words alone', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.integer({ min: 0, max: 7 }), (changes, again) => {
        const name = 'opened-4';
        let now = state(name, ['inet_proto', 'inet_service']);
        const model = new Map<string, Box['spans']>();
        for (const { operation, spans } of [...changes, ...changes.slice(again)]) {
          now = changed(now, { operation, set: name, spans });
          if (operation === 'add') model.set(text(spans), spans);
          else model.delete(text(spans));
          const boxes = boxesIn(now, name);
          const entries = [...model.values()].map((each): Box => ({ spans: each, seconds: 0 }));
          const held = (all: readonly Box[]) =>
            points.flatMap((a) => points.map((b) => holding(all, a, b) !== undefined));
          expect(held(boxes)).toEqual(held(entries));
          const written = asWritten(name, now)
            .map(({ element }) => element)
            .sort();
          const wanted = entries.map((box) => elementOf(box, ['inet_proto', 'inet_service'])).sort();
          expect(written).toEqual(wanted);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a set beside it holds the sources of what is open, as ranges that share nothing', () => {
    const one: readonly SetType[] = ['ipv4_addr'];
    const four: readonly SetType[] = ['ipv4_addr', 'ipv4_addr', 'inet_proto', 'inet_service'];
    let now: SetsNow = {
      sets: new Map([
        ['opened-4', { type: four, elements: [] }],
        ['opened-sources-4', { type: one, elements: [] }],
      ]),
      entries: [],
    };
    const open = (operation: 'add' | 'delete', [first, last]: readonly [bigint, bigint]) => {
      const [all, tcp, ssh] = [
        { first: 0n, last: 0xffffffffn },
        { first: 6n, last: 6n },
        { first: 22n, last: 22n },
      ];
      now = changed(now, { operation, set: 'opened-4', spans: [{ first, last }, all, tcp, ssh] });
      const sources = boxesIn(now, 'opened-sources-4');
      return Array.from({ length: 40 }, (_, address) => address).filter((address) => holding(sources, address));
    };
    const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, each) => first + each);
    expect(open('add', [10n, 20n])).toEqual(from(10, 20));
    expect(open('add', [15n, 30n])).toEqual(from(10, 30));
    expect(open('add', [5n, 5n])).toEqual([5, ...from(10, 30)]);
    expect(open('delete', [10n, 20n])).toEqual([5, ...from(15, 30)]);
    open('delete', [5n, 5n]);
    expect(open('delete', [15n, 30n])).toEqual([]);
  });

  test('keeps what others have put there, and forgets what they have taken out', () => {
    const name = 'opened-4';
    const type: readonly SetType[] = ['inet_proto', 'inet_service'];
    const [one, two, three] = ['6 . 80', '6 . 81', '17 . 53'].map((element) => ({ set: name, element, seconds: 0 }));
    if (!one || !two || !three) throw new Error('three of them');
    const now: SetsNow = { sets: new Map([[name, { type, elements: [two, three] }]]), entries: [one, two] };
    expect(asWritten(name, now).map(({ element }) => element)).toEqual(['6 . 81', '17 . 53']);
  });
});

describe('addresses of commands', () => {
  test.each([
    ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7', '192.0.2.7'],
    ['[::ffff:192.0.2.7]', '192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.0/120', '192.0.2.0', '192.0.2.255'],
    ['::ffff:192.0.2.3-::ffff:192.0.2.9', '192.0.2.3', '192.0.2.9'],
  ])('%s is of IPv4', (text, first, last) => {
    const [from, to] = [first, last].map(parseAddress);
    expect(readHosts(text)).toEqual({ version: 4, first: from?.value, last: to?.value });
  });

  test.each([
    ['0.0.0.0/0', true],
    ['::/0', true],
    ['0.0.0.0-255.255.255.255', true],
    ['128.0.0.0/1', true],
    ['2000::/3', true],
    ['::ffff:0.0.0.0/97', true],
    ['10.0.0.0/8', false],
    ['2001:db8::/32', false],
    ['fc00::/7', false],
  ])('%s is nearly everything: %s', (text, expected) => {
    const range = readHosts(text);
    expect(range && isNearlyEverything(range)).toBe(expected);
  });
});
