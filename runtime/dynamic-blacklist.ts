/** `drop`, `reject`, `logdrop`, `logreject`, `blacklist` and `allow`: addresses that are refused, without a new compilation. */
import { blacklistSet, dynamicSet, refusingVerbs } from '../compiler/language/names.ts';
import {
  type Change,
  changeSets,
  type Hosts,
  inWords,
  noAddress,
  readAddressesAndTime,
  readHosts,
} from './dynamic-sets.ts';
import { say } from './output.ts';
import { type Call, type Status, status } from './verb.ts';

type Refusing = (typeof refusingVerbs)[number] | 'blacklist';

/** Refuses addresses, for a time or until they are allowed again. */
export async function refuseAddresses(call: Call): Promise<Status> {
  const verb = call.verb as Refusing;
  const { addresses, seconds } = readAddressesAndTime(call.arguments);
  const hosts = addresses.map((text) => readHosts(text));
  const wrong = addresses.find((_, index) => hosts[index] === undefined);
  if (wrong !== undefined) return noAddress(wrong);
  let worst: Status = status.done;
  for (const each of hosts) {
    const ended = each && (await refuse(each, verb, seconds, call));
    if (ended !== undefined && ended !== status.done) worst = ended;
  }
  return worst;
}

async function refuse(hosts: Hosts, verb: Refusing, seconds: number, call: Call): Promise<Status> {
  const own = setFor(verb, hosts);
  // First in the new place, then out of the others: at no moment it is let through.
  const changes: readonly Change[] = [
    { operation: 'add', set: own, element: hosts.element, seconds },
    ...setsOf(hosts)
      .filter((set) => set !== own)
      .map((set): Change => ({ operation: 'delete', set, element: hosts.element })),
  ];
  const done = await changeSets(call, changes);
  if (!done) return status.refused;
  const [first] = done;
  if (first === 'added' || first === 'again') {
    const time = inWords(seconds);
    say(`${hosts.element}: ${words[verb]}${time === '' ? '' : ` for ${time}`}`);
    return status.done;
  }
  if (first === 'overlaps')
    say(`${hosts.element}: an entry that holds some of it is there already; allow that one first`);
  if (first === 'no set') say(`${hosts.element}: ${missing(verb, hosts)}`);
  return status.refused;
}

const words: Readonly<Record<Refusing, string>> = {
  drop: 'dropped from now on',
  reject: 'rejected from now on',
  logdrop: 'logged and dropped from now on',
  logreject: 'logged and rejected from now on',
  blacklist: 'on the blacklist from now on',
};

function missing(verb: Refusing, { version }: Hosts): string {
  const setting = verb === 'blacklist' ? 'DYNAMIC_BLACKLIST=ipset' : 'DYNAMIC_BLACKLIST=Yes';
  return `the firewall that runs has no such set; it needs ${setting}, and IPv${version} to be compiled`;
}

/** The set that rules fill holds single addresses; networks go where the commands put things. */
function setFor(verb: Refusing, { version, single }: Hosts): string {
  if (verb === 'blacklist') return single ? blacklistSet(version) : dynamicSet('drop', version);
  return dynamicSet(verb, version);
}

function setsOf({ version, single }: Hosts): readonly string[] {
  return [...refusingVerbs.map((verb) => dynamicSet(verb, version)), ...(single ? [blacklistSet(version)] : [])];
}

/** Takes addresses off every list. */
export async function allowAddresses(call: Call): Promise<Status> {
  const hosts = call.arguments.map((text) => readHosts(text));
  const wrong = call.arguments.find((_, index) => hosts[index] === undefined);
  if (wrong !== undefined) return noAddress(wrong);
  for (const each of hosts) {
    if (!each) continue;
    const changes = setsOf(each).map((set): Change => ({ operation: 'delete', set, element: each.element }));
    const done = await changeSets(call, changes);
    if (!done) return status.refused;
    say(`${each.element}: ${done.includes('deleted') ? 'allowed again' : 'was on no list'}`);
  }
  return status.done;
}
