/** A chain for each pair of zones that packets can take. */
import type { Model } from '../../model/index.ts';
import type { Policy } from '../../model/policy.ts';
import { blacklistOf } from '../blacklists/blacklists.ts';
import { clampsOfPair } from '../interfaces/clamping.ts';
import { optionsMakeChain } from '../interfaces/option-chains.ts';
import { optionsOfPair } from '../interfaces/options-place.ts';
import type { Program } from '../ruleset-builder.ts';
import type { ForwardPair } from './forward-pairs.ts';
import { addBlacklistChain, addPairChain, rulesByPair } from './pairs.ts';
import type { States } from './states.ts';
import { pairsWithoutChain } from './zone-match.ts';

/** Adds the chains of all pairs; `pairs`: the ways through the firewall. */
export function addPairs(states: States, pairs: readonly ForwardPair[], program: Program): void {
  const { model } = program;
  const byPair = rulesByPair(model.rules);
  const without = pairsWithoutChain(model);
  const ways = new Set(pairs.map(({ source, dest }) => `${source.name} ${dest.name}`));
  const wanted = model.policies.filter(
    (policy) =>
      !without.has(`${policy.source} ${policy.dest}`) &&
      isWanted(policy, ways, model, byPair.has(`${policy.source} ${policy.dest}`)),
  );
  for (const [key, policies] of policiesByPair(wanted)) {
    const [pair] = policies;
    const rules = byPair.get(key) ?? [];
    addBlacklistChain(pair, rules, program);
    const [main, ...others] = policies;
    const decided = [
      withinZone(main, rules, program),
      ...others.map((each) => withinZone(each, rules, program)),
    ] as const;
    const first = [...clampsOfPair(pair, program), ...blacklistOf(pair, program), ...optionsOfPair(pair, program)];
    addPairChain({ source: pair.source, dest: pair.dest }, decided, rules, first, states, program);
  }
}

/** The policies of each pair: one, or one for each IP version. */
function policiesByPair(policies: readonly Policy[]): ReadonlyMap<string, readonly [Policy, ...Policy[]]> {
  const found = new Map<string, readonly [Policy, ...Policy[]]>();
  for (const policy of policies) {
    const key = `${policy.source} ${policy.dest}`;
    const [first, ...others] = found.get(key) ?? [];
    found.set(key, first ? [first, ...others, policy] : [policy]);
  }
  return found;
}

/**
 * Within a zone, CONTINUE without a chain is what it is without a line: ACCEPT (Shorewall: rules_target). Rules make the
 * chain, and so do options of interfaces that come behind blacklists.
 */
function withinZone(policy: Policy, rules: readonly unknown[], program: Program): Policy {
  const { verdict, source, dest } = policy;
  if (verdict.kind !== 'continue' || source !== dest || program.model.settings.closedOutsideZones) return policy;
  return rules.length > 0 || optionsMakeChain(policy, program.model)
    ? policy
    : { ...policy, verdict: { kind: 'accept' } };
}

/** Chains are made for pairs that packets can take; within the firewall only when somebody wrote a rule or policy. */
function isWanted(policy: Policy, ways: ReadonlySet<string>, model: Model, hasRules: boolean): boolean {
  const { firewall } = model;
  if (policy.source === firewall && policy.dest === firewall) return hasRules || !policy.implicit;
  if (policy.source === firewall || policy.dest === firewall)
    return hasHosts(model, policy.source === firewall ? policy.dest : policy.source);
  return ways.has(`${policy.source} ${policy.dest}`);
}

function hasHosts(model: Model, name: string): boolean {
  return model.zones.some((zone) => zone.name === name && zone.hosts.length > 0);
}
