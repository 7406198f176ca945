/**
 * Packets of interfaces that no line of `interfaces` matches. Shorewall makes no chain for them: they meet the policy for
 * all, whatever their state (OUTSIDE_ZONES=policy). An ftpwall directory drops them behind all zones instead.
 */
import type { Match, NftRule } from '../../ir/ruleset.ts';
import { dynamicRules } from '../blacklists/dynamic-blacklist.ts';
import { neighbourRules } from '../interfaces/interface-options.ts';
import { listedInterfaces } from '../interfaces/interface-versions.ts';
import { goto } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import type { States } from './states.ts';
import { beforePolicy, fastAccepted, outsideZones } from './unzoned.ts';

const comment = 'an interface that no line of interfaces matches';

/** The rules in front of the states that a base chain decides early; without those nothing is accepted before the policy. */
export function unlistedRules(
  hook: 'input' | 'forward' | 'output',
  states: States,
  program: Program,
): readonly NftRule[] {
  const { model } = program;
  const interfaces = listedInterfaces(model);
  if (model.settings.closedOutsideZones || states.early.size === 0 || !interfaces) return [];
  const not = (field: 'iifname' | 'oifname'): Match => ({ kind: 'interface', field, negated: true, interfaces });
  if (hook === 'input') return [rule([not('iifname')], [goto(arrivingChain(program))], { comment })];
  if (hook === 'output') return [rule([not('oifname')], [goto(sentChain(program))], { comment })];
  return [
    rule([not('iifname')], [goto(forwardedChain(program))], { comment }),
    rule([not('oifname')], [goto(leavingChain(program))], { comment }),
  ];
}

function arrivingChain(program: Program): string {
  const { model } = program;
  return program.once('unlisted-input', () => ({
    comment: `from ${comment}`,
    rules: [
      ...neighbourRules(model),
      ...dynamicRules('input', program),
      ...outsideZones('INPUT', model.fallbacks.input, program),
    ],
  }));
}

function forwardedChain(program: Program): string {
  const { fallbacks } = program.model;
  return program.once('unlisted-forward', () => ({
    comment: `from ${comment}`,
    rules: [...dynamicRules('forward', program), ...outsideZones('FORWARD', fallbacks.forward, program)],
  }));
}

/** The options of the interface by which they came hold for them. */
function leavingChain(program: Program): string {
  const { fallbacks } = program.model;
  return program.once('unlisted-leaving', () => ({
    comment: `forwarded to ${comment}`,
    rules: [...beforePolicy(program), ...outsideZones('FORWARD', fallbacks.forward, program)],
  }));
}

function sentChain(program: Program): string {
  const { model } = program;
  return program.once('unlisted-output', () => ({
    comment: `to ${comment}`,
    rules: [
      ...fastAccepted(model),
      ...neighbourRules(model),
      ...dynamicRules('output', program),
      ...outsideZones('OUTPUT', model.fallbacks.output, program),
    ],
  }));
}
