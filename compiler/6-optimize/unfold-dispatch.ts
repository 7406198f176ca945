/** Verdict maps of few keys, or whose packets come back, become rules: these need no second question. */

import { type FallsThrough, fallingThrough } from '../ir/flow.ts';
import { kindOfMatch } from '../ir/matches/index.ts';
import type { NftRule, Ruleset } from '../ir/ruleset.ts';
import { dispatchOf, isWorthAMap, rulesOf } from './dispatch-rules.ts';

export function unfoldDispatch(ruleset: Ruleset): Ruleset {
  const fallsThrough = fallingThrough(ruleset);
  const chains = ruleset.chains.map((chain) => {
    const rules = chain.rules.flatMap((rule) => unfolded(rule, fallsThrough));
    return rules.length === chain.rules.length && rules.every((rule, index) => rule === chain.rules[index])
      ? chain
      : { ...chain, rules };
  });
  return { ...ruleset, chains };
}

function unfolded(rule: NftRule, fallsThrough: FallsThrough): readonly NftRule[] {
  const dispatch = dispatchOf(rule);
  if (!dispatch || isWorthAMap(dispatch, fallsThrough)) return [rule];
  // The state may be another when a chain that does not track has come back.
  if (dispatch.fields.includes('state')) return [rule];
  const rules = rulesOf(dispatch, rule);
  const remembers = rule.matches.some((match) => kindOfMatch(match).stateful);
  return remembers && rules.length > 1 ? [rule] : rules;
}
