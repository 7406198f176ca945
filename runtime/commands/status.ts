import { closedScript, lastScript } from '../apply/last-script.ts';
import { runScript } from '../apply/run-script.ts';
import { wantsColor, write } from '../output/output.ts';
import { readStatus } from '../status/firewall-status.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const ended = await runScript((await lastScript(call)) ?? closedScript(), 'status');
  if (ended.status === status.refused) return ended.status;
  write(1, call.options.json ? `${JSON.stringify(readStatus(ended))}\n` : `${await painted(ended.output, call)}\n`);
  return ended.status;
}

/** What needs somebody to act is red. */
async function painted(text: string, call: Call): Promise<string> {
  if (!wantsColor(call.options.color, 1)) return text;
  const { default: picocolors } = await import('picocolors');
  const { red } = picocolors.createColors(true);
  return text.replace(/^.*(?:IS DEAD|were changed after|is open).*$/gm, (line) => red(line));
}
