/** Loads that are taken back unless somebody confirms them: `safe-start`, `safe-restart` and `try`. */

import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import { apply } from './apply.ts';
import { readSeconds } from './confirmation.ts';

/** Loads the firewall, asks whether it may stay, and takes it back when nobody says so in time. */
export function safeStart(call: Call): Promise<Status> {
  return applyFor(call, call.options.confirmWithin, { asks: true });
}

/** Loads the firewall of a folder for a time, which may stand behind the folder; only `confirm` keeps it. */
export function tryFolder(call: Call): Promise<Status> {
  const [folder, time = call.options.confirmWithin] = call.arguments;
  return applyFor({ ...call, arguments: folder === undefined ? [] : [folder] }, time, {});
}

async function applyFor(call: Call, time: string, asking: { readonly asks?: true }): Promise<Status> {
  const seconds = readSeconds(time);
  if (seconds === undefined) {
    say(`\`${time}\` is not a duration: use 60s or 5m`);
    return status.usage;
  }
  return apply(call, { verb: 'restart', seconds, ...asking });
}
