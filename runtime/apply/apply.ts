/** `start` and all its kin: compile, keep, and let the generation's own script do the rest. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { toJson } from '../../compiler/diagnostics/json.ts';
import type { Diagnostic } from '../../compiler/diagnostics/message.ts';
import { placeOf } from '../../compiler/source.ts';
import { besideAnother, type Compiled, compileFolderOf } from '../environment/configuration.ts';
import { defaultFolder, findFolder, tableFamilies } from '../environment/folder.ts';
import {
  currentNumber,
  currentScript,
  discard,
  isWhole,
  type Kept,
  numberOf,
  type Staged,
  stageGeneration,
  type ToKeep,
} from '../generations/generation.ts';
import { say, wantsProgress, write } from '../output/output.ts';
import { signScript } from '../output/sign.ts';
import { type FirewallStatus, readStatus } from '../status/firewall-status.ts';
import { type Call, type Status, status } from '../verb.ts';
import { refusalOfAdmin } from './admin-connection.ts';
import { askToConfirm } from './confirmation.ts';
import { stateOf } from './last-script.ts';
import { openedBy, otherHalf, withCarried } from './other-family.ts';
import { revokeConnections } from './revoke.ts';
import { runScript } from './run-script.ts';

/** How to apply. `seconds`: take it back after that time unless it is confirmed. */
export interface Applying {
  readonly verb: 'start' | 'restart';
  readonly seconds?: number;
  /** Ask on the terminal whether to keep it. */
  readonly asks?: boolean;
}

/** What the script is told of a load: by the token it knows again which change is confirmed or taken back. */
interface Timed extends Applying {
  readonly token?: string;
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
  const begun = Date.now();
  const compiled = await compileWhole(call);
  if (compiled.kind === 'failed') return status.configurationErrors;
  if (compiled.startupDisabled) {
    say(
      `${placeOf(compiled.startupDisabled)}: STARTUP_ENABLED=No, so the firewall is checked and compiled, and not started; nothing was changed. Set it to Yes when the configuration is ready`,
    );
    return status.refused;
  }
  const { artifact, rulesets } = compiled.whole;
  const state = stateOf(call);
  const tell = (applied: Omit<Applied, 'schema'>) => tellProgram({ schema: 1, ...applied }, compiled.findings, call);
  const earlier = currentNumber(state);
  // Whether it runs as loaded is asked where the answer counts: it lists all that is loaded.
  const plainStart = how.verb === 'start' && how.seconds === undefined && call.options.sign === undefined;
  const asks = plainStart || call.options.json === true || process.stderr.isTTY;
  const before = asks ? currentScript(state) : undefined;
  const same = before !== undefined && (await runsAsLoaded(before, artifact.script));
  if (same && plainStart) {
    if (!call.options.quiet) say(`generation ${earlier} is running already, as it is configured: nothing was changed`);
    tell({ result: 'loaded', changed: false });
    return status.done;
  }
  const refusal = call.options.force ? undefined : await refusalOf(state, rulesets);
  if (refusal !== undefined) {
    say(`${refusal}; nothing was changed. --force loads it all the same`);
    tell({ result: 'refused', changed: false });
    return status.refused;
  }
  if (before !== undefined && earlier !== undefined && !same) await sayWhatChanges(earlier, call);
  const staged = keep(state, compiled.whole, call.options.sign);
  if (staged.kind === 'refused') {
    say(`${staged.reason}; nothing was changed`);
    tell({ result: 'refused', changed: false });
    return status.refused;
  }
  const token = randomUUID();
  const loading = applyStaged(staged.thing, call, { ...how, token });
  // Looked at while the script works: whether there is a way back to name.
  const back = earlier !== undefined && isWhole(state, earlier) ? earlier : undefined;
  const ended = await loading;
  if (ended !== status.done) {
    tell({ result: 'refused', changed: false });
    return ended;
  }
  if (how.seconds === undefined && !call.options.quiet && !call.options.json)
    say(whatWasLoaded(state, back, compiled, Date.now() - begun));
  if (call.options.revoke) await revokeConnections(rulesets);
  if (how.seconds !== undefined && how.asks && call.options.wait && !call.options.json) {
    return askToConfirm(`${state}/current/firewall`, how.seconds, token);
  }
  if (call.options.json) {
    const now = readStatus(await runScript({ kind: 'file', path: `${state}/current/firewall` }, 'status'));
    tell({ result: how.seconds === undefined ? 'loaded' : 'pending', changed: !same, status: now });
  }
  return status.done;
}

