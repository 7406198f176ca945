/**
 * Rules in layers: in each the rules of one shape, which one look-up decides (tuple-space search: V. Srinivasan,
 * S. Suri, G. Varghese, "Packet Classification using Tuple Space Search", 1999). The first rule that holds still wins: a
 * rule stands in front of earlier ones only where it has no packet in common with any of them.
 */
import type { NftRule } from '../../ir/ruleset.ts';
import { FieldIndex } from './field-index.ts';
import { type FoldRule, foldRuleOf, valuesIn } from './fold-rule.ts';
import { type KeyField, overlaps } from './key-values.ts';

/** Rules of one shape that have no packet in common; or one rule that no map can hold. */
export interface Layer {
  readonly rules: readonly FoldRule[];
  /** A rule that stays as it is. */
  readonly alone?: AloneRule;
}

/** A rule that no map can hold, and its place among the rules of its chain, from 0. */
export interface AloneRule {
  readonly rule: NftRule;
  readonly number: number;
}

/** Comparisons of two rules before a rule is taken to overlap those that it was not compared with. */
const mostComparisons = 3_000_000;

const fewComparisons = 4;

/** So many rules are compared before another field gets an index. */
const comparisonsForAnIndex = 16;

/** To put a rule into an index costs as much as to compare so many: a layer that is seldom asked gets none. */
const comparisonsForAPlace = 8;

/**
 * The rules of a chain in layers, in the order in which they are asked. `moving` says whether those that remember packets
 * are among them, and others may change places with them.
 */
export function layersOf(rules: readonly NftRule[], moving: boolean): readonly OpenLayer[] {
  const layers: OpenLayer[] = [];
  const work: Work = { left: mostComparisons };
  for (let number = 0; number < rules.length; number += 1) {
    const rule = rules[number] as NftRule;
    const folded = foldRuleOf(rule, number);
    if (!folded || (folded.remembering && !moving)) {
      layers.push(new OpenLayer(undefined, { rule, number }));
      continue;
    }
    const layer = layerFor(folded, layers, work);
    if (layer) layer.add(folded);
    else layers.push(new OpenLayer(folded));
  }
  return layers;
}

/** The last layer of the rule's shape, unless a rule in it or after it has a packet in common with the rule. */
function layerFor(rule: FoldRule, layers: readonly OpenLayer[], work: Work): OpenLayer | undefined {
  for (let at = layers.length - 1; at >= 0; at -= 1) {
    const layer = layers[at];
    if (!layer || layer.touches(rule, work)) return undefined;
    if (layer.shape === rule.shape) return layer;
  }
  return undefined;
}

/** Rules that are compared before a search for those with which they have packets in common is given up. */
export interface Work {
  left: number;
}

/** A layer that grows, with its rules by the values of each field that was asked for. */
export class OpenLayer implements Layer {
  readonly rules: FoldRule[] = [];
  readonly alone?: AloneRule;
  readonly shape: string | undefined;
  readonly #indexes = new Map<string, FieldIndex>();
  /** Rules that were compared so far. */
  #compared = 0;
  /** The keys of the rules that have one each. */
  readonly #only = new Set<string>();

  constructor(first: FoldRule | undefined, alone?: AloneRule) {
    this.shape = first?.shape;
    if (alone) this.alone = alone;
    if (first) this.add(first);
  }

  add(rule: FoldRule): void {
    this.rules.push(rule);
    if (rule.only !== undefined) this.#only.add(rule.only);
    for (const index of this.#indexes.values()) index.add(rule);
  }

  /** Whether the rule may have a packet in common with one of this layer; also where the work is used up. */
  touches(rule: FoldRule, work: Work): boolean {
    if (this.alone) return true;
    const [first] = this.rules;
    if (!first) return false;
    // Of one shape are rules of the same fields, so that single keys are all that counts.
    if (rule.only !== undefined && rule.shape === this.shape && this.#only.size === this.rules.length)
      return this.#only.has(rule.only);
    if (first.version !== undefined && rule.version !== undefined && first.version !== rule.version) return false;
    const common = first.keys.flatMap(({ field }) => (valuesIn(rule, field.name) ? [field] : []));
    if (common.length === 0) return true;
    for (const list of this.#nearest(rule, common)) {
      this.#compared += list.length;
      for (const other of list) {
        work.left -= 1;
        if (work.left < 0 || haveCommonPackets(rule, other, common)) return true;
      }
    }
    return false;
  }

  /** The rules near to this one in the field where these are the fewest. */
  #nearest(rule: FoldRule, common: readonly KeyField[]): readonly (readonly FoldRule[])[] {
    let best: readonly (readonly FoldRule[])[] = [this.rules];
    let count = this.rules.length;
    for (const field of common) {
      // To look for a field where there are fewer takes longer than to compare with these.
      if (count < fewComparisons) break;
      if (!this.#indexes.has(field.name) && !this.#isWorthAnIndex(count)) continue;
      const near = this.#indexOf(field).near(rule);
      const there = near ? countOf(near) : count;
      if (near && there < count) [best, count] = [near, there];
    }
    return best;
  }

  #isWorthAnIndex(count: number): boolean {
    return count >= comparisonsForAnIndex && this.#compared >= this.rules.length * comparisonsForAPlace;
  }

  #indexOf(field: KeyField): FieldIndex {
    const { name } = field;
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

function haveCommonPackets(a: FoldRule, b: FoldRule, common: readonly KeyField[]): boolean {
  for (const { name } of common) {
    const ours = valuesIn(a, name);
    const theirs = valuesIn(b, name);
    if (!ours || !theirs || !ours.some((one) => theirs.some((other) => overlaps(one, other)))) return false;
  }
  return true;
}
