/** What the lines of the firewall that is loaded have met. */
import { say } from '../output/output.ts';
import { type Status, status } from '../verb.ts';
import { type LineHits, readHits } from './counters.ts';

/** A status where there is nothing to read; the user has been told why. */
export function hitsNow(): readonly LineHits[] | Status {
  const reading = readHits();
  if (reading.kind === 'refused') {
    say(`the counters cannot be read: ${reading.reason}`);
    return status.refused;
  }
  if (reading.lines.length > 0) return reading.lines;
  say('no firewall of ours is loaded, so nothing is counted');
  return status.notRunning;
}
