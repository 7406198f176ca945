/** `start` and all its kin: compile, keep, and let the generation's own script do the rest. */
import { readFileSync } from 'node:fs';
import { toJson } from '../compiler/diagnostics/json.ts';
import { placeOf } from '../compiler/source.ts';
import { refusalOfAdmin } from './admin-connection.ts';
import { compileFolderOf } from './configuration.ts';
import { askToConfirm } from './confirmation.ts';
import { type FirewallStatus, readStatus } from './firewall-status.ts';
import { currentScript, discard, numberOf, type Staged, stageGeneration, stateFolder } from './generation.ts';
import { say, wantsProgress, write } from './output.ts';
import { revokeConnections } from './revoke.ts';
import { runScript } from './run-script.ts';
import { type Call, type Status, status } from './verb.ts';

/** How to apply. `seconds`: take it back after that time unless it is confirmed. */
export interface Applying {
  readonly verb: 'start' | 'restart';
  readonly seconds?: number;
  /** Ask on the terminal whether to keep it. */
  readonly asks?: boolean;
}

/** What `--json` prints: schema 1. */
interface Applied {
  readonly schema: 1;
  readonly result: 'loaded' | 'pending' | 'refused';
  /** Whether the machine is another than before. */
  readonly changed: boolean;
  readonly status?: FirewallStatus;
}

export async function apply(call: Call, how: Applying): Promise<Status> {
  const compiled = await compileFolderOf(call, 'loading');
  if (compiled.kind === 'failed') return status.configurationErrors;
  if (compiled.startupDisabled) {
    say(
      `${placeOf(compiled.startupDisabled)}: STARTUP_ENABLED=No, so the firewall is checked and compiled, and not started; nothing was changed. Set it to Yes when the configuration is ready`,
    );
    return status.refused;
  }
  const { artifact, folder, rulesets } = compiled;
  const state = stateFolder(call.options.state, folder.flavour);
  const tell = (applied: Omit<Applied, 'schema'>) => {
    if (!call.options.json) return;
    write(1, `${JSON.stringify({ schema: 1, ...applied, findings: compiled.findings.map(toJson) })}\n`);
  };

  const before = currentScript(state);
  const same = before !== undefined && (await runsAsLoaded(before, artifact.script));
  if (same && how.verb === 'start' && how.seconds === undefined) {
    if (!call.options.quiet) say('the firewall is running already, as it is configured');
    tell({ result: 'loaded', changed: false });
    return status.done;
  }
  if (!call.options.force) {
    const refusal = await refusalOfAdmin(rulesets);
    if (refusal !== undefined) {
      say(`${refusal}; nothing was changed. --force loads it all the same`);
      tell({ result: 'refused', changed: false });
      return status.refused;
    }
  }
  const staged = stageGeneration(state, compiled);
  if (staged.kind === 'refused') {
    say(`${staged.reason}; nothing was changed`);
    tell({ result: 'refused', changed: false });
    return status.refused;
  }
  const ended = await applyStaged(staged.thing, call, how);
  if (ended !== status.done) {
    tell({ result: 'refused', changed: false });
    return ended;
  }
  if (call.options.revoke) await revokeConnections(rulesets);
  if (how.seconds !== undefined && how.asks && call.options.wait && !call.options.json) {
    return askToConfirm(`${state}/current/firewall`, how.seconds);
  }
  if (call.options.json) {
    const now = readStatus(await runScript({ kind: 'file', path: `${state}/current/firewall` }, 'status'));
    tell({ result: how.seconds === undefined ? 'loaded' : 'pending', changed: !same, status: now });
  }
  return status.done;
}

/** Runs the script of a staged generation; one that was refused is forgotten. */
export async function applyStaged(staged: Staged, call: Call, { verb, seconds }: Applying): Promise<Status> {
  const words = seconds === undefined ? [] : [String(seconds)];
  const progress = wantsProgress(call.options) ? setTimeout(() => say('loading …'), 1000) : undefined;
  const ended = await runScript({ kind: 'file', path: staged.script }, verb, { words, quiet: call.options.quiet });
  clearTimeout(progress);
  discard(staged.folder); // it is there only when it got no number
  return ended.status === status.done ? status.done : status.refused;
}

/** Whether the loaded firewall is what would be loaded. */
async function runsAsLoaded(script: string, next: string): Promise<boolean> {
  if (readFileSync(script, 'utf8') !== next) return false;
  const now = await runScript({ kind: 'file', path: script }, 'status');
  // After a restart of the machine the confirmed one runs, which need not be the last.
  return now.status === status.done && readStatus(now).generation === numberOf(script);
}
