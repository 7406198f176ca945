/** `ftpwall remote plan`: what a deployment would open and close, host by host. */
import { firewallsOf } from '../answers/firewalls.ts';
import { type ListingPlan, listingPlanText, planAgainst } from '../answers/listing-plan.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import type { Reaching } from './connection.ts';
import { factsOf, type HostFacts } from './facts.ts';
import type { RemoteHost } from './hosts.ts';

/** Plans for all hosts: one that cannot be asked keeps nobody from knowing of the others. */
export async function planHosts(hosts: readonly RemoteHost[], reaching: Reaching, call: Call): Promise<Status> {
  const documents: object[] = [];
  const ends: Status[] = [];
  for (const host of hosts) {
    const asked = await factsOf(host, reaching);
    const planned = asked.kind === 'facts' ? await planFor(host, asked.facts, call) : asked.reason;
    if (planned === 'configuration errors') {
      ends.push(status.configurationErrors);
      documents.push({ host: host.destination, folder: host.folder, result: 'refused', reason: planned });
    } else if (typeof planned === 'string') {
      say(`${host.destination}: ${planned}`);
      ends.push(status.refused);
      documents.push({ host: host.destination, folder: host.folder, result: 'refused', reason: planned });
    } else {
      if (!call.options.json) write(1, planText(host, planned));
      ends.push(planned.equal ? status.done : status.changes);
      documents.push({ host: host.destination, folder: host.folder, result: 'planned', plan: planned });
    }
  }
  if (call.options.json) write(1, `${JSON.stringify({ schema: 1, hosts: documents }, null, 2)}\n`);
  return [status.configurationErrors, status.refused, status.changes].find((end) => ends.includes(end)) ?? status.done;
}

/** The plan of a host; a text says why there is none. */
export async function planFor(
  { folder, destination }: RemoteHost,
  { listing }: HostFacts,
  call: Call,
): Promise<ListingPlan | string> {
  const asked = await firewallsOf(folder, { ...call, options: { ...call.options, json: false } });
  return asked === undefined ? 'configuration errors' : planAgainst(asked, `what ${destination} has loaded`, listing);
}

/** Each line begins with the host, so that lines of many hosts can be told apart. */
export function planText({ destination }: RemoteHost, plan: ListingPlan): string {
  const lines = listingPlanText(plan).trimEnd().split('\n');
  return lines.map((line) => `${destination}: ${line}\n`).join('');
}
