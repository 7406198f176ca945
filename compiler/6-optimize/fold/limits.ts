/** When a look-up is preferred to rules, and what layers cost either way. */
import { costOfMap, costOfRules } from './costs.ts';
import { hasRanges } from './fold-rule.ts';
import type { Layer } from './layers.ts';
import { fitsElement } from './verdict-map.ts';

/** When a look-up is preferred to rules. All costs in nanoseconds. */
export interface FoldLimits {
  /** Fewer rules than these in a row are asked one by one. */
  readonly fewRules: number;
  /** A chain whose look-ups cost more than this is cut by a field, where that is cheaper. */
  readonly dear: number;
  /** Whether the rules of one map are asked faster than the map. */
  mapIsDearer(rules: number, map: number): boolean;
  /** Whether two layers cost less apart than as one. */
  joinIsDearer(apart: number, joined: number): boolean;
}

/** Few rules are as quickly asked one by one, and read better so. */
export const usual: FoldLimits = {
  fewRules: 8,
  dear: 500,
  mapIsDearer: (rules, map) => map >= costOfRules(rules),
  joinIsDearer: (apart, joined) => joined > apart,
};

/** Whether the layer becomes a map. */
export function isWorthAMap(layer: Layer, { mapIsDearer }: FoldLimits): boolean {
  const { length } = layer.rules;
  return length > 1 && !mapIsDearer(length, costAsMap(layer)) && layer.rules.every(fitsElement);
}

/** What the layer costs as a map, or as the rules that it is. */
export function costOfLayer(layer: Layer, asMap: boolean): number {
  return asMap ? costAsMap(layer) : costOfRules(Math.max(layer.rules.length, 1));
}

function costAsMap({ rules }: Layer): number {
  const [first] = rules;
  return first ? costOfMap(first.keys.length, rules.some(hasRanges)) : 0;
}
