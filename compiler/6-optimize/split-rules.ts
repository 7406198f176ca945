/** Chains of many rules that no look-up decides: packets meet only the rules of their protocol and IP version. */

import { chainsTooDeep } from '../ir/depth.ts';
import { fallingThrough } from '../ir/flow.ts';
import type { Chain, NftRule, Ruleset } from '../ir/ruleset.ts';
import { once } from '../once.ts';
import { Additions } from './fold/verdict-map.ts';
import type { Unproved } from './fold-and-prove.ts';
import { answersOfCallers, byProtocol, byVersion } from './split/criteria.ts';
import { meetTheSame } from './split/keeps-order.ts';
import { splitRules } from './split/split-chain.ts';

/** A ruleset with its chains split, and the chains that stayed whole because the order was not shown. */
export interface Split {
  readonly ruleset: Ruleset;
  readonly unproved: readonly Unproved[];
}

/** Fewer rules cost about as much as a chain of their own does those who enter it. */
const usual = 16;

/** Splits every chain that other chains call. `few`, for tests: so many rules are worth a chain. */
export function splitChains(ruleset: Ruleset, few: number = usual): Split {
  return splitAllBut(new Set(), ruleset, few);
}

/** Leaves whole the chains of `left`, and those whose paths would have more chains than the kernel allows. */
function splitAllBut(left: ReadonlySet<string>, ruleset: Ruleset, few: number): Split {
  const isLong = ({ base, name, rules }: Chain) => !base && rules.length >= few && !left.has(name);
  if (!ruleset.chains.some(isLong)) return { ruleset, unproved: [] };
  const additions = new Additions(ruleset.chains.map(({ name }) => name));
  const guards = new Set<NftRule>();
  const dual = ruleset.family === 'inet';
  const callers = new Map(
    [byProtocol, byVersion].map((each) => [each, once(() => answersOfCallers(ruleset, each))] as const),
  );
  const splitting = { few, additions, guards, callers, dual, fallsThrough: fallingThrough(ruleset) };
  const unproved: Unproved[] = [];
  const chains = ruleset.chains.map((chain): Chain => {
    if (!isLong(chain)) return chain;
    const rules = splitRules(chain, splitting);
    if (rules === chain.rules) return chain;
    const parts = new Map(additions.chains.map((part) => [part.name, part.rules]));
    if (meetTheSame(chain.rules, rules, { parts, guards })) return { ...chain, rules };
    unproved.push({ chain, equality: 'different' });
    return chain;
  });
  if (chains.every((chain, index) => chain === ruleset.chains[index])) return { ruleset, unproved };
  const split = { ...ruleset, chains: [...chains, ...additions.chains] };
  const tooDeep = chainsTooDeep(ruleset, split);
  return tooDeep.size === 0 ? { ruleset: split, unproved } : splitAllBut(new Set([...left, ...tooDeep]), ruleset, few);
}
