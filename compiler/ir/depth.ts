/** How many chains a packet may be in at once: the kernel refuses rules that lead it deeper. */
import { setsByName, targetsOf } from './flow.ts';
import type { NftRule, Ruleset } from './ruleset.ts';

/** Chains on one path, the base chain included (NFT_JUMP_STACK_SIZE in include/net/netfilter/nf_tables.h). */
export const mostChains = 16;

/** Of each chain, how many chains the longest path to it has, and the longest path from it; both count the chain itself. */
interface Paths {
  readonly targets: ReadonlyMap<string, ReadonlySet<string>>;
  readonly to: ReadonlyMap<string, number>;
  readonly from: ReadonlyMap<string, number>;
}

/** The chains of `before` from which `after` leads to a chain that a pass has added, on a path of more chains than may be. */
export function chainsTooDeep(before: Ruleset, after: Ruleset): ReadonlySet<string> {
  const found = new Set<string>();
  if (after.chains.length === before.chains.length) return found;
  const { targets, to, from } = pathsOf(after);
  const old = new Set(before.chains.map(({ name }) => name));
  for (const name of old) {
    const above = to.get(name) ?? 1;
    const leads = [...(targets.get(name) ?? [])];
    if (leads.some((target) => !old.has(target) && above + (from.get(target) ?? 1) > mostChains)) found.add(name);
  }
  return found;
}

/** The rules that lead packets into one chain too many. A chain without rules needs no jump, and is not entered. */
export function rulesTooDeep(ruleset: Ruleset): readonly NftRule[] {
  const entered = { ...ruleset, chains: ruleset.chains.filter(({ base, rules }) => base || rules.length > 0) };
  const { to, from } = pathsOf(entered);
  const sets = setsByName(entered);
  return entered.chains.flatMap(({ name, rules }) =>
    to.get(name) === mostChains ? rules.filter((rule) => targetsOf(rule, sets).some((target) => from.has(target))) : [],
  );
}

function pathsOf(ruleset: Ruleset): Paths {
  const sets = setsByName(ruleset);
  const targets = new Map(
    ruleset.chains.map(({ name, rules }) => [name, new Set(rules.flatMap((rule) => targetsOf(rule, sets)))] as const),
  );
  const from = new Map<string, number>();
  const depth = (name: string): number => {
    const before = from.get(name);
    if (before !== undefined || !targets.has(name)) return before ?? 0;
    from.set(name, 0); // the kernel refuses chains that call each other in a circle
    let below = 0;
    for (const target of targets.get(name) ?? []) below = Math.max(below, depth(target));
    from.delete(name); // set again at the end: callers come behind those that they call
    from.set(name, below + 1);
    return below + 1;
  };
  for (const name of targets.keys()) depth(name);
  const to = new Map<string, number>();
  for (const name of [...from.keys()].reverse()) {
    const above = to.get(name) ?? 1;
    to.set(name, above);
    for (const target of targets.get(name) ?? []) to.set(target, Math.max(to.get(target) ?? 1, above + 1));
  }
  return { targets, to, from };
}
