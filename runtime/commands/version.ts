import { version } from '../generated/version.js';
import { write } from '../output/output.ts';
import { type Status, status } from '../verb.ts';

export function run(): Status {
  write(1, `ftpwall ${version}\n`);
  return status.done;
}
