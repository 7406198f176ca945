/** Stage 7: data to text. */
import type { Ruleset } from '../ir/ruleset.ts';
import { placeOf } from '../source.ts';
import type { Artifact, ScriptTemplate, SourceMapEntry, SystemPlan } from '../system-plan.ts';
import { printRuleset } from './nft.ts';
import { emitScript } from './script.ts';

/** The tables of both states, each loaded in one transaction. The first is the configuration's own. */
export interface Tables {
  readonly running: readonly [Ruleset, ...Ruleset[]];
  readonly stopped: readonly [Ruleset, ...Ruleset[]];
}

/** The artifact of a compilation. */
export function emit(
  { running, stopped }: Tables,
  plan: SystemPlan,
  { version, scriptTemplate }: { readonly version: string; readonly scriptTemplate?: ScriptTemplate },
): Artifact {
  const [{ family, table }, ...beside] = running;
  const [ruleset = '', stop = ''] = [running, stopped].map((all) => all.map((each) => printRuleset(each)).join(''));
  const texts = { ruleset, stopped: stop };
  const companions = beside.map((each) => each.family);
  const script = scriptTemplate
    ? emitScript(scriptTemplate, { version, family, table, ...texts, plan, companions })
    : '';
  return { family, table, ...texts, script, sourceMap: running.flatMap(sourceMapOf) };
}

function sourceMapOf({ family, chains }: Ruleset): readonly SourceMapEntry[] {
  return chains.flatMap((chain) =>
    chain.rules.flatMap((rule, index) =>
      rule.origin ? [{ family, chain: chain.name, rule: index, places: rule.origin.map(placeOf) }] : [],
    ),
  );
}
