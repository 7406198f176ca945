import { version } from '../generated/version.js';
import { write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export function run(call: Call): Status {
  write(1, call.options.json ? `${JSON.stringify({ schema: 1, version })}\n` : `ftpwall ${version}\n`);
  return status.done;
}
