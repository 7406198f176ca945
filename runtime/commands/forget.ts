import { existsSync, rmSync } from 'node:fs';
import { stateOf } from '../last-script.ts';
import { telling } from '../outcome.ts';
import { say } from '../output.ts';
import { savedFolder, usualName } from '../saved.ts';
import { reasonOf } from '../system-errors.ts';
import { type Call, type Status, status } from '../verb.ts';

export const run = telling(forget);

function forget(call: Call): Status {
  const [name = usualName] = call.arguments;
  const folder = savedFolder(stateOf(call), name);
  if (folder === undefined || !existsSync(folder)) {
    say(`no firewall is saved as ${name}`);
    return status.refused;
  }
  try {
    rmSync(folder, { recursive: true });
    return status.done;
  } catch (error) {
    say(`the firewall ${name} could not be forgotten: ${reasonOf(error)}`);
    return status.refused;
  }
}
