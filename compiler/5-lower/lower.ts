/** Stage 5: the model becomes nftables data and steps for the system. Nothing here can fail. */
import type { FrameTable, Ruleset } from '../ir/ruleset.ts';
import type { Model } from '../model/index.ts';
import { placeOf } from '../source.ts';
import type { SystemPlan } from '../system-plan.ts';
import { helperRequests } from './conntrack/helper-use.ts';
import { addFilter } from './filter.ts';
import { arpTables } from './frames/arp.ts';
import { leavePorts, portTables } from './frames/ports.ts';
import { afterFilter, beforeFilter, filterSteps } from './packet-path.ts';
import { addRejectAction } from './rules/reject-action.ts';
import { askSenders } from './rules/socket-owner.ts';
import { Program } from './ruleset-builder.ts';
import { runTimeSets } from './sets/run-time-sets.ts';
import { closedCompanions } from './stopped/closed.ts';
import { lowerStopped } from './stopped/stopped.ts';
import { planSystem } from './system/plan.ts';

/** All that stage 5 makes of a model. */
export interface Lowered {
  readonly running: Ruleset;
  readonly stopped: Ruleset;
  /** Tables that keep an IP version closed which the main table does not see. */
  readonly companions: readonly Ruleset[];
  /** Tables for what passes below IP, of the running state alone. */
  readonly frames: readonly FrameTable[];
  readonly plan: SystemPlan;
}

/** What the marker chain of each state says; the script and `status` recognise the state by its beginning. */
const about = { running: 'ftpwall running', stopped: 'ftpwall stopped' } as const;

/** Lowers a model that stage 4 found right. */
export function lower(model: Model): Lowered {
  const program = new Program(model);
  program.add({ name: 'about', comment: about.running, rules: [] });
  addRejectAction(program);
  for (const { add } of beforeFilter) add(program);
  addFilter(filterSteps, program);
  for (const { add } of afterFilter) add(program);
  const finished = askSenders(program.finish());
  const runTime = runTimeSets(model, finished);
  const running = leavePorts({ ...finished, sets: [...finished.sets, ...runTime.sets] }, model);
  return {
    running,
    stopped: lowerStopped(model, about.stopped),
    companions: closedCompanions(model),
    frames: [...arpTables(model), ...portTables(model)],
    plan: [...planSystem(model, neededBy(program, model)), ...runTime.plan],
  };
}

/** For each attached helper the first line that needs it. */
function neededBy(program: Program, model: Model): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const { helper, origin } of helperRequests(model)) {
    const user = origin.at(-1);
    if (user && !lines.has(helper.helper.name)) lines.set(helper.helper.name, placeOf(user));
  }
  const policy = model.policies.find((each) => each.verdict.kind === 'accept' && !each.implicit);
  for (const name of program.attached)
    if (!lines.has(name)) lines.set(name, policy ? placeOf(policy.origin[0]) : 'policy');
  return lines;
}
