import { setTimeout as sleep } from 'node:timers/promises';
import { readSeconds } from '../apply/confirmation.ts';
import { stateOf } from '../apply/last-script.ts';
import { listGenerations } from '../generations/generation.ts';
import { LineTexts } from '../generations/line-texts.ts';
import { topPage } from '../live/top-page.ts';
import { isTerminal, say, write } from '../output/output.ts';
import type { LineHits } from '../status/counters.ts';
import { hitsNow } from '../status/hits-now.ts';
import { type Call, type Status, status } from '../verb.ts';

const between = 1000;

export async function run(call: Call): Promise<Status> {
  const { for: duration } = call.options;
  const seconds = duration === undefined ? Number.POSITIVE_INFINITY : readSeconds(duration);
  if (seconds === undefined) {
    say(`\`${duration}\` is not a duration: use 30s or 5m`);
    return status.usage;
  }
  const state = stateOf(call);
  const texts = LineTexts.ofCurrent(state);
  const since = loadedAt(state);
  let before: { readonly lines: readonly LineHits[]; readonly at: number } | undefined;
  const begun = Date.now();
  for (;;) {
    const lines = hitsNow();
    if (typeof lines === 'number') return lines;
    const now = { lines, at: Date.now() };
    if (before) {
      const page = topPage(before, now, { textOf: (place) => texts.of(place), since });
      // Home, and clear to the end of the screen (ECMA-48, CUP and ED).
      if (!write(1, `${isTerminal(1) ? '\u001b[H\u001b[J' : ''}${page}`)) return status.done;
    }
    before = now;
    if (Date.now() - begun >= seconds * 1000) return status.done;
    await sleep(between);
  }
}

/** When the running generation was loaded: what has counted nothing has met nothing since then. */
function loadedAt(state: string): string {
  const current = listGenerations(state).find(({ links }) => links.includes('current'));
  return current?.about?.time ?? 'it was loaded';
}
