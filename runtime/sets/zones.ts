/** `add` and `delete`: hosts of zones that come and go (`eth0:dynamic` in `hosts`, `nets=dynamic` in `interfaces`). */

import { dynamicZoneSet } from '../../compiler/language/names.ts';
import { everyAddress } from '../../compiler/net/address.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import { changeSets } from './change.ts';
import type { Change, Outcome } from './plan.ts';
import { named, noAddress, readHosts } from './words.ts';

/** `INTERFACE[:ADDRESS,…]… ZONE`, or `ZONE ADDRESS,…` where the interfaces of the zone share a set. All hosts, or none. */
export async function changeZone(call: Call, operation: 'add' | 'delete'): Promise<Status> {
  const parts = readWords(call.arguments);
  if (typeof parts === 'string') return noAddress(parts);
  const wanted = parts.flatMap(({ set, hosts }) => hosts.map((range) => ({ range, set: `${set}-${range.version}` })));
  const outcomes = await changeSets(
    call,
    wanted.map(({ range, set }): Change => ({ operation, set, spans: [range] })),
  );
  if (!outcomes) return status.refused;
  for (const [index, { range, set }] of wanted.entries()) {
    const outcome = outcomes[index];
    if (outcome && outcome.kind !== 'no set') say(`${named(range)}: ${said[outcome.kind]} ${set}${besides(outcome)}`);
  }
  if (!outcomes.some(({ kind }) => kind === 'no set')) return status.done;
  say(
    `\`${call.arguments.join(' ')}\` names no dynamic zone of the running firewall. Write ZONE ADDRESS, or INTERFACE:ADDRESS ZONE`,
  );
  return status.refused;
}

const said = {
  added: 'added to',
  again: 'was already in',
  covered: 'was already in',
  deleted: 'taken out of',
  absent: 'was not by these words in',
} as const;

function besides({ kind, others }: Outcome): string {
  if (others.length === 0 || kind === 'again' || kind === 'covered' || kind === 'added') return '';
  return `; what of it is also in ${others.join(', ')} stays there`;
}

interface Part {
  readonly set: string;
  readonly hosts: readonly AddressRange[];
}

/** The sets and what goes into them; a word that is no address otherwise. */
function readWords(words: readonly string[]): readonly Part[] | string {
  const [zone = '', list = ''] = words;
  const shared = words.length === 2 ? readList(list) : 'no list';
  if (typeof shared !== 'string') return [{ set: dynamicZoneSet(zone), hosts: shared }];
  const last = words.at(-1) ?? '';
  const parts: Part[] = [];
  for (const word of words.slice(0, -1)) {
    const colon = word.indexOf(':');
    const hosts = colon === -1 ? everybody : readList(word.slice(colon + 1));
    if (typeof hosts === 'string') return hosts;
    parts.push({ set: dynamicZoneSet(last, colon === -1 ? word : word.slice(0, colon)), hosts });
  }
  return parts;
}

const everybody: Part['hosts'] = [everyAddress(4)];

function readList(text: string): Part['hosts'] | string {
  const words = text.split(',');
  const hosts = words.map((each) => readHosts(each));
  return words.find((_, index) => hosts[index] === undefined) ?? hosts.filter((each) => each !== undefined);
}
