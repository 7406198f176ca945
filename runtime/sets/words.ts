/** The words of commands that change sets: addresses and times, read strictly. */
import { bitsOf, everyAddress, mappedIpv4, parseAddress, prefixRange, printRange } from '../../compiler/net/address.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import { say } from '../output/output.ts';
import { type Status, status } from '../verb.ts';

/**
 * Reads an address, `address/length` or `first-last`; undefined for anything else. An IPv4 address that is written as
 * IPv6 (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2), as daemons log it, is the IPv4 address: packets have no other.
 */
export function readHosts(text: string): AddressRange | undefined {
  const bare = /^\[.*\](\/\d+)?$/.test(text) ? text.replace(/[[\]]/g, '') : text;
  const range = bare.includes('-') ? betweenOf(bare) : networkOf(bare);
  return range && (mappedIpv4(range) ?? range);
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

/** The range as messages name it. */
export function named(range: AddressRange): string {
  return printRange(range);
}

const internet = prefixRange(6, 0x2000n << 112n, 3); // all global unicast addresses (RFC 4291 section 2.4)

/** Whether the range is all addresses of its version, or so many of them that nobody means it by the way. */
export function isNearlyEverything({ version, first, last }: AddressRange): boolean {
  const all = everyAddress(version);
  if ((last - first + 1n) * 2n >= all.last + 1n) return true;
  return version === 6 && first <= internet.first && internet.last <= last;
}

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Reads a time: seconds, or numbers with `s`, `m`, `h` and `d` behind them (`1h30m`); undefined for anything else. */
export function readTimeout(text: string): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (!/^(\d{1,6}[smhd])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * secondsIn[unit as keyof typeof secondsIn], 0);
}

/**
 * The addresses of a call and the time behind them: `ADDRESS… [TIME]`, or `ADDRESS… timeout TIME`. 0: for ever. A time
 * alone is one only where addresses come from elsewhere, too.
 */
export function readAddressesAndTime(
  words: readonly string[],
  mayBeTimeAlone = false,
): {
  readonly addresses: readonly string[];
  readonly seconds: number;
} {
  const seconds = words.length > (mayBeTimeAlone ? 0 : 1) ? readTimeout(words.at(-1) ?? '') : undefined;
  if (seconds === undefined) return { addresses: words, seconds: 0 };
  return { addresses: words.slice(0, words.at(-2) === 'timeout' ? -2 : -1), seconds };
}

/** Says that a word is no address, with what it seems to be, and that nothing was done. */
export function noAddress(text: string): Status {
  const what = readTimeout(text) !== undefined ? 'a duration cannot be given here' : wordsForName(text);
  say(`\`${text}\` is not an address, a network or a range${what === '' ? '' : ` (${what})`}; nothing was changed`);
  return status.usage;
}

/** What somebody may have meant by a name, such as that of a zone or a host. */
function wordsForName(text: string): string {
  if (/^any$/i.test(text)) return 'write `all`';
  return /^\$?[A-Za-z][\w.-]*$/.test(text) ? 'names of zones and hosts cannot be used here; write an address' : '';
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
