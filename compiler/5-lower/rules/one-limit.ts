/** A limit for all packets of a line is one limit, even where several rules ask which packets these are. */
import type { NftRule } from '../../ir/ruleset.ts';
import type { Traffic } from '../../model/traffic.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { lowerTraffic } from './matches.ts';
import { jump } from './verdicts.ts';

/** Whether a line has a limit that all its packets share. */
export function limitsAll({ rates }: Traffic): boolean {
  return rates.some(({ each }) => !each);
}

/** The traffic of a line, however much of it there is. */
export function unlimited(traffic: Traffic): Traffic {
  return { ...traffic, rates: [] };
}

/**
 * Rules for the ways in which packets are those of a line; what is within its limits goes on to `rules`, which ask the
 * same again without the limits. Chains of translation have no other place for them: a port needs its protocol beside it.
 */
export function underOneLimit(
  name: string,
  { rates, versions }: Traffic,
  ways: readonly NftRule['matches'][],
  rules: readonly NftRule[],
  from: Pick<NftRule, 'origin'>,
  program: Program,
): readonly NftRule[] {
  const within = program.fresh(`${name}-within`, { comment: 'what is within the limit of a line', rules });
  const limits = lowerTraffic({ protocols: [], rates, conditions: [], versions }, { name }, program);
  const limited = program.fresh(`${name}-limit`, {
    comment: 'one limit for a line',
    rules: limits.map((matches) => rule(matches, [jump(within)], from)),
  });
  return ways.map((matches) => rule(matches, [jump(limited)], from));
}