/** What `--json` says. */
function tellProgram(applied: Applied, findings: readonly Diagnostic[], call: Call): void {
  if (call.options.json) write(1, `${JSON.stringify({ ...applied, findings: findings.map(toJson) })}\n`);
}

/** Keeps what is to be applied; with a key, signed by it. */
function keep(state: string, whole: ToKeep, key: string | undefined): Kept<Staged> {
  const signed = key === undefined ? undefined : signScript(whole.artifact.script, key);
  if (signed?.kind === 'refused')
    return { kind: 'refused', reason: `the script could not be signed: ${signed.reason}` };
  return stageGeneration(state, { ...whole, ...(signed && { signature: signed.signature }) });
}

/** Tells whoever watches what the load is about to change. */
async function sayWhatChanges(earlier: number, call: Call): Promise<void> {
  if (!process.stderr.isTTY || call.options.quiet || call.options.json) return;
  const { planSummary } = await import('../answers/plan-summary.ts');
  const [folder = defaultFolder, ...others] = call.arguments;
  const summary = await planSummary(String(earlier), [folder, ...others], call);
  if (summary !== undefined) say(summary);
}

/** What a load has done, and how to go back. */
function whatWasLoaded(
  state: string,
  earlier: number | undefined,
  { folder, model, rulesets }: Extract<Compiled, { readonly kind: 'compiled' }>,
  milliseconds: number,
): string {
  const number = currentNumber(state);
  const rules = rulesets.flatMap(({ chains }) => chains).reduce((sum, chain) => sum + chain.rules.length, 0);
  // Long runs of lines are entries of maps.
  const elements = rulesets.flatMap(({ sets }) => sets).flatMap((set) => set.elements);
  const entries = elements.filter(({ origin }) => origin !== undefined).length;
  const size = `${model.zones.length} zones, ${rules} rules${entries === 0 ? '' : ` and ${entries} entries of maps`}`;
  const done = `loaded generation ${number ?? '?'} of ${folder.name}: ${size}, in ${(milliseconds / 1000).toFixed(1)} s`;
  return earlier === undefined || earlier === number ? done : `${done}; ${wayBack(earlier)}`;
}

/** How to return to the generation that was current before. */
export function wayBack(earlier: number): string {
  return `ftpwall rollback returns to generation ${earlier}`;
}

type CompiledWhole =
  | Exclude<Compiled, { readonly kind: 'compiled' }>
  | (Extract<Compiled, { readonly kind: 'compiled' }> & { readonly whole: ToKeep });

/** The configuration of the call, and beside it what carries over of the current generation. */
async function compileWhole(call: Call): Promise<CompiledWhole> {
  const state = stateOf(call);
  const [folder = defaultFolder, second] = call.arguments;
  const found = findFolder(folder);
  const family = found.kind === 'folder' ? tableFamilies[found.folder.flavour] : 'inet';
  const carried = second === undefined ? otherHalf(state, family, call) : undefined;
  const compiled = await compileFolderOf(carried ? besideAnother(call) : call, 'loading');
  if (compiled.kind === 'failed') return compiled;
  if (carried === undefined) return { ...compiled, whole: compiled };
  if (!call.options.quiet) {
    const version = carried.half.family === 'ip' ? 'IPv4' : 'IPv6';
    say(`${version} stays as generation ${carried.from.number} has it, from ${carried.half.folder}`);
  }
  return { ...compiled, whole: withCarried(compiled, carried, call) };
}

/** In words, why rules should not be loaded without a second thought. */
async function refusalOf(state: string, rulesets: ToKeep['rulesets']): Promise<string | undefined> {
  const opened = openedBy(state, rulesets);
  if (opened !== undefined) {
    return `IPv${opened} is filtered now, and would be open: this configuration says nothing of it. Load it together with a folder for IPv${opened}${opened === 6 ? ', or set DISABLE_IPV6=Yes' : ''}`;
  }
  return refusalOfAdmin(rulesets);
}

/** Runs the script of a staged generation; one that was refused is forgotten. */
export async function applyStaged(staged: Staged, call: Call, { verb, seconds, token }: Timed): Promise<Status> {
  const words = seconds === undefined ? [] : [String(seconds), ...(token === undefined ? [] : [token])];
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
