/** Lines whose packets never come to their chain, because lines in chains before it decide them all: blrules, say. */
import { ChainFunctions } from '../analyze/chain-functions.ts';
import { type Node, never } from '../analyze/diagram.ts';
import { type Met, rulesMet } from '../analyze/reach.ts';
import type { NftRule } from '../ir/ruleset.ts';
import type { Span } from '../source.ts';
import { type Analysis, fewest } from './covering.ts';
import { unlabelled } from './unlabelled.ts';

/**
 * The lines that together decide every packet of a line; none where its packets do not come for another reason: without
 * these lines, too, none would.
 */
export function decidedBefore(rules: readonly Met[], analysis: Analysis): readonly Span[] {
  const { functions, candidates, extents, isApart } = analysis;
  const { space, ruleset } = functions;
  const { diagrams } = space;
  const others = new Set(rules.flatMap(({ rule, place }) => candidates.linesBefore(rule, place.chain, extents)));
  if (others.size === 0) return [];
  const own = new Set(rules.map(({ rule }) => rule));
  const chains = ruleset.chains.map((chain) => ({ ...chain, rules: chain.rules.filter((rule) => !others.has(rule)) }));
  const without = new ChainFunctions(space, { ...ruleset, chains }, unlabelled);
  const all = unionOf(analysis, rulesMet(without, { rules: own, isApart }), own);
  const first = diagrams.and(all, space.having({ field: 'state', words: ['new'] }));
  const wanted = first === never ? all : first;
  if (wanted === never) return [];
  const parts = rulesMet(functions, { rules: others, isApart }).flatMap(({ rule, holds }) => {
    const span = others.has(rule) ? rule.origin?.at(-1) : undefined;
    const covers = diagrams.and(holds, wanted);
    return span && covers !== never ? [{ span, covers }] : [];
  });
  const isEnough = (chosen: readonly { readonly covers: Node }[]) =>
    diagrams.minus(
      wanted,
      chosen.reduce<Node>((sum, { covers }) => diagrams.or(sum, covers), never),
    ) === never;
  return isEnough(parts) ? fewest(parts, isEnough).map(({ span }) => span) : [];
}

function unionOf({ functions }: Analysis, met: readonly Met[], rules: ReadonlySet<NftRule>): Node {
  const { diagrams } = functions.space;
  return met.reduce<Node>((all, { rule, holds }) => (rules.has(rule) ? diagrams.or(all, holds) : all), never);
}
