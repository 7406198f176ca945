import { closedScript, lastScript } from '../last-script.ts';
import { telling } from '../outcome.ts';
import { runScript } from '../run-script.ts';
import type { Call, Status } from '../verb.ts';

export const run = telling(clear);

async function clear(call: Call): Promise<Status> {
  const ended = await runScript((await lastScript(call)) ?? closedScript(), 'clear');
  return ended.status;
}
