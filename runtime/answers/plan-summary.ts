/** What a restart is about to change, in a few lines for whoever watches. */
import type { Call } from '../verb.ts';
import { differencesOf, kindOfChange, placeOf } from './differences.ts';
import { firewallsOf, withSetsOf } from './firewalls.ts';
import { packetsText } from './print-answers.ts';

const mostLines = 5;

/** Nothing where no packet fares otherwise, or where it cannot be told: `ftpwall plan` says why. */
export async function planSummary(before: string, after: readonly string[], call: Call): Promise<string | undefined> {
  const silent = { ...call, options: { ...call.options, quiet: true, json: false } };
  const old = await firewallsOf(before, silent, 'silent');
  const young = (await Promise.all(after.map((name) => firewallsOf(name, silent, 'silent')))).flatMap(
    (each) => each ?? [],
  );
  if (!old || young.length === 0) return undefined;
  const found = differencesOf(old, withSetsOf(old, young));
  if (typeof found === 'string' || found.changes.length === 0) return undefined;
  const lines = found.changes
    .slice(0, mostLines)
    .map((change) =>
      [
        `  ${kindOfChange(change)}  ${change.from} → ${change.to}`,
        change.packets.slice(0, 1).map(packetsText).join(''),
        `${placeOf(change.after)} (was ${placeOf(change.before)})`,
      ].join('  '),
    );
  const more = found.changes.length - lines.length;
  return [
    'what changes for packets (`ftpwall plan` tells all):',
    ...lines,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}
