/**
 * Behind every verdict map stand rules that say the same: see `dispatch-rules.ts`. Only a packet that the map does not
 * know comes to them. Behind the map of a network's translation stands a refusal, since nothing else translates so: the
 * connection begins with the next packet, and none with an address that was to stay hidden.
 */

import { type FallsThrough, fallingThrough } from '../ir/flow.ts';
import { kindOfMatch } from '../ir/matches/index.ts';
import type { Match, NftRule, Ruleset } from '../ir/ruleset.ts';
import { dispatchOf, rulesOf } from './dispatch-rules.ts';

/** What the listing says of such a rule. */
const note = 'again, for packets on their way while rules are replaced';

export function askAgain(ruleset: Ruleset): Ruleset {
  const fallsThrough = fallingThrough(ruleset);
  const chains = ruleset.chains.map((chain) => {
    const rules = chain.rules.flatMap((rule, index) =>
      chain.rules[index + 1]?.comment === note ? [rule] : [rule, ...again(rule, fallsThrough), ...untranslated(rule)],
    );
    return rules.length === chain.rules.length ? chain : { ...chain, rules };
  });
  return { ...ruleset, chains };
}

function again(rule: NftRule, fallsThrough: FallsThrough): readonly NftRule[] {
  const dispatch = dispatchOf(rule);
  if (!dispatch || dispatch.entries.some(({ verdict }) => fallsThrough(verdict))) return [];
  if (remembers(rule)) return [];
  return rulesOf(dispatch, { matches: rule.matches, comment: note });
}

function untranslated(rule: NftRule): readonly NftRule[] {
  const statement = rule.statements.at(-1);
  if (statement?.kind !== 'netmap' || remembers(rule)) return [];
  const field = statement.direction === 'dnat' ? 'daddr' : 'saddr';
  const mapped: Match = { kind: 'address', field, negated: false, ranges: [statement.from] };
  const known = rule.matches.some((match) => JSON.stringify(match, asText) === JSON.stringify(mapped, asText));
  return [
    {
      matches: known ? rule.matches : [...rule.matches, mapped],
      statements: [{ kind: 'verdict', verdict: { kind: 'drop' } }],
      comment: note,
    },
  ];
}

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function remembers({ matches }: NftRule): boolean {
  return matches.some((match) => kindOfMatch(match).stateful);
}
