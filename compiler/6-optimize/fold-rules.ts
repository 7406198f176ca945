/** Runs of rules become look-ups in maps: what a packet pays grows with the shapes of the rules, not with their number. */
import type { Chain, NftRule, Ruleset } from '../ir/ruleset.ts';
import { cutByField } from './fold/cut.ts';
import { joinLayers } from './fold/join-layers.ts';
import { keepsOrder } from './fold/keeps-order.ts';
import { type Layer, layersOf } from './fold/layers.ts';
import { costOfLayer, type FoldLimits, isWorthAMap, usual } from './fold/limits.ts';
import { Additions, lookupOf } from './fold/verdict-map.ts';

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
  if (rules.length < folding.limits.fewRules) return rules;
  const layers = joinLayers(layersOf(rules, true), folding.limits);
  if (!layers.some(({ rules: some }) => some.some(({ remembering }) => remembering)) || keepsOrder(layers, rules))
    return inLayers(chain, rules, layers, folding);
  // Diagrams name a condition that remembers packets by its place, and so cannot tell for one that has moved.
  return inLayers(chain, rules, joinLayers(layersOf(rules, false), folding.limits), folding);
}

function inLayers(chain: string, rules: readonly NftRule[], layers: readonly Layer[], folding: Folding) {
  const { additions, limits } = folding;
  const worth = new Set(layers.filter((layer) => isWorthAMap(layer, limits)));
  const costs = layers.map((layer) => costOfLayer(layer, worth.has(layer)));
  const cost = costs.reduce((sum, each) => sum + each, 0);
  const cut = cost > limits.dear ? cutByField(rules) : undefined;
  if (cut && cut.cost < cost) return cut.rules(chain, additions, (name, part) => foldedRules(name, part, folding));
  if (worth.size === 0) return rules;
  if (keepsOrder(layers, rules)) folding.shown.add(chain);
  return layers.flatMap((layer) => (worth.has(layer) ? [lookupOf(chain, layer.rules, additions)] : rulesOf(layer)));
}

function rulesOf({ rules, alone }: Layer): readonly NftRule[] {
  return alone ? [alone.rule] : rules.map(({ rule }) => rule);
}
