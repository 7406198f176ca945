import { apply } from '../apply.ts';
import { readSeconds } from '../confirmation.ts';
import { say } from '../output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const seconds = readSeconds(call.options.confirmWithin);
  if (seconds === undefined) {
    say(`\`${call.options.confirmWithin}\` is no time: write 60s, or 5m`);
    return status.usage;
  }
  return apply(call, { verb: 'restart', seconds, asks: true });
}
