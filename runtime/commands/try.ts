import { apply } from '../apply.ts';
import { readSeconds } from '../confirmation.ts';
import { say } from '../output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const [folder, time = call.options.confirmWithin] = call.arguments;
  const seconds = readSeconds(time);
  if (seconds === undefined) {
    say(`\`${time}\` is no time: write 60s, or 5m`);
    return status.usage;
  }
  return apply({ ...call, arguments: folder === undefined ? [] : [folder] }, { verb: 'restart', seconds });
}
