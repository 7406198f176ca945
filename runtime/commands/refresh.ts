import { lastScript } from '../apply/last-script.ts';
import { telling } from '../apply/outcome.ts';
import { runScript } from '../apply/run-script.ts';
import { say } from '../output/output.ts';
import { readStatus } from '../status/firewall-status.ts';
import { type Call, type Status, status } from '../verb.ts';

export const run = telling(refresh);

async function refresh(call: Call): Promise<Status> {
  const script = await lastScript(call);
  if (script === undefined) {
    say('no firewall was started whose addresses could be refreshed');
    return status.refused;
  }
  const { status: ended } = await runScript(script, 'refresh', { words: call.arguments });
  if (ended !== status.done) return ended;
  const { state } = readStatus(await runScript(script, 'status'));
  say(
    state === 'running'
      ? 'addresses and routes of interfaces are refreshed'
      : `no firewall is running (${state}), so nothing was refreshed`,
  );
  return ended;
}
