import { existsSync, rmSync } from 'node:fs';
import { stateOf } from '../apply/last-script.ts';
import { telling } from '../apply/outcome.ts';
import { reasonOf } from '../environment/system-errors.ts';
import { savedFolder, usualName } from '../generations/saved.ts';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export const run = telling(forget);

function forget(call: Call): Status {
  const [name = usualName] = call.arguments;
  const folder = savedFolder(stateOf(call), name);
  if (folder === undefined) {
    say(`\`${name}\` cannot be a name: letters, digits, dots, underscores and hyphens`);
    return status.usage;
  }
  if (!existsSync(folder)) {
    say(`no firewall is saved as ${name}: nothing to do`);
    return status.done;
  }
  try {
    rmSync(folder, { recursive: true });
    if (!call.options.quiet) say(`the saved firewall ${name} is removed; what is loaded stays`);
    return status.done;
  } catch (error) {
    say(`the firewall ${name} could not be forgotten: ${reasonOf(error)}`);
    return status.refused;
  }
}
