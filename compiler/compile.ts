/** The pipeline, on one screen. */
import { read } from './1-read/read.ts';
import { parse } from './2-parse/parse.ts';
import { resolve } from './3-resolve/resolve.ts';
import { check } from './4-check/check.ts';
import { lower } from './5-lower/lower.ts';
import { optimizeAndProve } from './6-optimize/optimize.ts';
import { emit, type Tables } from './7-emit/emit.ts';
import { proveAssertions } from './answers/assertions.ts';
import { Report } from './diagnostics/report.ts';
import type { Environment } from './environment.ts';
import type { FrameTable, Ruleset } from './ir/ruleset.ts';
import { files } from './language/files/index.ts';
import { lint } from './lint/lint.ts';
import { noteRedundantLines } from './lint/redundant.ts';
import { refuseDeepChains } from './lint/refuse-deep-chains.ts';
import { warnOfUnfolded } from './lint/warn-of-unfolded.ts';
import type { Model } from './model/index.ts';
import type { Artifact, ScriptTemplate, SystemPlan } from './system-plan.ts';

/** What the caller adds to the files. */
export interface CompileOptions {
  /** The version of ftpwall, for the script. */
  readonly version: string;
  readonly family?: 'ipv4' | 'ipv6' | 'both';
  /** Codes of warnings that are not wanted. */
  readonly allow?: readonly string[];
  /** False leaves out what only warns: lines that decide nothing. */
  readonly lint?: boolean;
  /** Says, too, which lines could be left out. */
  readonly notes?: boolean;
  /** How many nodes of diagrams the look for lines that decide nothing may use; it is given up beyond. */
  readonly largest?: number;
  /** False leaves out the promises of `assertions`. */
  readonly prove?: boolean;
  /** `answers`: as far as questions need it; there is no artifact then. */
  readonly purpose?: 'answers';
  /** Without it the artifact has no script. */
  readonly scriptTemplate?: ScriptTemplate;
}

/** What came of it: findings, and the artifact when none of them is an error. */
export interface Compilation {
  readonly report: Report;
  readonly artifact?: Artifact;
  /** What the configuration means. */
  readonly model?: Model;
  /** The rulesets as data, for those who judge packets by them. */
  readonly rulesets?: { readonly running: Ruleset; readonly stopped: Ruleset; readonly companions: readonly Ruleset[] };
  /** Tables beside them for what passes below IP. */
  readonly frames?: readonly FrameTable[];
  /** The running ruleset rule by rule as the lines say, before anything is optimised: what answers name lines by. */
  readonly lowered?: Ruleset;
  /** The same of the stopped state. */
  readonly loweredStopped?: Ruleset;
  /** What must be done beside the rulesets. */
  readonly plan?: SystemPlan;
}

/** Files in, ruleset and script out. A mistake in the files is in `report`, never thrown. */
export function compile(environment: Environment, options: CompileOptions): Compilation {
  const report = new Report(options.allow);
  const model = understand(environment, options, report);
  check(model, environment, report);
  if (report.failed) return { report };
  const { running, stopped, companions, frames, plan } = lower(model);
  for (const ruleset of [running, stopped]) refuseDeepChains(ruleset, report);
  if (report.failed) return { report };
  if (options.lint ?? true) lint(model, running, report, options.largest);
  if (options.notes) noteRedundantLines(running, report);
  if (options.prove ?? options.purpose !== 'answers') proveAssertions({ model, ruleset: running }, report);
  if (options.purpose === 'answers') return { report, model, lowered: running, frames };
  const { fold } = model.settings;
  const folding = optimizeAndProve(running, fold);
  warnOfUnfolded(folding.unproved, report);
  const rulesets = { running: folding.ruleset, stopped: optimizeAndProve(stopped, fold).ruleset, companions };
  const tables: Tables = {
    running: [rulesets.running, ...companions],
    stopped: [rulesets.stopped, ...companions],
    frames,
  };
  return {
    report,
    model,
    lowered: running,
    loweredStopped: stopped,
    rulesets,
    frames,
    plan,
    artifact: emit(tables, plan, options),
  };
}

/** What the files mean. A function of its own, since lines and cells are needed no more when it returns. */
function understand(environment: Environment, options: CompileOptions, report: Report): Model {
  const names = files.map((file) => file.name);
  const lines = read(environment, report, names, options.family);
  // No stage stops another: a line with a mistake is left out, and the rest is judged.
  const rows = parse(lines, report);
  return resolve(rows, lines, environment, options, report);
}
