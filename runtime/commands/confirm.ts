import { closedScript, lastScript } from '../last-script.ts';
import { runScript } from '../run-script.ts';
import type { Call, Status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  return (await runScript(lastScript(call) ?? closedScript(call), 'confirm')).status;
}
