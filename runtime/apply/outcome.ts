/** `--json` of the verbs that change what is loaded or kept: whether they did, and what there is now. Schema 1. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { childProcess } from '../environment/child-process.ts';
import { codeOf } from '../environment/system-errors.ts';
import { checksumsName } from '../generations/checksums.ts';
import { write } from '../output/output.ts';
import { type FirewallStatus, readStatus } from '../status/firewall-status.ts';
import { type Call, type Status, status, type VerbModule } from '../verb.ts';
import { closedScript, lastScript, stateOf } from './last-script.ts';
import { runScript } from './run-script.ts';

export interface Outcome {
  readonly schema: 1;
  readonly result: 'done' | 'refused';
  /** Whether rules, generations or saved firewalls are others than before: by comparison. */
  readonly changed: boolean;
  readonly status: FirewallStatus;
}

/** The same verb, which also prints its outcome when `--json` asks for it. */
export function telling(run: VerbModule['run']): VerbModule['run'] {
  return async (call) => {
    if (!call.options.json) return run(call);
    const before = fingerprint(stateOf(call));
    const ended = await run(call);
    const changed = fingerprint(stateOf(call)) !== before;
    write(1, `${JSON.stringify(await outcome(call, ended, changed))}\n`);
    return ended;
  };
}

async function outcome(call: Call, ended: Status, changed: boolean): Promise<Outcome> {
  const now = readStatus(await runScript((await lastScript(call)) ?? closedScript(), 'status'));
  return { schema: 1, result: ended === status.done ? 'done' : 'refused', changed, status: now };
}

/** A text that is another one when something has changed. */
function fingerprint(state: string): string {
  const tables = ['inet', 'ip', 'ip6'].map((family) => listing(family));
  const links = ['current', 'boot'].map((name) => unlessMissing(() => readlinkSync(join(state, name))));
  const saved = unlessMissing(() => readdirSync(join(state, 'saved'))) ?? [];
  const sums = saved.map((name) => [
    name,
    unlessMissing(() => readFileSync(join(state, 'saved', name, checksumsName))),
  ]);
  const disabled = unlessMissing(() => readdirSync(join(state, 'disabled'))) ?? [];
  return JSON.stringify([tables, links, sums.map(String), disabled, ...routing()]);
}

/** The number of the routing protocol that marks what is ours (see ip-route(8)). */
const routingProtocol = '133';

/** Rules and routes of providers. */
function routing(): readonly string[] {
  return ['-4', '-6'].flatMap((version) =>
    [
      ['rule', 'show', 'protocol', routingProtocol],
      ['route', 'show', 'table', 'all', 'proto', routingProtocol],
    ].map((words) => childProcess().spawnSync('ip', [version, ...words], { encoding: 'utf8' }).stdout ?? ''),
  );
}

/** Our table without what packets and time change. */
function listing(family: string): string {
  const { stdout } = childProcess().spawnSync('nft', ['--stateless', 'list', 'table', family, 'ftpwall'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return (stdout ?? '').replaceAll(/ expires \w+/g, '');
}

function unlessMissing<Thing>(read: () => Thing): Thing | undefined {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
