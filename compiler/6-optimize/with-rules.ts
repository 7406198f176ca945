/** Some rules of a ruleset in other words, for passes. */
import type { Chain, NftRule } from '../ir/ruleset.ts';

/**
 * The chains with other rules in the place of some: `instead` gives them, or undefined for a rule that stays. Chains of which
 * all rules stay are the same objects, and so is the list: most passes change few of many rules.
 */
export function withRules(
  chains: readonly Chain[],
  instead: (rule: NftRule, chain: Chain) => readonly NftRule[] | undefined,
): readonly Chain[] {
  const result = chains.map((chain) => {
    const rules = replaced(chain, instead);
    return rules ? { ...chain, rules } : chain;
  });
  return result.some((chain, index) => chain !== chains[index]) ? result : chains;
}

function replaced(chain: Chain, instead: Parameters<typeof withRules>[1]): readonly NftRule[] | undefined {
  let rules: NftRule[] | undefined;
  // By number: an iterator of entries makes two objects for each of many rules.
  for (let index = 0; index < chain.rules.length; index += 1) {
    const rule = chain.rules[index] as NftRule;
    const others = instead(rule, chain);
    if (others && !rules) rules = chain.rules.slice(0, index);
    if (rules) rules.push(...(others ?? [rule]));
  }
  return rules;
}
