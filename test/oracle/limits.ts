/** Limits of rate: which packets a judge can be asked of that takes each for the first for long. */

import type { Place } from '../../compiler/analyze/outcome.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Packet, Network as Routes, Step } from '../../compiler/ir/packet.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { callsIn } from './calls.ts';

interface Limit extends Place {
  readonly over: boolean;
  readonly burst: number;
  /** What is used up: the limit of one rule, or the set of limits that several rules share. */
  readonly name: string;
}

/**
 * Whether a packet is not one too many for a limit, `evaluate` taking each for the first for long. A rule that ends what
 * is within the limit is met; one for what is above it is passed by whoever meets a later rule of its chain, or came to
 * a chain of limits alone.
 */
export function withinLimits(running: Ruleset, routes: Routes): (packet: Packet) => boolean {
  const limits = limitsOf(running);
  const left = new Map(limits.map(({ name, burst }) => [name, burst]));
  return (packet) => {
    if (limits.length === 0) return true;
    const { trace } = evaluate(running, packet, routes);
    const limited = limits.filter((limit) => trace.some((step) => isAsked(limit, step, running)));
    const names = new Set(limited.map(({ name }) => name));
    if ([...names].some((name) => left.get(name) === 0)) return false;
    for (const name of names) left.set(name, (left.get(name) ?? 0) - 1);
    return true;
  };
}

function isAsked({ chain, rule, over }: Limit, step: Step, running: Ruleset): boolean {
  if (step.chain === chain) return over ? step.rule > rule : step.rule === rule;
  const met = running.chains.find(({ name }) => name === step.chain)?.rules[step.rule];
  return over && (met?.statements ?? []).some((statement) => callsIn(statement).some((call) => call.chain === chain));
}

function limitsOf(running: Ruleset): readonly Limit[] {
  return running.chains.flatMap((chain) =>
    chain.rules.flatMap((rule, index) => {
      const last = rule.statements.at(-1);
      // A limit on log lines alone decides nothing.
      if (last?.kind === 'log') return [];
      if (last?.kind === 'verdict' && last.verdict.kind === 'jump' && last.verdict.chain.startsWith('log-')) return [];
      return rule.matches.flatMap((match) =>
        match.kind === 'limit' || match.kind === 'limitEach'
          ? [
              {
                chain: chain.name,
                rule: index,
                over: match.over,
                burst: match.rate.burst ?? 5,
                name: match.kind === 'limitEach' ? match.set : `${chain.name} ${index}`,
              },
            ]
          : [],
      );
    }),
  );
}
