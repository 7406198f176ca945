/** What this machine sends to itself. */
import type { Match, NftRule } from '../../ir/ruleset.ts';
import { accept, counter, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { earlyStatesAlone } from './early-rules.ts';
import { pairChain } from './pairs.ts';
import type { States } from './states.ts';

/** Accepted, or judged by the rules from the firewall to itself. */
export function loopback(field: 'iifname' | 'oifname', states: States, program: Program): readonly NftRule[] {
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
