/** Stage 7: data to text. */
import type { FrameTable, Ruleset } from '../ir/ruleset.ts';
import { placeOf } from '../source.ts';
import type { Artifact, ScriptTemplate, SourceMapEntry, SystemPlan } from '../system-plan.ts';
import { printFrames, printRuleset } from './nft.ts';
import { emitScript } from './script.ts';

/** The tables of both states, each loaded in one transaction. The first is the configuration's own. */
export interface Tables {
  readonly running: readonly [Ruleset, ...Ruleset[]];
  readonly stopped: readonly [Ruleset, ...Ruleset[]];
  /** For what passes below IP: of the running state alone. */
  readonly frames: readonly FrameTable[];
}

/** What identifies the version, and the template of the script; without it there is no script. */
interface EmitOptions {
  readonly version: string;
  readonly scriptTemplate?: ScriptTemplate;
}

/** The artifact of a compilation. Its texts are made when somebody wants them: `check` does not. */
export function emit({ running, stopped, frames }: Tables, plan: SystemPlan, options: EmitOptions): Artifact {
  const [{ family, table }, ...others] = running;
  let made: Artifact | undefined;
  const texts = (): Artifact => {
    if (made) return made;
    const beside = printFrames(frames);
    const ruleset = running.map((each) => printRuleset(each)).join('') + beside.running;
    const stop = stopped.map((each) => printRuleset(each)).join('') + beside.stopped;
    const companions = others.map((each) => each.family);
    const sourceMap = [...running, ...frames].flatMap(sourceMapOf);
    made = emitTexts({ family, table, companions, ruleset, stopped: stop, sourceMap }, plan, options);
    return made;
  };
  return {
    family,
    table,
    get ruleset() {
      return texts().ruleset;
    },
    get stopped() {
      return texts().stopped;
    },
    get sourceMap() {
      return texts().sourceMap;
    },
    get script() {
      return texts().script;
    },
  };
}

/** The same of tables that are texts already; `companions` are the families of all but the first. */
export function emitTexts(
  { companions, ...tables }: Omit<Artifact, 'script'> & { readonly companions: readonly Artifact['family'][] },
  plan: SystemPlan,
  { version, scriptTemplate }: EmitOptions,
): Artifact {
  const script = scriptTemplate ? emitScript(scriptTemplate, { version, ...tables, plan, companions }) : '';
  return { ...tables, script };
}

/** For each rule of a table the lines that it comes from. */
export function sourceMapOf({ family, chains }: Ruleset | FrameTable): readonly SourceMapEntry[] {
  return chains.flatMap((chain) =>
    chain.rules.flatMap((rule, index) =>
      rule.origin ? [{ family, chain: chain.name, rule: index, places: rule.origin.map(placeOf) }] : [],
    ),
  );
}
