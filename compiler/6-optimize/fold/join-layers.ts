/**
 * Layers of the same fields become one where that is cheaper: a map of ranges costs a packet the same whether each of its
 * rules asks for a network and a port, an address and a range of ports, or an address and a port.
 */
import { elementsOf, formOf, hasRanges } from './fold-rule.ts';
import type { OpenLayer, Work } from './layers.ts';
import { costOfLayer, type FoldLimits, isWorthAMap } from './limits.ts';

/** A line that changes exchanges a whole map of ranges: the kernel takes 30 ms for so many elements. */
const mostElements = 4000;

/** Of a hash single elements are changed, so only a small one is given up for a map of ranges. */
const mostOfHash = 256;

/** More layers are left as they are: such a chain is cut by a field. */
const mostLayers = 100;

/** Comparisons of two rules before layers stay apart that were not compared. */
const mostComparisons = 1_000_000;

/** The layers, the same or fewer, in an order in which they decide the same. The layers given are used up. */
export function joinLayers(layers: readonly OpenLayer[], limits: FoldLimits): readonly OpenLayer[] {
  if (layers.length > mostLayers) return layers;
  const work = { left: mostComparisons };
  let joined = layers;
  for (;;) {
    const fewer = joinOnce(joined, limits, work);
    if (fewer.length === joined.length) return joined;
    joined = fewer;
  }
}

function joinOnce(layers: readonly OpenLayer[], limits: FoldLimits, work: Work): readonly OpenLayer[] {
  const joined: OpenLayer[] = [];
  for (const layer of layers) {
    const target = targetOf(layer, joined, limits, work);
    if (target) for (const rule of layer.rules) target.add(rule);
    else joined.push(layer);
  }
  return joined;
}

/** The last of the earlier layers that this one can be joined with, unless it has a packet in common with one on the way. */
function targetOf(
  layer: OpenLayer,
  earlier: readonly OpenLayer[],
  limits: FoldLimits,
  work: Work,
): OpenLayer | undefined {
  const targets = new Set(earlier.filter((each) => mayJoin(each, layer) && isCheaper(each, layer, limits)));
  if (targets.size === 0) return undefined;
  for (const each of [...earlier].reverse()) {
    if (layer.rules.some((rule) => each.touches(rule, work))) return undefined;
    if (targets.has(each)) return each;
  }
  return undefined;
}

function mayJoin(one: OpenLayer, other: OpenLayer): boolean {
  const [a, b] = [one.rules[0], other.rules[0]];
  if (!a || !b || formOf(a) !== formOf(b)) return false;
  const rules = [...one.rules, ...other.rules];
  const elements = rules.reduce((sum, rule) => sum + elementsOf(rule), 0);
  const isHash = [one, other].some((layer) => !layer.rules.some(hasRanges));
  return elements <= (isHash ? mostOfHash : mostElements);
}

function isCheaper(one: OpenLayer, other: OpenLayer, limits: FoldLimits): boolean {
  const both = { rules: [...one.rules, ...other.rules] };
  const [a, b, joined] = [one, other, both].map((layer) => costOfLayer(layer, isWorthAMap(layer, limits)));
  return a !== undefined && b !== undefined && joined !== undefined && !limits.joinIsDearer(a + b, joined);
}
