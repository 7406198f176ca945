/** Behind every verdict map stand rules that say the same: see `dispatch-rules.ts`. Only a packet that the map does not know comes to them. */
import { kindOfMatch } from '../ir/matches/index.ts';
import type { NftRule, Ruleset } from '../ir/ruleset.ts';
import { type ComesBack, comingBack } from './comes-back.ts';
import { dispatchOf, rulesOf } from './dispatch-rules.ts';

/** What the listing says of such a rule. */
const note = 'again, for packets on their way while rules are replaced';

export function askAgain(ruleset: Ruleset): Ruleset {
  const comesBack = comingBack(ruleset);
  const chains = ruleset.chains.map((chain) => {
    const rules = chain.rules.flatMap((rule, index) =>
      chain.rules[index + 1]?.comment === note ? [rule] : [rule, ...again(rule, comesBack)],
    );
    return rules.length === chain.rules.length ? chain : { ...chain, rules };
  });
  return { ...ruleset, chains };
}

function again(rule: NftRule, comesBack: ComesBack): readonly NftRule[] {
  const dispatch = dispatchOf(rule);
  if (!dispatch || dispatch.entries.some(({ verdict }) => comesBack(verdict))) return [];
  if (rule.matches.some((match) => kindOfMatch(match).stateful)) return [];
  return rulesOf(dispatch, { matches: rule.matches, comment: note });
}
