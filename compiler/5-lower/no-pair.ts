/** Packets of no pair of zones (OUTSIDE_ZONES=policy): what they meet before the policy for all, and those of interfaces that are only a destination. */
import type { Match, NftRule } from '../ir/ruleset.ts';
import { fastStates } from '../language/settings.ts';
import type { Model } from '../model.ts';
import { dynamicRules } from './dynamic-blacklist.ts';
import { incomingRules, neighbourRules } from './interface-options.ts';
import { interfacesHaving, isUnheard, onlyVersions } from './interface-versions.ts';
import { type Program, rule } from './program.ts';
import { accept, counter, goto } from './verdicts.ts';

/** What holds for them as for all that comes by their interface: commands such as `drop`, FASTACCEPT, options. `sfilter` comes earlier. */
export function beforePolicy(program: Program): readonly NftRule[] {
  return [...dynamicRules('forward', program), ...fastAccepted(program.model), ...incomingRules('forward', program)];
}

function fastAccepted({ settings }: Model): readonly NftRule[] {
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
  const { model, dual } = program;
  if (model.settings.closedOutsideZones) return [];
  const places = interfacesHaving(model, ({ destonly }) => destonly).flatMap(({ interfaces, versions }) => {
    const unheard = interfaces.filter((each) => versions.every((version) => isUnheard(each, version, model)));
    return unheard.length > 0 ? [{ unheard, versions }] : [];
  });
  if (places.length === 0) return [];
  const chain = program.once(`unheard-${hook}`, () => ({
    comment: 'from interfaces that are only a destination',
    rules: [...(hook === 'input' ? neighbourRules(model, dual) : []), ...dynamicRules(hook, program), ...policy],
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
