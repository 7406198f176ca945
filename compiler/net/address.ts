/** Arithmetic on ranges of addresses and of numbers: join, subtract, prefixes, text. Parsing and printing is ipaddr.js's. */
import ipaddr from 'ipaddr.js';
import { invariant } from '../invariant.ts';
import type { AddressRange, NumberRange } from './ranges.ts';
import type { Version } from './version.ts';

/** The number of bits of an address. */
export function bitsOf(version: Version): 32 | 128 {
  return version === 4 ? 32 : 128;
}

/** The address as a number, or undefined when the text is no address in the usual notation of its version. */
export function parseAddress(text: string): { readonly version: Version; readonly value: bigint } | undefined {
  const value = dottedDecimal(text);
  if (value !== undefined) return { version: 4, value: BigInt(value) };
  if (text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)) {
    return { version: 6, value: fromBytes(ipaddr.IPv6.parse(text).toByteArray()) };
  }
  return undefined;
}

/**
 * Four numbers up to 255, without zeros in front, which would make them octal. Digit by digit: lists are long, and four
 * numbers need no package.
 */
function dottedDecimal(text: string): number | undefined {
  let value = 0;
  let at = 0;
  for (let part = 0; part < 4; part += 1) {
    if (part > 0) {
      if (text.charCodeAt(at) !== 0x2e) return undefined;
      at += 1;
    }
    const begin = at;
    let number = 0;
    for (let digit = text.charCodeAt(at) - 0x30; digit >= 0 && digit <= 9; digit = text.charCodeAt(at) - 0x30) {
      number = number * 10 + digit;
      at += 1;
      if (number > 255) return undefined;
    }
    if (at === begin || (at - begin > 1 && text.charCodeAt(begin) === 0x30)) return undefined;
    value = value * 256 + number;
  }
  return at === text.length ? value : undefined;
}

/** The address in the usual notation: dotted, or RFC 5952. */
export function printAddress(version: Version, value: bigint): string {
  if (version === 4) return dottedQuad(Number(value));
  const bytes: number[] = [];
  for (let shift = BigInt(bitsOf(version) - 8); shift >= 0n; shift -= 8n) bytes.push(Number((value >> shift) & 255n));
  return new ipaddr.IPv6(bytes).toRFC5952String();
}

/** By numbers alone: long lists print tens of thousands of them. */
function dottedQuad(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

function fromBytes(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** All addresses of a version. */
export function everyAddress(version: Version): AddressRange {
  return { version, first: 0n, last: (1n << BigInt(bitsOf(version))) - 1n };
}

/** The range of the network that holds `value` and has a prefix of `length` bits. */
export function prefixRange(version: Version, value: bigint, length: number): AddressRange {
  const size = 1n << BigInt(bitsOf(version) - length);
  const first = (value / size) * size;
  return { version, first, last: first + size - 1n };
}

const mapped = prefixRange(6, 0xffffn << 32n, 96);

/**
 * The IPv4 addresses that a range of IPv6 names (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2); undefined for any other,
 * and for all of them together. Sockets and logs know such addresses; packets have those of IPv4.
 */
export function mappedIpv4({ version, first, last }: AddressRange): AddressRange | undefined {
  const within = version === 6 && mapped.first <= first && last <= mapped.last;
  if (!within || (first === mapped.first && last === mapped.last)) return undefined;
  return { version: 4, first: first - mapped.first, last: last - mapped.first };
}

/** The length of the prefix when the range is exactly one network. */
export function prefixLength(range: AddressRange): number | undefined {
  const size = range.last - range.first + 1n;
  if ((size & (size - 1n)) !== 0n || range.first % size !== 0n) return undefined;
  return bitsOf(range.version) - (size.toString(2).length - 1);
}

/** The range as nft writes it: an address, a network or `first-last`. */
export function printRange(range: AddressRange): string {
  if (range.first === range.last) return printAddress(range.version, range.first);
  const length = prefixLength(range);
  if (length !== undefined) return `${printAddress(range.version, range.first)}/${length}`;
  return `${printAddress(range.version, range.first)}-${printAddress(range.version, range.last)}`;
}

/** The networks that together are the range. */
export function prefixesOf({
  version,
  first,
  last,
}: AddressRange): readonly { readonly value: bigint; readonly length: number }[] {
  const found: { value: bigint; length: number }[] = [];
  for (let value = first; value <= last; ) {
    let size = value === 0n ? 1n << BigInt(bitsOf(version)) : value & -value;
    while (value + size - 1n > last) size >>= 1n;
    found.push({ value, length: bitsOf(version) - (size.toString(2).length - 1) });
    value += size;
  }
  return found;
}

/** Sorted, with those that overlap joined, so that nft sees no conflicting intervals; neighbours stay as they were written. All of one version. */
export function joinRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
  if (ranges.length < 2) return ranges;
  const sorted = [...ranges].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const joined: AddressRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    invariant(!last || last.version === range.version, 'ranges of two IP versions in one list');
    if (last && range.first <= last.last) {
      if (range.last > last.last) joined[joined.length - 1] = { ...last, last: range.last };
    } else joined.push(range);
  }
  return joined;
}

/** What is in `ranges` and not in `without`, joined. */
export function subtractRanges(
  ranges: readonly AddressRange[],
  without: readonly AddressRange[],
): readonly AddressRange[] {
  let rest = joinRanges(ranges);
  for (const hole of joinRanges(without)) {
    rest = rest.flatMap((range) => {
      if (hole.last < range.first || hole.first > range.last) return [range];
      const parts: AddressRange[] = [];
      if (hole.first > range.first) parts.push({ ...range, last: hole.first - 1n });
      if (hole.last < range.last) parts.push({ ...range, first: hole.last + 1n });
      return parts;
    });
  }
  return rest;
}

/** What is in both lists, joined. */
export function intersectRanges(
  left: readonly AddressRange[],
  right: readonly AddressRange[],
): readonly AddressRange[] {
  const common: AddressRange[] = [];
  for (const a of left) {
    for (const b of right) {
      if (a.version !== b.version || a.last < b.first || b.last < a.first) continue;
      let { first, last } = a;
      if (b.first > first) first = b.first;
      if (b.last < last) last = b.last;
      common.push({ version: a.version, first, last });
    }
  }
  return joinRanges(common);
}

/** Whether an address lies in one of the ranges. */
export function holds(ranges: readonly AddressRange[], version: Version, value: bigint): boolean {
  return ranges.some((range) => range.version === version && range.first <= value && value <= range.last);
}

/** Sorted and joined, as `joinRanges`. */
export function joinNumbers(ranges: readonly NumberRange[]): readonly NumberRange[] {
  if (ranges.length < 2) return ranges;
  const joined: NumberRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const last = joined.at(-1);
    if (last && range.first <= last.last) {
      if (range.last > last.last) joined[joined.length - 1] = { first: last.first, last: range.last };
    } else joined.push(range);
  }
  return joined;
}

/** What is in both lists, joined. */
export function intersectNumbers(left: readonly NumberRange[], right: readonly NumberRange[]): readonly NumberRange[] {
  const common: NumberRange[] = [];
  for (const a of left) {
    for (const b of right) {
      const range = { first: Math.max(a.first, b.first), last: Math.min(a.last, b.last) };
      if (range.first <= range.last) common.push(range);
    }
  }
  return joinNumbers(common);
}

/** The range as nft writes it: a number or `first-last`. */
export function printNumbers(range: NumberRange): string {
  return range.first === range.last ? String(range.first) : `${range.first}-${range.last}`;
}
