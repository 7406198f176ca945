/** `add` and `delete`: hosts of zones that come and go (`eth0:dynamic` in `hosts`, `nets=dynamic` in `interfaces`). */
import { dynamicZoneSet } from '../compiler/language/names.ts';
import { type Change, changeSets, everyHost, type Hosts, noAddress, readHosts } from './dynamic-sets.ts';
import { say } from './output.ts';
import { type Call, type Status, status } from './verb.ts';

/** `INTERFACE[:ADDRESS,…]… ZONE`, or `ZONE ADDRESS,…` where the interfaces of the zone share a set. */
export async function changeZone(call: Call, operation: 'add' | 'delete'): Promise<Status> {
  const read = readWords(call.arguments);
  if (typeof read === 'string') return noAddress(read);
  const changes = read.flatMap(({ set, hosts }) =>
    hosts.map((each): Change => ({ operation, set: `${set}-${each.version}`, element: each.element })),
  );
  const done = await changeSets(call, changes);
  if (!done) return status.refused;
  changes.forEach(({ set, element }, index) => {
    const how = done[index] ?? 'refused';
    if (how !== 'no set' && how !== 'refused') say(`${element}: ${said[how]} ${set}`);
  });
  if (done.includes('no set'))
    say(
      `\`${call.arguments.join(' ')}\` names no dynamic zone of the running firewall; ftpwall show dynamic lists them`,
    );
  return done.includes('no set') || done.includes('refused') || done.includes('overlaps')
    ? status.refused
    : status.done;
}

const said = {
  added: 'added to',
  again: 'was already in',
  deleted: 'taken out of',
  absent: 'was not in',
  overlaps: 'overlaps what is already in',
} as const;

interface Part {
  readonly set: string;
  readonly hosts: readonly Pick<Hosts, 'version' | 'element'>[];
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

const everybody: Part['hosts'] = [{ version: 4, element: everyHost(4) }];

function readList(text: string): Part['hosts'] | string {
  const words = text.split(',');
  const hosts = words.map((each) => readHosts(each));
  return words.find((_, index) => hosts[index] === undefined) ?? hosts.filter((each) => each !== undefined);
}
