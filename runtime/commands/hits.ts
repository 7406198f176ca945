import { setTimeout as sleep } from 'node:timers/promises';
import { stateOf } from '../apply/last-script.ts';
import { hitsAsData, Paint } from '../output/hits-table.ts';
import { say, write } from '../output/output.ts';
import { type LineHits, readHits } from '../status/counters.ts';
import { type Call, type Status, status } from '../verb.ts';

const secondBetweenLooks = 1000;

export async function run(call: Call): Promise<Status> {
  const paint = await Paint.open(stateOf(call), call.options);
  let before: readonly LineHits[] | undefined;
  for (;;) {
    const reading = readHits();
    if (reading.kind === 'refused') {
      say(`the counters cannot be read: ${reading.reason}`);
      return status.refused;
    }
    if (reading.lines.length === 0) {
      say('no firewall of ours is loaded, so nothing is counted');
      return status.notRunning;
    }
    if (call.options.json && !call.options.watch) {
      write(1, `${JSON.stringify({ schema: 1, lines: hitsAsData(reading.lines, stateOf(call)) })}\n`);
      return status.done;
    }
    const heard = write(1, paint.page(reading.lines, before));
    // Whoever read this has gone away: there is nobody to go on for.
    if (!call.options.watch || !heard) return status.done;
    before = reading.lines;
    await sleep(secondBetweenLooks);
  }
}
