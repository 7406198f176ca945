/**
 * Rules in layers: in each the rules of one shape, which one look-up decides (tuple-space search: V. Srinivasan,
 * S. Suri, G. Varghese, "Packet Classification using Tuple Space Search", 1999). The first rule that holds still wins: a
 * rule stands in front of earlier ones only where it has no packet in common with any of them.
 */
import type { NftRule } from '../../ir/ruleset.ts';
import { FieldIndex } from './field-index.ts';
import { type FoldRule, foldRuleOf, type KeyField, type KeyValues, nameOf, overlaps } from './fold-rule.ts';

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
  for (const layer of [...layers].reverse()) {
    if (layer.touches(rule, work)) return undefined;
    if (layer.shape === rule.shape) return layer;
  }
  return undefined;
}

/** A layer that grows, with its rules by the values of each field that was asked for. */
class OpenLayer implements Layer {
  readonly rules: FoldRule[] = [];
  readonly alone?: NftRule;
  readonly shape: string | undefined;
  readonly #indexes = new Map<string, FieldIndex>();

  constructor(first: FoldRule | undefined, alone?: NftRule) {
    this.shape = first?.shape;
    if (alone) this.alone = alone;
    if (first) this.add(first);
  }

  add(rule: FoldRule): void {
    this.rules.push(rule);
    for (const index of this.#indexes.values()) index.add(rule);
  }

  /** Whether the rule may have a packet in common with one of this layer. */
  touches(rule: FoldRule, work: { left: number }): boolean {
    if (this.alone) return true;
    const [first] = this.rules;
    if (!first) return false;
    if (first.version !== undefined && rule.version !== undefined && first.version !== rule.version) return false;
    const common = [...first.keys.values()].filter(({ field }) => rule.keys.has(nameOf(field)));
    if (common.length === 0) return true;
    const names = common.map(({ field }) => nameOf(field));
    for (const list of this.#nearest(rule, common)) {
      for (const other of list) {
        work.left -= 1;
        if (work.left < 0 || haveCommonPackets(rule, other, names)) return true;
      }
    }
    return false;
  }

  /** The rules near to this one in the field where these are the fewest. */
  #nearest(rule: FoldRule, common: readonly KeyValues[]): readonly (readonly FoldRule[])[] {
    let best: readonly (readonly FoldRule[])[] = [this.rules];
    for (const { field } of common) {
      const near = this.#indexOf(field).near(rule);
      if (near && countOf(near) < countOf(best)) best = near;
    }
    return best;
  }

  #indexOf(field: KeyField): FieldIndex {
    const name = nameOf(field);
    let index = this.#indexes.get(name);
    if (!index) {
      index = new FieldIndex(field);
      for (const rule of this.rules) index.add(rule);
      this.#indexes.set(name, index);
    }
    return index;
  }
}

function countOf(lists: readonly (readonly FoldRule[])[]): number {
  return lists.reduce((count, list) => count + list.length, 0);
}

function haveCommonPackets(a: FoldRule, b: FoldRule, common: readonly string[]): boolean {
  return common.every((name) => {
    const [ours, theirs] = [a, b].map(({ keys }) => keys.get(name)?.values ?? []);
    return ours?.some((one) => theirs?.some((other) => overlaps(one, other))) ?? false;
  });
}
