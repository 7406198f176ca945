/**
 * Where the options of interfaces, and the dynamic blacklist before them, are asked: before any zone, or with each pair,
 * behind its blacklist, when that is asked no earlier.
 */
import type { NftRule } from '../../ir/ruleset.ts';
import type { ZonePair } from '../../model/zone.ts';
import { concernsEstablished, dynamicRules } from '../blacklists/dynamic-blacklist.ts';
import { jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { optionsComeWithPairs } from '../zones/zone-match.ts';
import { incomingRules, outgoingRules } from './interface-options.ts';

type Hook = 'input' | 'forward' | 'output';

/** The options before any zone; none where they come with the pairs. */
export function optionsBeforeZones(hook: Hook, program: Program): readonly NftRule[] {
  return optionsComeWithPairs(program.model) ? [] : optionRules(hook, program);
}

/** The options in the chain of a pair, behind its blacklist. What the firewall sends to itself has none. */
export function optionsOfPair({ source, dest }: ZonePair, program: Program): readonly NftRule[] {
  const { firewall } = program.model;
  if (source === firewall && dest === firewall) return [];
  return askedLate(source === firewall ? 'output' : dest === firewall ? 'input' : 'forward', program);
}

/** The options for packets that are of no pair, or that every pair let go on: behind the pairs. */
export function optionsOfOthers(hook: Hook, program: Program): readonly NftRule[] {
  return askedLate(hook, program);
}

function askedLate(hook: Hook, program: Program): readonly NftRule[] {
  if (!optionsComeWithPairs(program.model)) return [];
  const rules = optionRules(hook, program);
  if (rules.length === 0) return [];
  const chain = program.once(`options-${hook}`, () => ({ comment: 'interfaces: options, behind blrules', rules }));
  return [rule([], [jump(chain)])];
}

function optionRules(hook: Hook, program: Program): readonly NftRule[] {
  const dynamic = concernsEstablished(program) ? [] : dynamicRules(hook, program);
  return [...dynamic, ...(hook === 'output' ? outgoingRules(program) : incomingRules(hook, program))];
}
