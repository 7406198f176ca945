import { helpOn } from '../command-line.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export function run(call: Call): Status {
  const [name] = call.arguments;
  const help = helpOn(name);
  if (help === undefined) {
    say(`there is no verb \`${name}\``);
    return status.usage;
  }
  write(1, help);
  return status.done;
}
