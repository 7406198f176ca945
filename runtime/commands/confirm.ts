import { closedScript, lastScript } from '../apply/last-script.ts';
import { telling } from '../apply/outcome.ts';
import { runScript } from '../apply/run-script.ts';
import type { Call, Status } from '../verb.ts';

export const run = telling(confirm);

async function confirm(call: Call): Promise<Status> {
  return (await runScript((await lastScript(call)) ?? closedScript(), 'confirm')).status;
}
