/** `drop`, `reject`, `logdrop`, `logreject`, `blacklist` and `allow`: addresses that are refused, without a new compilation. */

import { blacklistSet, dynamicList, listsBeside, refusingVerbs } from '../../compiler/language/names.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import { addressesOf } from './address-file.ts';
import { changeSets } from './change.ts';
import type { Change, Outcome } from './plan.ts';
import { inWords, isNearlyEverything, named } from './words.ts';

type Refusing = (typeof refusingVerbs)[number] | 'blacklist';

/** Refuses addresses, for a time or until they are allowed again: all that are named, or none. */
export async function refuseAddresses(call: Call): Promise<Status> {
  const verb = call.verb as Refusing;
  const all = addressesOf(call, true);
  if (typeof all === 'number') return all;
  const wide = all.find(({ range }) => isNearlyEverything(range))?.range;
  if (wide !== undefined && !call.options.force) {
    say(
      `${named(wide)} is (nearly) every address of IPv${wide.version}; nothing was changed. --force does it all the same`,
    );
    return status.refused;
  }
  const changes = all.map(({ range, seconds }) => changesFor(range, verb, seconds));
  const outcomes = await changeSets(
    call,
    changes.flat(),
    all.map(({ range }) => range),
  );
  if (!outcomes) return status.refused;
  let next = 0;
  const results = all.map((each, index) => {
    const outcome = outcomes[next];
    next += changes[index]?.length ?? 0;
    return { ...each, outcome };
  });
  const lacking = results.filter(({ outcome }) => outcome?.kind === 'no set');
  if (lacking.length > 0) {
    for (const { range } of call.options.addressFile === undefined ? lacking : lacking.slice(0, 1))
      say(`${named(range)}: ${missing(verb, range)}; nothing was changed`);
    return status.refused;
  }
  if (call.options.addressFile !== undefined) tellCounts(results, verb);
  else for (const { range, seconds, outcome } of results) say(`${named(range)}: ${told(verb, seconds, outcome)}`);
  return status.done;
}

/** What came of a file: who gives thousands of addresses reads no line for each. */
function tellCounts(results: readonly { readonly outcome: Outcome | undefined }[], verb: Refusing): void {
  const covered = results.filter(({ outcome }) => outcome?.kind === 'covered').length;
  const others = covered === 0 ? '' : `; ${covered} refused already, for as long or longer`;
  say(`${results.length - covered} ${words[verb]}${others}`);
}

/** First in the new place, then out of what is held apart from it, in one step: at no moment it is let through. */
function changesFor(range: AddressRange, verb: Refusing, seconds: number): readonly Change[] {
  const own = setFor(verb, range);
  const together = listsBeside(own);
  const others = setsOf(range).filter((set) => !together.includes(set));
  return [
    { operation: 'add', set: own, spans: [range], seconds, required: true },
    ...others.map((set): Change => ({ operation: 'delete', set, spans: [range], unlessLonger: seconds })),
  ];
}

function told(verb: Refusing, seconds: number, outcome: Outcome | undefined): string {
  if (outcome?.kind === 'covered') return `refused already, for as long or longer, by ${outcome.others.join(', ')}`;
  const time = inWords(seconds);
  return `${words[verb]}${time === '' ? '' : ` for ${time}`}`;
}

const words: Readonly<Record<Refusing, string>> = {
  drop: 'dropped',
  reject: 'rejected',
  logdrop: 'logged and dropped',
  logreject: 'logged and rejected',
  blacklist: 'on the blacklist',
};

function missing(verb: Refusing, { version }: AddressRange): string {
  const setting = verb === 'blacklist' ? 'DYNAMIC_BLACKLIST=ipset' : 'DYNAMIC_BLACKLIST=Yes';
  return `the firewall that runs has no such set; it needs ${setting}, and IPv${version} to be compiled`;
}

/** The set that rules fill holds single addresses; networks go where the commands put things. */
function setFor(verb: Refusing, { version, first, last }: AddressRange): string {
  if (verb === 'blacklist') return first === last ? blacklistSet(version) : dynamicList('drop', version);
  return dynamicList(verb, version);
}

/** The sets in which addresses of a version can be, always as many. */
function setsOf({ version }: AddressRange): readonly string[] {
  return [...refusingVerbs.map((verb) => dynamicList(verb, version)), blacklistSet(version)];
}

/** Takes addresses off every list, also out of a network that is on one. */
export async function allowAddresses(call: Call): Promise<Status> {
  const all = addressesOf(call, false);
  if (typeof all === 'number') return all;
  const outcomes = await changeSets(
    call,
    all.flatMap(({ range }) => setsOf(range).map((set): Change => ({ operation: 'delete', set, spans: [range] }))),
  );
  if (!outcomes) return status.refused;
  const results = all.map(({ range }, index) => {
    const count = setsOf(range).length;
    return { range, own: outcomes.slice(index * count, (index + 1) * count) };
  });
  const found = results.filter(({ own }) => own.some(({ kind }) => kind === 'deleted'));
  if (call.options.addressFile !== undefined) {
    const absent = results.length - found.length;
    say(`${found.length} allowed again${absent === 0 ? '' : `; ${absent} not on any list`}`);
    return status.done;
  }
  for (const each of results) {
    const rests = each.own.flatMap(({ others }) => others);
    const rest = rests.length === 0 ? '' : `; the rest of ${rests.join(', ')} stays on the list`;
    say(`${named(each.range)}: ${found.includes(each) ? `allowed again${rest}` : 'is not on any list'}`);
  }
  return status.done;
}
