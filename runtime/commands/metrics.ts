import { closedScript, lastScript, stateOf } from '../apply/last-script.ts';
import { runScript } from '../apply/run-script.ts';
import { reasonOf } from '../environment/system-errors.ts';
import { exposition, type Sample } from '../metrics/families.ts';
import { keepLedger, readLedger } from '../metrics/ledger.ts';
import {
  enterCounters,
  samplesOfCounters,
  samplesOfGeneration,
  samplesOfHelpers,
  samplesOfSets,
  samplesOfStatus,
} from '../metrics/metrics.ts';
import { say } from '../output/output.ts';
import { writeResult } from '../output/write-result.ts';
import { readStatus } from '../status/firewall-status.ts';
import { listNftables } from '../status/nft-listing.ts';
import { type Call, type Status, status } from '../verb.ts';

/** The file is for the collector, which is another user. */
const readable = 0o644;

export async function run(call: Call): Promise<Status> {
  const ended = await runScript((await lastScript(call)) ?? closedScript(), 'status');
  if (ended.status === status.refused) return ended.status;
  const said = readStatus(ended);
  const counters = said.state === 'cleared' ? [] : countersNow(stateOf(call), said.state === 'running');
  if (counters === undefined) return status.refused;
  const samples = [
    ...samplesOfStatus(said, ended.output),
    ...samplesOfGeneration(stateOf(call)),
    ...samplesOfHelpers(),
    ...counters,
  ];
  try {
    writeResult(call.options.output ?? '-', exposition(samples), readable);
  } catch (error) {
    say(`the metrics could not be written: ${reasonOf(error)}`);
    return status.refused;
  }
  return status.done;
}

/** Sets, and of a firewall that runs what its lines counted; undefined when they cannot be read, which has been said. */
function countersNow(state: string, running: boolean): readonly Sample[] | undefined {
  const listing = listNftables();
  if (listing.kind === 'refused') {
    say(`the counters cannot be read: ${listing.reason}`);
    return undefined;
  }
  if (!running) return samplesOfSets(listing); // what was told of lines waits for the next start
  const ledger = enterCounters(state, listing, readLedger(state), Math.floor(Date.now() / 1000));
  try {
    keepLedger(state, ledger);
  } catch (error) {
    say(`what the counters tell now could not be kept, so they may go back at the next reload: ${reasonOf(error)}`);
  }
  return [...samplesOfSets(listing), ...samplesOfCounters(ledger)];
}
