/**
 * Verdict maps have names: a packet on its way through rules that are replaced would find one without a name empty, since
 * it goes with its rule (measured on Linux 6.18). A map of few keys becomes rules, which are as quick and read better.
 */
import { kindOfMatch } from '../ir/matches/index.ts';
import type { NftRule, Ruleset } from '../ir/ruleset.ts';
import { type Dispatch, dispatchOf, isWorthAMap, rulesOf } from './dispatch-rules.ts';
import { Additions } from './fold/verdict-map.ts';
import { withRules } from './with-rules.ts';

export function nameMaps(ruleset: Ruleset): Ruleset {
  const additions = new Additions(ruleset.chains.map(({ name }) => name));
  const chains = withRules(ruleset.chains, (rule, { name }) => rulesWithNames(name, rule, additions));
  return chains === ruleset.chains ? ruleset : { ...ruleset, chains, sets: [...ruleset.sets, ...additions.sets] };
}

function rulesWithNames(chain: string, rule: NftRule, additions: Additions): readonly NftRule[] | undefined {
  const dispatch = dispatchOf(rule);
  if (!dispatch) return undefined;
  const remembers = rule.matches.some((match) => kindOfMatch(match).stateful);
  const rules = rulesOf(dispatch, rule);
  if (!isWorthAMap(dispatch) && (!remembers || rules.length === 1)) return rules;
  return [{ ...rule, statements: [lookupIn(chain, dispatch, additions)] }];
}

function lookupIn(chain: string, { fields, entries }: Dispatch, additions: Additions): NftRule['statements'][number] {
  const map = additions.map(chain, {
    type: fields.map(() => 'ifname'),
    to: 'verdict',
    interval: entries.some(({ keys }) => keys.some((key) => typeof key === 'object' && key.wildcard)),
    dynamic: false,
    elements: entries.map(({ keys, verdict }) => ({ key: keys.filter((key) => typeof key === 'object'), verdict })),
  });
  return { kind: 'lookup', map, key: fields.map((field) => ({ field: field === 'oifname' ? field : 'iifname' })) };
}
