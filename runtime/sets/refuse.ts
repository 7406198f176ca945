/** `drop`, `reject`, `logdrop`, `logreject`, `blacklist` and `allow`: addresses that are refused, without a new compilation. */

import { blacklistSet, dynamicSet, refusingVerbs } from '../../compiler/language/names.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import { changeSets } from './change.ts';
import type { Change, Outcome } from './plan.ts';
import { inWords, isNearlyEverything, named, noAddress, readAddressesAndTime, readHosts } from './words.ts';

type Refusing = (typeof refusingVerbs)[number] | 'blacklist';

/** Refuses addresses, for a time or until they are allowed again: all that are named, or none. */
export async function refuseAddresses(call: Call): Promise<Status> {
  const verb = call.verb as Refusing;
  const { addresses, seconds } = readAddressesAndTime(call.arguments);
  const hosts = readAll(addresses);
  if (typeof hosts === 'string') return noAddress(hosts);
  const wide = hosts.find(isNearlyEverything);
  if (wide !== undefined && !call.options.force) {
    say(
      `${named(wide)} is (nearly) every address of IPv${wide.version}; nothing was changed. --force does it all the same`,
    );
    return status.refused;
  }
  const outcomes = await changeSets(
    call,
    hosts.flatMap((range) => changesFor(range, verb, seconds)),
    hosts,
  );
  if (!outcomes) return status.refused;
  const results = hosts.map((range, index) => ({ range, outcome: outcomes[index * setsOf(range).length] }));
  const lacking = results.filter(({ outcome }) => outcome?.kind === 'no set');
  for (const { range } of lacking) say(`${named(range)}: ${missing(verb, range)}; nothing was changed`);
  if (lacking.length > 0) return status.refused;
  for (const { range, outcome } of results) say(`${named(range)}: ${told(verb, seconds, outcome)}`);
  return status.done;
}

function readAll(words: readonly string[]): readonly AddressRange[] | string {
  const hosts = words.map((text) => readHosts(text));
  return words.find((_, index) => hosts[index] === undefined) ?? hosts.filter((each) => each !== undefined);
}

/** First in the new place, then out of the others, in one step: at no moment it is let through. */
function changesFor(range: AddressRange, verb: Refusing, seconds: number): readonly Change[] {
  const own = setFor(verb, range);
  const others = setsOf(range).filter((set) => set !== own);
  return [
    { operation: 'add', set: own, spans: [range], seconds, required: true },
    ...others.map((set): Change => ({ operation: 'delete', set, spans: [range], unlessLonger: seconds })),
  ];
}

function told(verb: Refusing, seconds: number, outcome: Outcome | undefined): string {
  if (outcome?.kind === 'covered')
    return `on this list already, for as long or longer, by ${outcome.others.join(', ')}`;
  const time = inWords(seconds);
  return `${words[verb]}${time === '' ? '' : ` for ${time}`}`;
}

const words: Readonly<Record<Refusing, string>> = {
  drop: 'dropped from now on',
  reject: 'rejected from now on',
  logdrop: 'logged and dropped from now on',
  logreject: 'logged and rejected from now on',
  blacklist: 'on the blacklist from now on',
};

function missing(verb: Refusing, { version }: AddressRange): string {
  const setting = verb === 'blacklist' ? 'DYNAMIC_BLACKLIST=ipset' : 'DYNAMIC_BLACKLIST=Yes';
  return `the firewall that runs has no such set; it needs ${setting}, and IPv${version} to be compiled`;
}

/** The set that rules fill holds single addresses; networks go where the commands put things. */
function setFor(verb: Refusing, { version, first, last }: AddressRange): string {
  if (verb === 'blacklist') return first === last ? blacklistSet(version) : dynamicSet('drop', version);
  return dynamicSet(verb, version);
}

/** The sets in which addresses of a version can be, always as many. */
function setsOf({ version }: AddressRange): readonly string[] {
  return [...refusingVerbs.map((verb) => dynamicSet(verb, version)), blacklistSet(version)];
}

/** Takes addresses off every list, also out of a network that is on one. */
export async function allowAddresses(call: Call): Promise<Status> {
  const hosts = readAll(call.arguments);
  if (typeof hosts === 'string') return noAddress(hosts);
  const outcomes = await changeSets(
    call,
    hosts.flatMap((range) => setsOf(range).map((set): Change => ({ operation: 'delete', set, spans: [range] }))),
  );
  if (!outcomes) return status.refused;
  for (const [index, range] of hosts.entries()) {
    const count = setsOf(range).length;
    const own = outcomes.slice(index * count, (index + 1) * count);
    const rests = own.flatMap(({ others }) => others);
    const rest = rests.length === 0 ? '' : `; the rest of ${rests.join(', ')} stays on the list`;
    const found = own.some(({ kind }) => kind === 'deleted');
    say(`${named(range)}: ${found ? `allowed again${rest}` : 'was on no list'}`);
  }
  return status.done;
}
