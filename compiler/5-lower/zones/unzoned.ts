/** Packets of no pair of zones (OUTSIDE_ZONES): what they meet before the policy for all, that policy, and those of interfaces that are only a destination. */
import type { Match, NftRule } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { Policy } from '../../model/policy.ts';
import { fastStates } from '../../model/settings.ts';
import { dynamicRules } from '../blacklists/dynamic-blacklist.ts';
import { incomingRules, neighbourRules } from '../interfaces/interface-options.ts';
import { interfacesHaving, isUnheard, onlyVersions } from '../interfaces/interface-versions.ts';
import { accept, counter, drop, goto } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import type { ForwardPair } from './forward-pairs.ts';
import { policyRules, rulesOfVersion } from './policy-end.ts';

/** What holds for them as for all that comes by their interface: commands such as `drop`, FASTACCEPT, options. `sfilter` comes earlier. */
export function beforePolicy(program: Program): readonly NftRule[] {
  return [...dynamicRules('forward', program), ...fastAccepted(program.model), ...incomingRules('forward', program)];
}

/** FASTACCEPT, for packets of no pair. */
export function fastAccepted({ settings }: Model): readonly NftRule[] {
  const states = fastStates(settings);
  return states.length === 0
    ? []
    : [rule([{ kind: 'state', negated: false, states }], [counter, accept], { comment: 'FASTACCEPT' })];
}

/**
 * What comes from such an interface meets nothing but the policy for all (Shorewall makes no chain for it), not even
 * FASTACCEPT. What commands have named is dropped all the same, and neighbours are heard.
 */
export function unheardRules(
  hook: 'input' | 'forward',
  policy: readonly NftRule[],
  program: Program,
): readonly NftRule[] {
  const { model } = program;
  if (model.settings.closedOutsideZones) return [];
  const places = interfacesHaving(model, ({ destonly }) => destonly).flatMap(({ interfaces, versions }) => {
    const unheard = interfaces.filter((each) => versions.every((version) => isUnheard(each, version, model)));
    return unheard.length > 0 ? [{ unheard, versions }] : [];
  });
  if (places.length === 0) return [];
  const chain = program.once(`unheard-${hook}`, () => ({
    comment: 'from interfaces that are only a destination',
    rules: [...(hook === 'input' ? neighbourRules(model) : []), ...dynamicRules(hook, program), ...policy],
  }));
  return places.map(({ unheard, versions }) => {
    const from: Match = {
      kind: 'interface',
      field: 'iifname',
      negated: false,
      interfaces: unheard.map(({ pattern }) => pattern),
    };
    return rule([from, ...onlyVersions(versions, model)], [goto(chain)], { comment: 'interfaces: destonly' });
  });
}

/** Packets of no zone, as OUTSIDE_ZONES has it: dropped, or judged by the policy for all. */
export function outsideZones(name: string, policies: readonly Policy[], program: Program): readonly NftRule[] {
  const { settings, families } = program.model;
  const closed: readonly NftRule[] = [rule([], [counter, drop], { comment: 'not in any zone' })];
  if (settings.closedOutsideZones || settings.complete) return closed;
  const deciding = policies.filter(({ verdict }) => verdict.kind !== 'continue' && verdict.kind !== 'none');
  const decided = deciding.flatMap(({ versions }) => versions);
  if (families.versions.every((version) => decided.includes(version))) return policyRules(deciding, name, program);
  return [...deciding.flatMap((policy) => rulesOfVersion(policy, name, program)), ...closed];
}

/** The policy for all, for an IP version of which no packet has a way through. */
export function nothingForwarded(pairs: readonly ForwardPair[], program: Program): readonly NftRule[] {
  const { model } = program;
  if (model.settings.closedOutsideZones) return [];
  const closed = model.families.versions.filter((version) => !pairs.some(({ versions }) => versions.includes(version)));
  if (closed.length === 0 || closed.length === model.families.versions.length) return [];
  const chain = program.once('nothing-forwarded', () => ({
    comment: 'no pair of zones has these packets',
    rules: outsideZones('FORWARD', model.fallbacks.forward, program),
  }));
  return [rule(onlyVersions(closed, model), [goto(chain)])];
}
