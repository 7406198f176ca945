/** `ftpwall remote status`: what hosts have loaded, whether it waits for its confirmation, and what others changed. */
import { say, write } from '../output/output.ts';
import type { FirewallStatus } from '../status/firewall-status.ts';
import { type Call, type Status, status } from '../verb.ts';
import type { Reaching } from './connection.ts';
import { factsOf, statusIn } from './facts.ts';
import type { RemoteHost } from './hosts.ts';

/** Asks all hosts; the worst decides the status. */
export async function tellStatus(hosts: readonly RemoteHost[], reaching: Reaching, call: Call): Promise<Status> {
  const documents: object[] = [];
  const ends: Status[] = [];
  for (const host of hosts) {
    const { destination } = host;
    const asked = await factsOf(host, reaching);
    if (asked.kind === 'refused') {
      say(`${destination}: ${asked.reason}`);
      documents.push({ host: destination, result: 'refused', reason: asked.reason });
      ends.push(status.refused);
      continue;
    }
    const told = statusIn(asked.facts);
    const { script, managed } = asked.facts;
    if (!call.options.json)
      write(1, `${destination}: ${told ? statusLine(told) : 'no firewall of ftpwall is loaded'}\n`);
    documents.push({
      host: destination,
      result: 'answered',
      managed,
      script: script === 'none' ? null : script,
      ...(told && { status: told }),
    });
    ends.push(told ? endOf(asked.facts.status?.exit) : status.notRunning);
  }
  if (call.options.json) write(1, `${JSON.stringify({ schema: 1, hosts: documents }, null, 2)}\n`);
  const worst = [status.refused, status.drifted, status.pending, status.notRunning] as const;
  return worst.find((end) => ends.includes(end)) ?? status.done;
}

function endOf(exit: number | undefined): Status {
  const known = [status.done, status.notRunning, status.pending, status.drifted] as const;
  return known.find((each) => each === exit) ?? status.refused;
}

/** `running, generation 4, confirmation pending (52 seconds left), drift none`. */
function statusLine({ state, generation, pending, drift, lastFailure }: FirewallStatus): string {
  const parts = [
    state,
    ...(generation === undefined ? [] : [`generation ${generation}`]),
    ...(pending === undefined ? [] : [`confirmation pending (${pending.secondsLeft} seconds left)`]),
    ...(state === 'cleared' ? [] : [drift === undefined ? 'drift unknown' : drift ? 'CHANGED BY OTHERS' : 'no drift']),
    ...(lastFailure === undefined ? [] : [`last failure: ${lastFailure.message}`]),
  ];
  return parts.join(', ');
}
