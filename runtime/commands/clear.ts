import { closedScript, lastScript } from '../apply/last-script.ts';
import { telling } from '../apply/outcome.ts';
import { runScript } from '../apply/run-script.ts';
import type { Call, Status } from '../verb.ts';

export const run = telling(clear);

async function clear(call: Call): Promise<Status> {
  const ended = await runScript((await lastScript(call)) ?? closedScript(), 'clear');
  return ended.status;
}
