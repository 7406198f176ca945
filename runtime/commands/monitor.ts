import { join } from 'node:path';
import { parseAddress } from '../../compiler/net/address.ts';
import { readSeconds } from '../apply/confirmation.ts';
import { lastScript, stateOf } from '../apply/last-script.ts';
import { runScript } from '../apply/run-script.ts';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

/** Whether each provider leads anywhere: the script asks, in rounds, and goes on with the one that is current. */
export async function run(call: Call): Promise<Status> {
  const { interval, failures, answers, once } = call.options;
  const seconds = readSeconds(interval);
  const wrong = wrongWord(call, seconds);
  if (wrong !== undefined) {
    say(wrong);
    return status.usage;
  }
  if ((await lastScript(call)) === undefined) {
    say('no firewall was started whose providers could be asked');
    return status.refused;
  }
  const current = { kind: 'file', path: join(stateOf(call), 'current', 'firewall') } as const;
  const words = [failures, answers, ...call.arguments];
  return (await runScript(current, once ? 'probe' : 'monitor', { words: once ? words : [String(seconds), ...words] }))
    .status;
}

/** What is wrong with the words of the call; undefined when nothing is. */
function wrongWord(
  { options: { interval, failures, answers }, arguments: targets }: Call,
  seconds: number | undefined,
): string | undefined {
  if (seconds === undefined || seconds < 1) return `--interval ${interval}: write seconds, or 1m`;
  const count = [failures, answers].find((each) => !/^[1-9]\d{0,3}$/.test(each));
  if (count !== undefined) return `${count}: write how many rounds, a number from 1`;
  const target = targets.find(
    (each) => !/^(?:[A-Za-z]\w*=)?[^=]+$/.test(each) || !parseAddress(each.replace(/^.*=/, '')),
  );
  return target === undefined ? undefined : `${target}: write an address, or PROVIDER=ADDRESS`;
}
