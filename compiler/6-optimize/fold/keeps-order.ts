/**
 * Whether layers decide every packet as the rules in their order, shown by keys alone and without the indexes that made
 * the layers: rules of one layer, and rules that changed places, have no packet in common. Rules are compared only where
 * their single values are the same, so this is linear where these tell rules apart.
 */
import type { ElementPart, NftRule } from '../../ir/ruleset.ts';
import { type FoldRule, isSingle, overlaps } from './fold-rule.ts';
import type { Layer } from './layers.ts';

/** More comparisons of two rules, or of two layers, are left to the diagrams. */
const mostComparisons = 4_000_000;
const mostLayers = 100;

/** False where keys alone do not show it. `rules` in the order in which they were written. */
export function keepsOrder(layers: readonly Layer[], rules: readonly NftRule[]): boolean {
  if (layers.length > mostLayers) return isWritten(layers, rules);
  const numbers = new Map(rules.map((rule, index) => [rule, index]));
  const parts = layers.map((layer) => numbered(layer, numbers));
  const count = parts.reduce((sum, { length }) => sum + length, 0);
  if (count !== rules.length || numbers.size !== rules.length) return false;
  const work = { left: mostComparisons };
  return parts.every((part, index) => {
    if (part.length > 1 && haveCommonPackets(part, part, (a, b) => a !== b, work)) return false;
    return parts.slice(index + 1).every((later) => areInOrder(part, later, work));
  });
}

/** Whether the layers are the rules in their order. */
function isWritten(layers: readonly Layer[], rules: readonly NftRule[]): boolean {
  const now = layers.flatMap((layer) => (layer.alone ? [layer.alone] : layer.rules.map(({ rule }) => rule)));
  const single = layers.every((layer) => layer.alone !== undefined || layer.rules.length === 1);
  return single && now.length === rules.length && now.every((rule, index) => rule === rules[index]);
}

/** A rule with its number. */
interface Numbered {
  readonly number: number;
  readonly rule?: FoldRule;
}

function numbered({ rules, alone }: Layer, numbers: ReadonlyMap<NftRule, number>): readonly Numbered[] {
  if (alone) return [{ number: numbers.get(alone) ?? -1 }];
  return rules.map((rule) => ({ rule, number: numbers.get(rule.rule) ?? -1 }));
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
  const fields = fieldsOfAll([...some, ...others]);
  const exact = fields.filter((name) => [...some, ...others].every(({ rule }) => isExact(rule, name)));
  const ranges = fields.filter((name) => !exact.includes(name));
  const byKey = new Map<string, Numbered[]>();
  for (const each of others) {
    for (const key of keysIn(each, exact)) {
      const list = byKey.get(key);
      if (list) list.push(each);
      else byKey.set(key, [each]);
    }
  }
  return some.some((one) =>
    keysIn(one, exact).some((key) =>
      (byKey.get(key) ?? []).some((other) => {
        work.left -= 1;
        if (work.left < 0) return true;
        return counts(one.number, other.number) && ranges.every((name) => valuesOverlap(one, other, name));
      }),
    ),
  );
}

/** The fields that every rule has; none where one of them is no entry of a map. */
function fieldsOfAll(list: readonly Numbered[]): readonly string[] {
  const [first] = list;
  const names = first?.rule ? [...first.rule.keys.keys()] : [];
  return names.filter((name) => list.every(({ rule }) => rule?.keys.has(name)));
}

function isExact(rule: FoldRule | undefined, name: string): boolean {
  return rule?.keys.get(name)?.values.every(isSingle) ?? false;
}

function valuesOverlap(a: Numbered, b: Numbered, name: string): boolean {
  const theirs = valuesOf(b, name);
  return valuesOf(a, name).some((value) => theirs.some((other) => overlaps(value, other)));
}

function valuesOf({ rule }: Numbered, name: string): readonly ElementPart[] {
  return rule?.keys.get(name)?.values ?? [];
}

/** The values that the rule has in the fields, one text for each combination. */
function keysIn(each: Numbered, fields: readonly string[]): readonly string[] {
  let texts: readonly string[] = [''];
  for (const name of fields) {
    const values = valuesOf(each, name);
    const [only, ...more] = values;
    if (only && more.length === 0) texts = texts.map((text) => `${text} ${textOf(only)}`);
    else texts = texts.flatMap((text) => values.map((value) => `${text} ${textOf(value)}`));
  }
  return texts;
}

function textOf(part: ElementPart): string {
  return 'name' in part ? part.name : String(part.first);
}
