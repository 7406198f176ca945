/** Matches on addresses: of the packet, of the connection before translation, of the link, and by kind. */
import { invariant } from '../../invariant.ts';
import { bitsOf, holds, joinRanges, printAddress, printRange } from '../address.ts';
import type { MatchKind, MatchOf, PrintContext, Situation } from '../kind.ts';
import type { AddressRange, Version } from '../ruleset.ts';
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

export const versionMatch: MatchKind<MatchOf<'version'>> = {
  print({ version }, context) {
    headerOf(version, context);
    return context.family === 'inet' ? `meta nfproto ipv${version}` : '';
  },
  test: ({ version }, { packet }) => packet.version === version,
};

export const addressMatch: MatchKind<MatchOf<'address'>> = {
  print({ field, negated, ranges }, context) {
    const header = headerOf(versionOfRanges(ranges), context);
    return compared(`${header} ${field}`, negated, joinRanges(ranges).map(printRange));
  },
  test({ field, negated, ranges }, { packet }) {
    if (packet.version !== versionOfRanges(ranges)) return false;
    return holds(ranges, packet.version, packet[field]) !== negated;
  },
  merge: mergeRanges,
};

// The kernel gives up a rule that asks a packet without connection, so `!=` does not hold either (nft_ct_get_eval).
export const originalAddressMatch: MatchKind<MatchOf<'originalAddress'>> = {
  print({ field, negated, ranges }, context) {
    const header = headerOf(versionOfRanges(ranges), context);
    return compared(`ct original ${header} ${field}`, negated, joinRanges(ranges).map(printRange));
  },
  test({ field, negated, ranges }, { packet, tracked }) {
    if (!tracked || packet.version !== versionOfRanges(ranges)) return false;
    return holds(ranges, packet.version, tracked.original[field]) !== negated;
  },
  merge: mergeRanges,
};

function mergeRanges<M extends MatchOf<'address'> | MatchOf<'originalAddress'>>(a: M, b: M): M | undefined {
  if (a.field !== b.field || a.negated || b.negated) return undefined;
  if (versionOfRanges(a.ranges) !== versionOfRanges(b.ranges)) return undefined;
  return { ...a, ranges: joinRanges([...a.ranges, ...b.ranges]) };
}

export const addressTypeMatch: MatchKind<MatchOf<'addressType'>> = {
  print: ({ field, negated, types }) => compared(`fib ${field} type`, negated, types),
  test({ field, negated, types }, { packet, network }) {
    return types.includes(network.addressType(packet.version, packet[field])) !== negated;
  },
  merge: (a, b) =>
    a.field !== b.field || a.negated || b.negated ? undefined : { ...a, types: [...new Set([...a.types, ...b.types])] },
};

export const reversePathMatch: MatchKind<MatchOf<'reversePath'>> = {
  print: ({ negated }) => `fib saddr . iif oif ${negated ? 'missing' : 'exists'}`,
  test: ({ negated }, situation) => comesTheWayBack(situation) !== negated,
};

/** The cases that the kernel lets pass without a look at the routes are those of nft_fib4_eval and nft_fib6_eval. */
function comesTheWayBack({ packet, network }: Situation): boolean {
  if (packet.iif === 'lo') return true;
  if (packet.version === 4 && packet.saddr >> 24n === 0n) {
    return packet.daddr === 0xffffffffn || packet.daddr >> 8n === 0xe00000n;
  }
  if (packet.version === 6 && packet.saddr === 0n) return packet.protocol === 58;
  if (packet.version === 6 && packet.saddr >> 118n === 0x3fan) return true;
  return network.route(packet.version, packet.saddr) === packet.iif;
}

export const sourceMacMatch: MatchKind<MatchOf<'sourceMac'>> = {
  print({ negated, addresses }) {
    for (const address of addresses) invariant(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(address), `no MAC: ${address}`);
    return compared('ether saddr', negated, addresses.map((address) => address.toLowerCase()).sort());
  },
  test({ negated, addresses }, { packet }) {
    if (packet.sourceMac === undefined) return false;
    const mac = packet.sourceMac.toLowerCase();
    return addresses.some((address) => address.toLowerCase() === mac) !== negated;
  },
  merge: (a, b) => (a.negated || b.negated ? undefined : { ...a, addresses: [...a.addresses, ...b.addresses] }),
};
