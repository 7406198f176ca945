/**
 * Rules in layers: in each the rules of one shape, which one look-up decides (tuple-space search: V. Srinivasan,
 * S. Suri, G. Varghese, "Packet Classification using Tuple Space Search", 1999). The first rule that holds still wins: a
 * rule stands in front of earlier ones only where it has no packet in common with any of them.
 */
import type { ElementPart, NftRule } from '../../ir/ruleset.ts';
import { type FoldRule, foldRuleOf, isSingle, overlaps, textOf } from './fold-rule.ts';

/** Rules of one shape that have no packet in common; or one rule that no map can hold. */
export interface Layer {
  readonly rules: readonly FoldRule[];
  /** A rule that stays as it is. */
  readonly alone?: NftRule;
}

/** Comparisons of two rules before a rule is taken to overlap those that it was not compared with. */
const mostComparisons = 3_000_000;

/** The rules of a chain in layers, in the order in which they are asked. */
export function layersOf(rules: readonly NftRule[]): readonly Layer[] {
  const layers: OpenLayer[] = [];
  const work = { left: mostComparisons };
  for (const rule of rules) {
    const folded = foldRuleOf(rule);
    if (!folded) {
      layers.push(new OpenLayer(undefined, rule));
      continue;
    }
    const layer = layerFor(folded, layers, work);
    if (layer) layer.add(folded);
    else layers.push(new OpenLayer(folded));
  }
  return layers;
}

/** The last layer of the rule's shape, unless a rule in it or after it has a packet in common with the rule. */
function layerFor(rule: FoldRule, layers: readonly OpenLayer[], work: { left: number }): OpenLayer | undefined {
  for (const layer of layers.toReversed()) {
    if (layer.touches(rule, work)) return undefined;
    if (layer.shape === rule.shape) return layer;
  }
  return undefined;
}

/** A layer that grows. Of each field the rules are found by the single values that they ask. */
class OpenLayer implements Layer {
  readonly rules: FoldRule[] = [];
  readonly alone?: NftRule;
  readonly shape: string | undefined;
  readonly #indexes = new Map<string, Index>();

  constructor(first: FoldRule | undefined, alone?: NftRule) {
    this.shape = first?.shape;
    if (alone) this.alone = alone;
    if (first) this.add(first);
  }

  add(rule: FoldRule): void {
    this.rules.push(rule);
    for (const [fields, index] of this.#indexes) addTo(index, rule, fields.split(' '));
  }

  /** Whether the rule may have a packet in common with one of this layer. */
  touches(rule: FoldRule, work: { left: number }): boolean {
    if (this.alone) return true;
    const [first] = this.rules;
    if (!first) return false;
    if (first.version !== undefined && rule.version !== undefined && first.version !== rule.version) return false;
    const common = [...first.keys.keys()].filter((name) => rule.keys.has(name));
    if (common.length === 0) return true;
    for (const other of this.#candidates(rule, common)) {
      work.left -= 1;
      if (work.left < 0 || haveCommonPackets(rule, other, common)) return true;
    }
    return false;
  }

  /** The rules that may have the same values in the fields where both ask for single ones. */
  #candidates(rule: FoldRule, common: readonly string[]): Iterable<FoldRule> {
    const exact = common.filter((name) => rule.keys.get(name)?.values.every(isSingle)).sort();
    if (exact.length === 0) return this.rules;
    const fields = exact.join(' ');
    let index = this.#indexes.get(fields);
    if (!index) {
      index = { bySingles: new Map(), others: [] };
      this.#indexes.set(fields, index);
      for (const each of this.rules) addTo(index, each, exact);
    }
    const found = new Set(index.others);
    for (const text of textsOf(rule, exact) ?? []) for (const each of index.bySingles.get(text) ?? []) found.add(each);
    return found;
  }
}

interface Index {
  readonly bySingles: Map<string, FoldRule[]>;
  /** Rules that ask for a range in one of the fields, or for too many values. */
  readonly others: FoldRule[];
}

function addTo(index: Index, rule: FoldRule, fields: readonly string[]): void {
  const texts = textsOf(rule, fields);
  if (!texts) {
    index.others.push(rule);
    return;
  }
  for (const text of texts) {
    const list = index.bySingles.get(text);
    if (list) list.push(rule);
    else index.bySingles.set(text, [rule]);
  }
}

/** Every combination of the rule's values in some fields; undefined when one is a range. */
function textsOf({ keys }: FoldRule, fields: readonly string[]): readonly string[] | undefined {
  let texts: readonly string[] = [''];
  for (const name of fields) {
    const values: readonly ElementPart[] = keys.get(name)?.values ?? [];
    if (!values.every(isSingle)) return undefined;
    texts =
      values.length === 1
        ? texts.map((text) => `${text} ${textOf(values[0] as ElementPart)}`)
        : texts.flatMap((text) => values.map((value) => `${text} ${textOf(value)}`));
  }
  return texts;
}

function haveCommonPackets(a: FoldRule, b: FoldRule, common: readonly string[]): boolean {
  return common.every((name) => {
    const [ours, theirs] = [a, b].map(({ keys }) => keys.get(name)?.values ?? []);
    return ours?.some((one) => theirs?.some((other) => overlaps(one, other))) ?? false;
  });
}
