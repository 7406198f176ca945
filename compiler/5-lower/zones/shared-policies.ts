/**
 * One line of `policy` may decide for thousands of pairs. What these all do before they log and decide is then one chain:
 * a pair has two rules instead of ten. Few pairs read better each by itself.
 */
import type { NftRule, Statement } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { Policy } from '../../model/policy.ts';
import type { Span } from '../../source.ts';
import { returnsWithinLimit } from '../logging/logging.ts';
import { counter } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';

/** A line that decides for fewer pairs is written out for each of them. */
const manyPairs = 40;

const pairsByLine = new WeakMap<Model, ReadonlyMap<Span, number>>();

function pairsOf({ origin: [line] }: Policy, model: Model): number {
  let counts = pairsByLine.get(model);
  if (!counts) {
    const counted = new Map<Span, number>();
    for (const { origin } of model.policies) counted.set(origin[0], (counted.get(origin[0]) ?? 0) + 1);
    counts = counted;
    pairsByLine.set(model, counts);
  }
  return counts.get(line) ?? 0;
}

/** Whether the pairs of the policy's line share a chain: where each refuses, and no pair has a limit of its own for log lines. */
export function isShared(policy: Policy, { model }: Program): boolean {
  const { verdict, log, defaults } = policy;
  if (verdict.kind !== 'drop' && verdict.kind !== 'reject') return false;
  const { logLimit } = model.settings;
  if (log && logLimit && !logLimit.each) return false;
  return (log !== undefined || defaults.length > 0) && pairsOf(policy, model) >= manyPairs;
}

/**
 * The name of the chain: `first` makes its rules; of what is not within the limit for log lines it does `ends` itself, so
 * what comes back is logged.
 */
export function sharedChain(
  policy: Policy,
  first: () => readonly NftRule[],
  ends: readonly Statement[],
  program: Program,
): string {
  const { written = policy, versions, origin, log } = policy;
  const only = versions.length < program.model.families.versions.length ? `-${versions[0]}` : '';
  // No zone has a dot in its name.
  const name = `${written.source}-${written.dest}.policy${only}`.replaceAll('+', '_within');
  return program.once(name, () => {
    const limits = log ? returnsWithinLimit(program) : [];
    const over = rule([], [...ends.slice(0, -1), counter, ...ends.slice(-1)], { origin });
    return {
      comment: `before a policy from ${written.source} to ${written.dest} decides`,
      rules: [...first(), ...limits, ...(limits.length === 0 ? [] : [over])],
    };
  });
}
