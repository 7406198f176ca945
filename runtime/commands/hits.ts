import { setTimeout as sleep } from 'node:timers/promises';
import { stateOf } from '../apply/last-script.ts';
import { hitsAsData, Paint } from '../output/hits-table.ts';
import { write } from '../output/output.ts';
import type { LineHits } from '../status/counters.ts';
import { hitsNow } from '../status/hits-now.ts';
import { type Call, type Status, status } from '../verb.ts';

const secondBetweenLooks = 1000;

export async function run(call: Call): Promise<Status> {
  const paint = await Paint.open(stateOf(call), call.options);
  let before: readonly LineHits[] | undefined;
  for (;;) {
    const lines = hitsNow();
    if (typeof lines === 'number') return lines;
    if (call.options.json && !call.options.watch) {
      write(1, `${JSON.stringify({ schema: 1, lines: hitsAsData(lines, stateOf(call)) })}\n`);
      return status.done;
    }
    const heard = write(1, paint.page(lines, before));
    // Whoever read this has gone away: there is nobody to go on for.
    if (!call.options.watch || !heard) return status.done;
    before = lines;
    await sleep(secondBetweenLooks);
  }
}
