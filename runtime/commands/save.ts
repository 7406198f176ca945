import { stateOf } from '../apply/last-script.ts';
import { telling } from '../apply/outcome.ts';
import { saveCurrent, savedFolder, usualName } from '../generations/saved.ts';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export const run = telling(save);

function save(call: Call): Status {
  const [name = usualName] = call.arguments;
  const state = stateOf(call);
  const folder = savedFolder(state, name);
  if (folder === undefined) {
    say(`\`${name}\` cannot be a name: letters, digits, dots, underscores and hyphens`);
    return status.usage;
  }
  const saved = saveCurrent(state, folder);
  const restore = `ftpwall restore${name === usualName ? '' : ` ${name}`}`;
  say(saved.kind === 'kept' ? `the firewall is saved as ${name}; ${restore} loads it` : saved.reason);
  return saved.kind === 'kept' ? status.done : status.refused;
}
