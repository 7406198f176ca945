/** Chains that no packet can reach are left out. */

import { setsByName, targetsOf } from '../ir/flow.ts';
import type { Ruleset } from '../ir/ruleset.ts';

/** A chain without rules but with a comment is a note to the reader, and stays. */
export function dropUnreachable(ruleset: Ruleset): Ruleset {
  const byName = new Map(ruleset.chains.map((chain) => [chain.name, chain]));
  const sets = setsByName(ruleset);
  const reached = new Set<string>();
  const waiting = ruleset.chains.filter(({ base }) => base).map(({ name }) => name);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const rule of byName.get(name)?.rules ?? []) for (const target of targetsOf(rule, sets)) waiting.push(target);
  }
  const chains = ruleset.chains.filter(
    ({ name, rules, comment }) => reached.has(name) || (rules.length === 0 && comment),
  );
  return chains.length === ruleset.chains.length ? ruleset : { ...ruleset, chains };
}
