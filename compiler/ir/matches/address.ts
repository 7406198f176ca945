/** Matches on addresses: of the packet, of the connection before translation, of the link, and by kind. */
import { invariant } from '../../invariant.ts';
import { bitsOf, joinRanges, printAddress, printRange } from '../../net/address.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import { extentOfField, type FieldValues, macNumber } from '../fields.ts';
import type { MatchKind, MatchOf, PrintContext } from '../kind.ts';
import { compared } from './lists.ts';

/** `ip` or `ip6`: how nft names the header of a version. */
export function headerOf(version: Version, { family }: PrintContext): 'ip' | 'ip6' {
  const header = version === 4 ? 'ip' : 'ip6';
  invariant(family === 'inet' || family === header, `a match on IPv${version} in a table of family ${family}`);
  return header;
}

/** An address in the words of nft, cut to `prefix` bits. */
export function cutTo(prefix: number | undefined, version: Version, address: string): string {
  const bits = bitsOf(version);
  if (prefix === undefined || prefix === bits) return address;
  const mask = ((1n << BigInt(prefix)) - 1n) << BigInt(bits - prefix);
  return `${address} & ${printAddress(version, mask)}`;
}

function versionOfRanges(ranges: readonly AddressRange[]): Version {
  const version = ranges[0]?.version;
  invariant(version !== undefined, 'a match with an empty list');
  return version;
}

/** Packets of one IP version. */
export function versionIs(version: Version): FieldValues {
  return { field: 'version', version };
}

/** Packets of which connection tracking knows the connection. */
export const isTracked: FieldValues = { field: 'state', words: ['new', 'established', 'related'] };

export const versionMatch: MatchKind<MatchOf<'version'>> = {
  print({ version }, context) {
    headerOf(version, context);
    return context.family === 'inet' ? `meta nfproto ipv${version}` : '';
  },
  extent: ({ version }) => extentOfField(versionIs(version)),
};

export const addressMatch: MatchKind<MatchOf<'address'>> = {
  print({ field, negated, ranges }, context) {
    const header = headerOf(versionOfRanges(ranges), context);
    return compared(`${header} ${field}`, negated, joinRanges(ranges).map(printRange));
  },
  extent: ({ field, negated, ranges }) =>
    extentOfField({ field, ranges }, negated, [versionIs(versionOfRanges(ranges))]),
};

// The kernel gives up a rule that asks a packet without connection, so `!=` does not hold either (nft_ct_get_eval).
export const originalAddressMatch: MatchKind<MatchOf<'originalAddress'>> = {
  print({ field, negated, ranges }, context) {
    const header = headerOf(versionOfRanges(ranges), context);
    return compared(`ct original ${header} ${field}`, negated, joinRanges(ranges).map(printRange));
  },
  extent: ({ field, negated, ranges }) =>
    extentOfField({ field: field === 'saddr' ? 'originalSaddr' : 'originalDaddr', ranges }, negated, [
      versionIs(versionOfRanges(ranges)),
      isTracked,
    ]),
};

export const addressTypeMatch: MatchKind<MatchOf<'addressType'>> = {
  print: ({ field, negated, types }) => compared(`fib ${field} type`, negated, types),
  extent: ({ field, negated, types }) =>
    extentOfField({ field: field === 'saddr' ? 'saddrType' : 'daddrType', words: types }, negated),
};

export const reversePathMatch: MatchKind<MatchOf<'reversePath'>> = {
  print: ({ negated, marked }) => `fib saddr ${marked ? '. mark ' : ''}. iif oif ${negated ? 'missing' : 'exists'}`,
  extent: ({ negated }) => extentOfField({ field: 'reversePath', present: !negated }),
};

export const sourceMacMatch: MatchKind<MatchOf<'sourceMac'>> = {
  print({ negated, addresses }) {
    for (const address of addresses) invariant(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(address), `no MAC: ${address}`);
    return compared('ether saddr', negated, addresses.map((address) => address.toLowerCase()).sort());
  },
  extent({ negated, addresses }) {
    const numbers = addresses.map(macNumber).map((mac) => ({ first: mac, last: mac }));
    return extentOfField({ field: 'sourceMac', ranges: numbers }, negated);
  },
};
