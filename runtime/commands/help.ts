import { nearest } from '../../compiler/diagnostics/suggest.ts';
import { helpOn } from '../command-line.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import { verbs } from './index.ts';

export function run(call: Call): Status {
  const [name] = call.arguments;
  const help = helpOn(name);
  if (help === undefined) {
    const near = nearest(
      name ?? '',
      verbs.map((verb) => verb.name),
    );
    say(
      `there is no verb \`${name}\`${near === undefined ? '; `ftpwall help` lists them' : `; did you mean \`${near}\`?`}`,
    );
    return status.usage;
  }
  write(1, help);
  return status.done;
}
