/** Stage 7: data to text. */
import type { Ruleset } from '../ir/ruleset.ts';
import { placeOf } from '../source.ts';
import type { Artifact, ScriptTemplate, SourceMapEntry, SystemPlan } from '../system-plan.ts';
import { printRuleset } from './nft.ts';
import { emitScript } from './script.ts';

/** The artifact of a compilation. */
export function emit(
  rulesets: { readonly running: Ruleset; readonly stopped: Ruleset; readonly companions: readonly Ruleset[] },
  plan: SystemPlan,
  { version, scriptTemplate }: { readonly version: string; readonly scriptTemplate?: ScriptTemplate },
): Artifact {
  const { family, table } = rulesets.running;
  const beside = rulesets.companions.map((each) => printRuleset(each)).join('');
  const ruleset = printRuleset(rulesets.running) + beside;
  const stopped = printRuleset(rulesets.stopped) + beside;
  const companions = rulesets.companions.map((each) => each.family);
  const script = scriptTemplate
    ? emitScript(scriptTemplate, { version, family, table, ruleset, stopped, plan, companions })
    : '';
  return { family, table, ruleset, stopped, script, sourceMap: sourceMapOf(rulesets.running) };
}

function sourceMapOf(ruleset: Ruleset): readonly SourceMapEntry[] {
  return ruleset.chains.flatMap((chain) =>
    chain.rules.flatMap((rule, index) =>
      rule.origin ? [{ chain: chain.name, rule: index, places: rule.origin.map(placeOf) }] : [],
    ),
  );
}
