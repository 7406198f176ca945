/** `why --pcap`: what becomes of the packets of a capture, by the line that decides. */
import { readFileSync } from 'node:fs';
import type { Asked } from '../answers/firewalls.ts';
import { readNetwork } from '../environment/network-facts.ts';
import { reasonOf } from '../environment/system-errors.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import { framesOf } from './frames.ts';
import { type CaptureCounts, verdictsOf } from './verdicts.ts';

/** Reads the capture, judges its packets and prints the counts. */
export function whyCapture(path: string, asked: readonly Asked[], call: Call): Status {
  const file = bytesOf(path);
  if (file === undefined) return status.usage;
  const read = framesOf(file);
  if (typeof read === 'string') {
    say(`${path}: ${read}`);
    return status.usage;
  }
  const network = readNetwork();
  if (!network) {
    say('the routes of this machine cannot be read: ip (package iproute2) is needed');
    return status.refused;
  }
  const { in: inward } = call.options;
  const counted = verdictsOf(
    read.frames,
    asked.map(({ firewall }) => firewall.ruleset),
    { network, ...(inward !== undefined && { in: inward }) },
  );
  if (read.damaged) say(`${path}: the last packet is cut off, and left out`);
  if (call.options.json) write(1, `${JSON.stringify({ schema: 1, answers: [], capture: counted }, null, 2)}\n`);
  else write(1, textOf(counted, path));
  return status.done;
}

function textOf({ counts, passedOver }: CaptureCounts, path: string): string {
  const lines = counts.map(
    ({ verdict, line, packets, connections, example }) =>
      `${verdict.toUpperCase().padEnd(7)} ${line}  ${packets} packets of ${connections} connections, e.g. ${example}`,
  );
  if (counts.length === 0)
    lines.push(`${path}: there is no packet that could have come by an interface of this machine`);
  if (passedOver > 0)
    lines.push(`${passedOver} frames passed over: no IP, or no route back to their sender (--in names the interface)`);
  return `${lines.join('\n')}\n`;
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    say(`cannot read ${path}: ${reasonOf(error)}`);
    return undefined;
  }
}
