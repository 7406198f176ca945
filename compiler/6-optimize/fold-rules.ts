/** Runs of rules become look-ups in maps: what a packet pays grows with the shapes of the rules, not with their number. */
import type { Chain, NftRule, Ruleset } from '../ir/ruleset.ts';
import { costOfMap, costOfRules } from './fold/costs.ts';
import { cutByField } from './fold/cut.ts';
import { type FoldRule, isSingle } from './fold/fold-rule.ts';
import { keepsOrder } from './fold/keeps-order.ts';
import { type Layer, layersOf } from './fold/layers.ts';
import { Additions, fitsElement, lookupOf } from './fold/verdict-map.ts';

/** When a look-up is preferred to rules. */
export interface FoldLimits {
  /** Fewer rules than these in a row are asked one by one. */
  readonly fewRules: number;
  /** A chain whose look-ups cost more than this (nanoseconds) is cut by a field, where that is cheaper. */
  readonly dear: number;
  /** Whether the rules of one map are asked faster than the map. */
  mapIsDearer(rules: number, map: number): boolean;
}

/** Few rules are as quickly asked one by one, and read better so. */
const usual: FoldLimits = { fewRules: 8, dear: 500, mapIsDearer: (rules, map) => map >= costOfRules(rules) };

/** A folded ruleset, and the chains of which their keys alone show that they do the same as before. */
export interface FoldedChains {
  readonly ruleset: Ruleset;
  readonly shown: ReadonlySet<string>;
}

/** Folds every chain. `limits` are for tests, which fold also what is not worth it. */
export function foldRules(ruleset: Ruleset, limits: FoldLimits = usual): Ruleset {
  return foldChains(ruleset, new Set(), limits).ruleset;
}

/** The same; the chains of `left` stay as they are. */
export function foldChains(
  ruleset: Ruleset,
  left: ReadonlySet<string> = new Set(),
  limits: FoldLimits = usual,
): FoldedChains {
  const additions = new Additions(ruleset.chains.map(({ name }) => name));
  const folding: Folding = { additions, limits, shown: new Set() };
  const chains = ruleset.chains.map((chain): Chain => {
    if (left.has(chain.name)) return chain;
    const rules = foldedRules(chain.name, chain.rules, folding);
    return rules === chain.rules ? chain : { ...chain, rules };
  });
  const { shown } = folding;
  if (additions.sets.length === 0) return { ruleset, shown };
  return {
    ruleset: { ...ruleset, sets: [...ruleset.sets, ...additions.sets], chains: [...chains, ...additions.chains] },
    shown,
  };
}

interface Folding {
  readonly additions: Additions;
  readonly limits: FoldLimits;
  readonly shown: Set<string>;
}

/** The rules with look-ups where these are cheaper, the same array where none is. */
function foldedRules(chain: string, rules: readonly NftRule[], folding: Folding): readonly NftRule[] {
  const { additions, limits } = folding;
  if (rules.length < limits.fewRules) return rules;
  const layers = layersOf(rules);
  const cost = layers.reduce((sum, layer) => sum + costOf(layer, limits), 0);
  const cut = cost > limits.dear ? cutByField(rules) : undefined;
  if (cut && cut.cost < cost) return cut.rules(chain, additions, (name, part) => foldedRules(name, part, folding));
  if (!layers.some((layer) => isWorthAMap(layer, limits))) return rules;
  if (keepsOrder(layers, rules)) folding.shown.add(chain);
  return layers.flatMap((layer) =>
    isWorthAMap(layer, limits) ? [lookupOf(chain, layer.rules, additions)] : rulesOf(layer),
  );
}

function rulesOf({ rules, alone }: Layer): readonly NftRule[] {
  return alone ? [alone] : rules.map(({ rule }) => rule);
}

function isWorthAMap(layer: Layer, { mapIsDearer }: FoldLimits): boolean {
  return layer.rules.length > 1 && !mapIsDearer(layer.rules.length, costAsMap(layer)) && layer.rules.every(fitsElement);
}

function costOf(layer: Layer, limits: FoldLimits): number {
  return isWorthAMap(layer, limits) ? costAsMap(layer) : costOfRules(Math.max(layer.rules.length, 1));
}

function costAsMap({ rules }: Layer): number {
  const [first] = rules;
  return first ? costOfMap(first.keys.size, hasRanges(first)) : 0;
}

function hasRanges({ keys }: FoldRule): boolean {
  return [...keys.values()].some(({ values }) => !values.every(isSingle));
}
