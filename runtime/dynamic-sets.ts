/** Commands that change what sets of the running firewall hold: addresses and times are read strictly, the script does the rest. */
import { bitsOf, parseAddress, prefixRange, printAddress, printRange } from '../compiler/ir/address.ts';
import type { AddressRange, Version } from '../compiler/ir/ruleset.ts';
import { lastScript } from './last-script.ts';
import { say } from './output.ts';
import { runScript } from './run-script.ts';
import { type Call, type Status, status } from './verb.ts';

/** An address, a network or a range as an element of a set. */
export interface Hosts {
  readonly version: Version;
  /** As nft writes it. */
  readonly element: string;
  readonly single: boolean;
}

/** Reads an address, `address/length` or `first-last`; undefined for anything else. */
export function readHosts(text: string): Hosts | undefined {
  const bare = /^\[.*\](\/\d+)?$/.test(text) ? text.replace(/[[\]]/g, '') : text;
  const range = bare.includes('-') ? betweenOf(bare) : networkOf(bare);
  return range && { version: range.version, element: printRange(range), single: range.first === range.last };
}

function networkOf(text: string): AddressRange | undefined {
  const [address = '', length, more] = text.split('/');
  const parsed = parseAddress(address);
  if (!parsed || more !== undefined) return undefined;
  const bits = bitsOf(parsed.version);
  if (length === undefined) return { version: parsed.version, first: parsed.value, last: parsed.value };
  return /^\d{1,3}$/.test(length) && Number(length) <= bits
    ? prefixRange(parsed.version, parsed.value, Number(length))
    : undefined;
}

function betweenOf(text: string): AddressRange | undefined {
  const [first, last, more] = text.split('-').map((each) => parseAddress(each));
  if (!first || !last || more || first.version !== last.version || first.value > last.value) return undefined;
  return { version: first.version, first: first.value, last: last.value };
}

/** Every address of a version, as an element. */
export function everyHost(version: Version): string {
  return `${printAddress(version, 0n)}/0`;
}

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Reads a time: seconds, or numbers with `s`, `m`, `h` and `d` behind them (`1h30m`); undefined for anything else. */
export function readTimeout(text: string): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (!/^(\d{1,6}[smhd])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * secondsIn[unit as keyof typeof secondsIn], 0);
}

/** The addresses of a call and the time behind them: `ADDRESS… [TIME]`, or `ADDRESS… timeout TIME`. */
export function readAddressesAndTime(words: readonly string[]): {
  readonly addresses: readonly string[];
  readonly seconds: number;
} {
  const seconds = words.length > 1 ? readTimeout(words.at(-1) ?? '') : undefined;
  if (seconds === undefined) return { addresses: words, seconds: 0 };
  return { addresses: words.slice(0, words.at(-2) === 'timeout' ? -2 : -1), seconds };
}

/** A change of one element; 0 seconds are for ever. */
export interface Change {
  readonly operation: 'add' | 'delete';
  readonly set: string;
  readonly element: string;
  readonly seconds?: number;
}

/** What came of a change. `overlaps`: an element that holds some of its addresses is there already. */
export type Changed = 'added' | 'again' | 'deleted' | 'absent' | 'no set' | 'overlaps' | 'refused';

/** Makes the changes one after the other; undefined when none could be made, which has been said. */
export async function changeSets(call: Call, changes: readonly Change[]): Promise<readonly Changed[] | undefined> {
  const script = await lastScript(call);
  if (script === undefined) {
    say('no firewall was started whose sets could be changed');
    return undefined;
  }
  const words = changes.flatMap(({ operation, set, element, seconds = 0 }) => [
    operation,
    set,
    element,
    String(seconds),
  ]);
  const ended = await runScript(script, 'change', { words });
  if (ended.status !== status.done) return undefined;
  return ended.output.split('\n').map((line) => {
    const refused = /^refused (.*)/.exec(line);
    if (refused) say(`the system refuses this: ${refused[1]}`);
    return refused ? 'refused' : (line as Changed);
  });
}

/** One line of what sets hold. */
export interface Content {
  readonly set: string;
  readonly element: string;
  /** Seconds that are left; 0 for ever. */
  readonly seconds: number;
}

/** What sets of the running firewall hold; undefined when that cannot be told, which has been said. */
export async function contentsOfSets(call: Call): Promise<readonly Content[] | undefined> {
  const script = await lastScript(call);
  if (script === undefined) {
    say('no firewall was started whose sets could be shown');
    return undefined;
  }
  const ended = await runScript(script, 'contents');
  if (ended.status !== status.done) return undefined;
  return ended.output.split('\n').flatMap((line) => {
    const [set, , element, seconds] = line.split('\t');
    return set && element ? [{ set, element, seconds: Number(seconds) }] : [];
  });
}

/** Says that a word is no address, and that nothing was done. */
export function noAddress(text: string): Status {
  say(`\`${text}\` is not an address, a network or a range; nothing was changed`);
  return status.usage;
}

/** A time in words, for messages. */
export function inWords(seconds: number): string {
  if (seconds === 0) return '';
  const parts = (['d', 'h', 'm', 's'] as const).reduce<{ readonly rest: number; readonly text: string }>(
    ({ rest, text }, unit) => {
      const count = Math.floor(rest / secondsIn[unit]);
      return { rest: rest - count * secondsIn[unit], text: count > 0 ? `${text}${count}${unit}` : text };
    },
    { rest: seconds, text: '' },
  );
  return parts.text;
}
