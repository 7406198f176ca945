/**
 * Whether layers decide every packet as the rules in their order, shown by keys alone and without the indexes that made
 * the layers: rules of one layer, and rules that changed places, have no packet in common. Rules are compared only where
 * their single values are the same and their ranges of one field overlap, so this is linear where these tell rules apart.
 */
import type { ElementPart, NftRule } from '../../ir/ruleset.ts';
import { type FoldRule, valuesIn } from './fold-rule.ts';
import { isSingle, overlaps, textOfSingle } from './key-values.ts';
import type { Layer } from './layers.ts';
import { someOverlap } from './overlaps.ts';

/** More comparisons of two rules, or of two layers, are left to the diagrams. */
const mostComparisons = 4_000_000;
const mostLayers = 100;

/** False where keys alone do not show it. `rules` in the order in which they were written. */
export function keepsOrder(layers: readonly Layer[], rules: readonly NftRule[]): boolean {
  if (layers.length > mostLayers) return isWritten(layers, rules);
  const parts = layers.map(({ alone, rules: some }): readonly Numbered[] => (alone ? [alone] : some));
  if (!areAllOnce(parts, rules)) return false;
  const work = { left: mostComparisons };
  return parts.every((part, index) => {
    if (part.length > 1 && !haveKeysOfTheirOwn(part) && haveCommonPackets(part, part, (a, b) => a !== b, work))
      return false;
    return parts.slice(index + 1).every((later) => areInOrder(part, later, work));
  });
}

/** Whether the layers are the rules in their order. */
function isWritten(layers: readonly Layer[], rules: readonly NftRule[]): boolean {
  const now = layers.flatMap(({ alone, rules: some }) => (alone ? [alone.rule] : some.map(({ rule }) => rule)));
  const single = layers.every((layer) => layer.alone !== undefined || layer.rules.length === 1);
  return single && now.length === rules.length && now.every((rule, index) => rule === rules[index]);
}

/** A rule of a layer: one that no map holds has no keys. */
type Numbered = Pick<FoldRule, 'rule' | 'number'> & Partial<Pick<FoldRule, 'keys' | 'only'>>;

/** Whether each rule is in one of the parts, once and under its own number. */
function areAllOnce(parts: readonly (readonly Numbered[])[], rules: readonly NftRule[]): boolean {
  const seen = new Uint8Array(rules.length);
  let count = 0;
  for (const part of parts) {
    for (const { rule, number } of part) {
      if (rules[number] !== rule || seen[number]) return false;
      seen[number] = 1;
      count += 1;
    }
  }
  return count === rules.length;
}

/** Whether the rules ask for one value of each of the same fields, and no two for the same ones. */
function haveKeysOfTheirOwn(rules: readonly Numbered[]): boolean {
  const first = rules[0]?.keys;
  const texts = new Set<string>();
  for (const { keys, only } of rules) {
    if (!first || !keys || only === undefined || keys.length !== first.length) return false;
    for (let at = 0; at < keys.length; at += 1) if (keys[at]?.field !== first[at]?.field) return false;
    texts.add(only);
  }
  return texts.size === rules.length;
}

/** Whether each rule of the later layer that was written before one of the earlier has no packet in common with it. */
function areInOrder(earlier: readonly Numbered[], later: readonly Numbered[], work: { left: number }): boolean {
  const last = earlier.reduce((most, { number }) => Math.max(most, number), -1);
  const moved = later.filter(({ number }) => number < last);
  return moved.length === 0 || !haveCommonPackets(earlier, moved, (a, b) => b < a, work);
}

/** Whether two rules, one of each list, may have a packet in common; only pairs of which `counts` holds. */
function haveCommonPackets(
  some: readonly Numbered[],
  others: readonly Numbered[],
  counts: (a: number, b: number) => boolean,
  work: { left: number },
): boolean {
  const all = some === others ? some : [...some, ...others];
  const fields = fieldsOfAll(all);
  const exact = fields.filter((name) => all.every((each) => valuesOf(each, name).every(isSingle)));
  const ranges = fields.filter((name) => !exact.includes(name));
  const meet = (one: Numbered, other: Numbered) => {
    work.left -= 1;
    if (work.left < 0) return true;
    return counts(one.number, other.number) && ranges.every((name) => valuesOverlap(one, other, name));
  };
  const theirs = byKeys(others, exact);
  return [...byKeys(some, exact)].some(([key, ones]) => {
    const there = theirs.get(key);
    return there !== undefined && someOverlap(ones, there, { fields: ranges, valuesOf, meet });
  });
}

/** The rules by their values in the fields. */
function byKeys(list: readonly Numbered[], fields: readonly string[]): ReadonlyMap<string, readonly Numbered[]> {
  const lists = new Map<string, Numbered[]>();
  for (const each of list) {
    for (const key of keysIn(each, fields)) {
      const known = lists.get(key);
      if (known) known.push(each);
      else lists.set(key, [each]);
    }
  }
  return lists;
}

/** The fields that every rule has; none where one of them is no entry of a map. */
function fieldsOfAll(list: readonly Numbered[]): readonly string[] {
  const names = list[0]?.keys?.map(({ field }) => field.name) ?? [];
  return names.filter((name) => list.every(({ keys }) => keys && valuesIn({ keys }, name) !== undefined));
}

function valuesOverlap(a: Numbered, b: Numbered, name: string): boolean {
  const theirs = valuesOf(b, name);
  return valuesOf(a, name).some((value) => theirs.some((other) => overlaps(value, other)));
}

function valuesOf({ keys }: Numbered, name: string): readonly ElementPart[] {
  return (keys && valuesIn({ keys }, name)) ?? [];
}

/** The values that the rule has in the fields, one text for each combination. */
function keysIn(each: Numbered, fields: readonly string[]): readonly string[] {
  if (each.only !== undefined && fields.length === each.keys?.length) return [each.only];
  let texts: readonly string[] = [''];
  for (const name of fields) {
    const values = valuesOf(each, name);
    texts = texts.flatMap((text) => values.map((value) => `${text} ${textOfSingle(value)}`));
  }
  return texts;
}
