/** Two directories, one for IPv4 and one for IPv6, as one artifact: both tables are loaded in one transaction. */
import { emit, type Tables } from './7-emit/emit.ts';
import type { Compilation, CompileOptions } from './compile.ts';
import { invariant } from './invariant.ts';
import type { Ruleset } from './ir/ruleset.ts';
import type { Artifact, SystemPlan } from './system-plan.ts';

/** What both mean together. */
export interface Pair {
  readonly artifact: Artifact;
  /** The table for IPv4, and that for IPv6. */
  readonly rulesets: readonly [Ruleset, Ruleset];
}

/**
 * Joins what came of two compilations without errors, the first of a directory for IPv4. Tables by which one of them
 * would keep the version of the other closed are left out: the other has a say of its own.
 */
export function joinPair(four: Compilation, six: Compilation, options: CompileOptions): Pair {
  invariant(four.rulesets && four.plan && six.rulesets && six.plan, 'a half of the pair was not compiled');
  const running = [four.rulesets.running, six.rulesets.running] as const;
  const tables: Tables = { running, stopped: [four.rulesets.stopped, six.rulesets.stopped] };
  return { artifact: emit(tables, joinPlans(four.plan, six.plan), options), rulesets: running };
}

/** The steps of both; forwarding stays last, and what both want is done once. Scripts of the users are two of each. */
function joinPlans(four: SystemPlan, six: SystemPlan): SystemPlan {
  const all = [...four, ...six];
  const steps = all.filter(
    (step, index) => step.kind === 'extension' || all.findIndex((other) => sameStep(other, step)) === index,
  );
  return [...steps.filter(({ kind }) => kind !== 'forwarding'), ...steps.filter(({ kind }) => kind === 'forwarding')];
}

/** Steps that change the same thing. Of two that want it otherwise the first holds, that of IPv4. */
function sameStep(a: SystemPlan[number], b: SystemPlan[number]): boolean {
  if (a.kind === 'module' && b.kind === 'module') return a.name === b.name;
  if (a.kind === 'sysctl' && b.kind === 'sysctl') return a.key === b.key;
  if (a.kind === 'forwarding' && b.kind === 'forwarding') return a.version === b.version;
  if (a.kind === 'runTimeSet' && b.kind === 'runTimeSet') return a.name === b.name && a.version === b.version;
  return a === b;
}
