import { lastScript } from '../last-script.ts';
import { telling } from '../outcome.ts';
import { say } from '../output.ts';
import { runScript } from '../run-script.ts';
import { type Call, type Status, status } from '../verb.ts';

export const run = telling(refresh);

async function refresh(call: Call): Promise<Status> {
  const script = await lastScript(call);
  if (script === undefined) {
    say('no firewall was started whose addresses could be read anew');
    return status.refused;
  }
  return (await runScript(script, 'refresh', { words: call.arguments })).status;
}
