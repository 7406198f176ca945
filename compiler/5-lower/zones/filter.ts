/** The base chains of input, forward and output: states first, then interfaces, then pairs of zones. */
import type { Match, NftRule } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { Policy } from '../../model/policy.ts';
import { blacklistDispatch, blacklistOf, forwardBlacklists } from '../blacklists/blacklists.ts';
import { clampRules, clampsOfPair, earlyClamps } from '../interfaces/clamping.ts';
import { foreignSources } from '../interfaces/interface-options.ts';
import { onlyVersions, versionsWith } from '../interfaces/interface-versions.ts';
import { optionsMakeChain } from '../interfaces/option-chains.ts';
import { optionsOfOthers, optionsOfPair } from '../interfaces/options-place.ts';
import { accept, counter, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { beforeZones, earlyStatesAlone, refusedVersions } from './early-rules.ts';
import { type ForwardPair, forwardDispatch, forwardPairs, usualDispatch } from './forward-pairs.ts';
import { turningBack } from './hairpin.ts';
import { ownNames, sentElsewhere } from './own-names.ts';
import { addBlacklistChain, addPairChain, pairChain, rulesByPair } from './pairs.ts';
import { earlyStates, type States } from './states.ts';
import { unlistedRules } from './unlisted-interfaces.ts';
import { nothingForwarded, outsideZones, unheardRules } from './unzoned.ts';
import { pairsWithoutChain, zoneDispatch } from './zone-match.ts';

const hookPriority = 0;

/** Adds the filter: base chains and a chain for each pair of zones that packets can take. */
export function addFilter(program: Program): void {
  const { model } = program;
  const states = earlyStates(model);
  const byPair = rulesByPair(model.rules);
  const without = pairsWithoutChain(model);
  const pairs = forwardPairs(program).filter((pair) => !without.has(`${pair.source.name} ${pair.dest.name}`));
  const ways = new Set(pairs.map(({ source, dest }) => `${source.name} ${dest.name}`));
  const wanted = model.policies.filter(
    (policy) =>
      !without.has(`${policy.source} ${policy.dest}`) &&
      isWanted(policy, ways, model, byPair.has(`${policy.source} ${policy.dest}`)),
  );
  const base = (hook: 'input' | 'forward' | 'output', rules: readonly NftRule[]): void => {
    program.add({ name: hook, base: { type: 'filter', hook, priority: hookPriority, policy: 'drop' }, rules });
  };
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
  base('input', inputRules(states, program));
  base('forward', forwardRules(states, pairs, program));
  base('output', outputRules(states, program));
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

function loopback(field: 'iifname' | 'oifname', states: States, program: Program): readonly NftRule[] {
  const { firewall } = program.model;
  const pair = pairChain({ source: firewall, dest: firewall });
  const match: Match = { kind: 'interface', field, negated: false, interfaces: [{ name: 'lo', wildcard: false }] };
  // What the firewall sends to itself is judged once, on its way out.
  if (field === 'iifname' || !program.has(pair)) return [rule([match], [counter, accept], { comment: 'loopback' })];
  const early = earlyStatesAlone(states, 'output', program);
  if (early.length === 0) return [rule([match], [jump(pair)])];
  const chain = program.once('loopback', () => ({
    comment: 'from the firewall to itself',
    rules: [...early, rule([], [jump(pair)])],
  }));
  return [rule([match], [jump(chain)])];
}

function inputRules(states: States, program: Program): readonly NftRule[] {
  const { model } = program;
  const pairs = model.zones
    .filter((zone) => zone.name !== model.firewall)
    .map((zone) => ({ source: zone.name, dest: model.firewall }))
    .filter((pair) => program.has(pairChain(pair)));
  const targets = pairs.map((pair) => ({ zone: pair.source, chain: pairChain(pair) }));
  const listed = blacklistDispatch(
    model.zones.map((zone) => ({ source: zone.name, dest: model.firewall })),
    (pair) => pair.source,
    'source',
    program,
  );
  return [
    ...loopback('iifname', states, program),
    ...refusedVersions(program),
    ...unheardRules('input', outsideZones('INPUT', model.fallbacks.input, program), program),
    ...unlistedRules('input', states, program),
    ...(model.settings.closedOutsideZones ? [] : foreignSources(program)),
    ...beforeZones(states, 'input', listed, earlyClamps(states, program).local(pairs, 'source'), program),
    ...zoneDispatch(targets, 'source', [], program),
    ...optionsOfOthers('input', program),
    ...unmanaged('iifname', program),
    ...outsideZones('INPUT', model.fallbacks.input, program),
  ];
}

function outputRules(states: States, program: Program): readonly NftRule[] {
  const { model } = program;
  const pairs = model.zones
    .filter((zone) => zone.name !== model.firewall)
    .map((zone) => ({ source: model.firewall, dest: zone.name }))
    .filter((pair) => program.has(pairChain(pair)));
  const targets = pairs.map((pair) => ({ zone: pair.dest, chain: pairChain(pair) }));
  const listed = blacklistDispatch(
    model.zones.map((zone) => ({ source: model.firewall, dest: zone.name })),
    (pair) => pair.dest,
    'dest',
    program,
  );
  return [
    ...ownNames(states, program),
    ...loopback('oifname', states, program),
    ...refusedVersions(program),
    ...unlistedRules('output', states, program),
    ...beforeZones(states, 'output', listed, earlyClamps(states, program).local(pairs, 'dest'), program),
    ...sentElsewhere(program),
    ...zoneDispatch(targets, 'dest', [], program),
    ...optionsOfOthers('output', program),
    ...unmanaged('oifname', program),
    ...outsideZones('OUTPUT', model.fallbacks.output, program),
  ];
}

function forwardRules(states: States, pairs: readonly ForwardPair[], program: Program): readonly NftRule[] {
  const { model } = program;
  // Where a single zone of one interface forwards nothing Shorewall makes no chains for it: all of it meets the policy for all.
  const groups = model.zones.flatMap((zone) => (zone.name === model.firewall ? [] : [zone.hosts.length]));
  const single = groups.length < 2 && groups.every((count) => count < 2);
  if (single && pairs.length === 0 && !model.settings.closedOutsideZones)
    return [...refusedVersions(program), ...outsideZones('FORWARD', model.fallbacks.forward, program)];
  const dispatch = forwardDispatch(pairs, usualDispatch, program);
  const listed = forwardBlacklists(pairs, program);
  return [
    ...refusedVersions(program),
    ...clampRules(program),
    ...unheardRules('forward', outsideZones('FORWARD', model.fallbacks.forward, program), program),
    ...nothingForwarded(pairs, program),
    ...turningBack(pairs, program),
    ...unlistedRules('forward', states, program),
    ...beforeZones(states, 'forward', listed, earlyClamps(states, program).forward(pairs), program),
    ...dispatch,
    ...optionsOfOthers('forward', program),
    ...outsideZones('FORWARD', model.fallbacks.forward, program),
  ];
}

/** What the firewall itself says and hears on interfaces that are not ours to judge. */
function unmanaged(field: 'iifname' | 'oifname', { model }: Program): readonly NftRule[] {
  if (model.settings.complete) return [];
  return model.interfaces.flatMap((each) => {
    const versions = versionsWith(each, (options) => options.unmanaged, model);
    if (versions.length === 0) return [];
    const matches: readonly Match[] = [
      { kind: 'interface', field, negated: false, interfaces: [each.pattern] },
      ...onlyVersions(versions, model),
    ];
    return [rule(matches, [counter, accept], { origin: each.origin })];
  });
}
