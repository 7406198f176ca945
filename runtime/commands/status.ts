import { closedScript, lastScript } from '../last-script.ts';
import { write } from '../output.ts';
import { runScript } from '../run-script.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const ended = await runScript(lastScript(call) ?? closedScript(call), 'status');
  if (ended.status === status.refused) return ended.status;
  const [state] = ended.output.split(':');
  write(1, call.options.json ? `${JSON.stringify({ schema: 1, state })}\n` : `${ended.output}\n`);
  return ended.status;
}
