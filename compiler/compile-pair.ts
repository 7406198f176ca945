/** Two directories, one for IPv4 and one for IPv6, as one artifact: both tables are loaded in one transaction. */
import { emitTexts, sourceMapOf } from './7-emit/emit.ts';
import { printFrames, printRuleset } from './7-emit/nft.ts';
import type { Compilation, CompileOptions } from './compile.ts';
import { invariant } from './invariant.ts';
import type { Ruleset } from './ir/ruleset.ts';
import type { Artifact, SourceMapEntry, SystemPlan } from './system-plan.ts';

/**
 * What one directory gives to a pair: its own table only. One by which it would keep the other IP version closed is left
 * out: the other has a say of its own. It is all that is needed to load it beside another half later, as it was.
 */
export interface Half {
  readonly family: 'ip' | 'ip6';
  /** The transactions of both states. */
  readonly ruleset: string;
  readonly stopped: string;
  readonly plan: SystemPlan;
  readonly sourceMap: readonly SourceMapEntry[];
  /** The table of the running state as data. */
  readonly running: Ruleset;
}

/** What both mean together. */
export interface Pair {
  readonly artifact: Artifact;
  /** The table for IPv4, and that for IPv6. */
  readonly rulesets: readonly [Ruleset, Ruleset];
}

/** The half that came of a compilation without errors; undefined when its table is for both IP versions. */
export function halfOf({ rulesets, frames, plan }: Compilation): Half | undefined {
  invariant(rulesets && frames && plan, 'a half of a pair was not compiled');
  const { running, stopped } = rulesets;
  const { family } = running;
  if (family !== 'ip' && family !== 'ip6') return undefined;
  const beside = printFrames(frames);
  const texts = { ruleset: printRuleset(running) + beside.running, stopped: printRuleset(stopped) + beside.stopped };
  return { family, ...texts, plan, sourceMap: [running, ...frames].flatMap(sourceMapOf), running };
}

/** Joins the half for IPv4 and that for IPv6. */
export function joinPair(four: Half, six: Half, options: CompileOptions): Pair {
  const tables = {
    family: four.family,
    table: four.running.table,
    companions: [six.family],
    ruleset: four.ruleset + six.ruleset,
    stopped: four.stopped + six.stopped,
    sourceMap: [...four.sourceMap, ...six.sourceMap],
  };
  const artifact = emitTexts(tables, joinPlans(four.plan, six.plan), options);
  return { artifact, rulesets: [four.running, six.running] };
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
