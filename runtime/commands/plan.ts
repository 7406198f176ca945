import { showDifference } from '../answers/differences.ts';
import { stateOf } from '../apply/last-script.ts';
import { defaultFolder } from '../environment/folder.ts';
import { readCurrent } from '../generations/generation.ts';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const current = readCurrent(stateOf(call));
  if (!current) {
    say('no firewall is loaded that a change could be compared with; `ftpwall diff A B` compares two folders');
    return status.refused;
  }
  return showDifference(String(current.number), call.arguments[0] ?? defaultFolder, call, { live: true });
}
