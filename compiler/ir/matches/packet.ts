/** Matches on the packet as a whole: its headers besides address and port, its sender on this machine, raw bytes. */
import { invariant } from '../../invariant.ts';
import { holds, joinNumbers, printNumbers, printRange } from '../../net/address.ts';
import { bytesUnderMask, extentOfField, opaqueExtent } from '../fields.ts';
import type { MatchKind, MatchOf } from '../kind.ts';
import type { KernelField } from '../ruleset.ts';
import { headerOf, versionIs } from './address.ts';
import { compared } from './lists.ts';

export const hopLimitMatch: MatchKind<MatchOf<'hopLimit'>> = {
  print({ version, negated, ranges }, context) {
    const field = headerOf(version, context) === 'ip' ? 'ip ttl' : 'ip6 hoplimit';
    return compared(field, negated, joinNumbers(ranges).map(printNumbers));
  },
  extent: ({ version, negated, ranges }) => extentOfField({ field: 'hopLimit', ranges }, negated, [versionIs(version)]),
};

/** The parts of the byte that nft has names for. */
export const trafficClassParts = { dscp: 0xfc, ecn: 0x03 } as const;

/** nft 1.0.6 lists a comparison of both parts as one of each, which a `!=` is not; a range it leaves alone. */
export const trafficClassMatch: MatchKind<MatchOf<'trafficClass'>> = {
  print({ negated, mask, value }, context) {
    invariant(context.version !== undefined, 'a match on the traffic class in a rule for both IP versions');
    const header = headerOf(context.version, context);
    const op = negated ? '!= ' : '';
    const version = context.family === 'inet' ? `meta nfproto ipv${context.version} ` : '';
    const { dscp, ecn } = trafficClassParts;
    if (mask === dscp) return `${header} dscp ${op}${value >> 2}`;
    if (mask === ecn) return `${header} ecn ${op}${value}`;
    if (mask === 0xff) return `${version}@nh,${header === 'ip' ? 8 : 4},8 ${op}${value}-${value}`;
    if (header === 'ip') return `${version}@nh,8,8 & ${mask} ${negated ? '!=' : '=='} ${value}`;
    // The byte begins in the middle of one of the header: nft masks only whole ones.
    return `${version}@nh,0,16 & ${mask << 4} ${negated ? '!=' : '=='} ${value << 4}`;
  },
  extent: ({ negated, mask, value }) =>
    extentOfField({ field: 'trafficClass', ranges: bytesUnderMask(mask, value) }, negated),
};

export const packetTypeMatch: MatchKind<MatchOf<'packetType'>> = {
  print: ({ negated, types }) => compared('meta pkttype', negated, types),
  extent: ({ negated, types }) => extentOfField({ field: 'packetType', words: types }, negated),
};

const volumes = { packets: 'packets', bytes: 'bytes', 'bytes a packet': 'avgpkt' } as const;

const kernelFields = {
  'segment size': 'tcp option maxseg size',
  'ESP index': 'esp spi',
  'AH index': 'ah spi',
  processor: 'meta cpu',
  'group it came by': 'iifgroup',
  'group it leaves by': 'oifgroup',
  realm: 'rt classid',
  'transparent socket': 'socket transparent',
  'socket without address': 'socket wildcard',
  'next header': 'ip6 nexthdr',
} as const;

function wordsOfField(field: KernelField): string {
  if (Object.hasOwn(kernelFields, field)) return kernelFields[field as keyof typeof kernelFields];
  const [, volume = '', direction] = /^(.*) (original|reply|both)$/.exec(field) ?? [];
  const key = volumes[volume as keyof typeof volumes];
  return direction === 'both' ? `ct ${key}` : `ct ${direction} ${key}`;
}

export const fieldMatch: MatchKind<MatchOf<'field'>> = {
  print: ({ field, negated, ranges }) => compared(wordsOfField(field), negated, joinNumbers(ranges).map(printNumbers)),
  extent: (match) => opaqueExtent(fieldMatch.print(match, { family: 'inet' }), true),
  test: (match, { remembers }) => remembers(match),
  opaque: true,
};

/** Compared, not masked: nft does not read a masked priority as it prints it. */
export const classedMatch: MatchKind<MatchOf<'classed'>> = {
  print: ({ negated }) => `meta priority ${negated ? '<' : '>='} 1:0`,
  extent: (match) => opaqueExtent(classedMatch.print(match, { family: 'inet' }), true),
  test: (match, { remembers }) => remembers(match),
};

/** The length of the whole packet with its IP header, in bytes. */
export const lengthMatch: MatchKind<MatchOf<'length'>> = {
  print: ({ negated, ranges }) => compared('meta length', negated, joinNumbers(ranges).map(printNumbers)),
  extent: ({ negated, ranges }) => extentOfField({ field: 'length', ranges }, negated),
};

/** IPv4: a fragment after the first. IPv6: a packet with a fragment header. */
export const fragmentMatch: MatchKind<MatchOf<'fragment'>> = {
  print({ version, negated }, context) {
    if (headerOf(version, context) === 'ip6') return `exthdr frag ${negated ? 'missing' : 'exists'}`;
    return `ip frag-off & 0x1fff ${negated ? '==' : '!='} 0`;
  },
  extent: ({ version, negated }) =>
    extentOfField({ field: 'fragment', present: !negated }, false, [versionIs(version)]),
};

const encapsulating = 50;
/** The number that says "nothing follows" (RFC 8200 section 4.7). */
export const noNextHeader = 59;

/** `none` ends in "no next header", `protocol` in a transport protocol, `esp` in encryption (RFC 8200 section 4). */
export const extensionHeaderMatch: MatchKind<MatchOf<'extensionHeader'>> = {
  print({ negated, header }, context) {
    headerOf(6, context);
    const version6 = context.family === 'inet' ? 'meta nfproto ipv6 ' : '';
    if (header === 'esp') return `${version6}meta l4proto ${negated ? '!= ' : ''}esp`;
    if (header === 'none') return `${version6}meta l4proto ${negated ? '!= ' : ''}${noNextHeader}`;
    if (header === 'protocol') return `${version6}meta l4proto ${negated ? '' : '!= '}{ esp, ${noNextHeader} }`;
    return `exthdr ${header} ${negated ? 'missing' : 'exists'}`;
  },
  extent({ negated, header }) {
    const protocols = (numbers: readonly number[], except: boolean) =>
      extentOfField({ field: 'protocol', ranges: numbers.map((each) => ({ first: each, last: each })) }, except, [
        versionIs(6),
      ]);
    if (header === 'esp') return protocols([encapsulating], negated);
    if (header === 'none') return protocols([noNextHeader], negated);
    if (header === 'protocol') return protocols([encapsulating, noNextHeader], !negated);
    return extentOfField({ field: flagOfHeader[header], present: !negated }, false, [versionIs(6)]);
  },
};

const flagOfHeader = {
  hbh: 'hopByHopHeader',
  dst: 'destinationHeader',
  rt: 'routingHeader',
  frag: 'fragmentHeader',
} as const;

export const ipsecMatch: MatchKind<MatchOf<'ipsec'>> = {
  print: ({ direction, present }) => `${direction === 'in' ? 'meta' : 'rt'} ipsec ${present ? 'exists' : 'missing'}`,
  extent: ({ direction, present }) => extentOfField({ field: direction === 'in' ? 'ipsecIn' : 'ipsecOut', present }),
};

/** The kernel keeps no more associations of one packet (include/net/xfrm.h, XFRM_MAX_DEPTH). */
export const mostAssociations = 6;

/** The kernel gives up a rule that asks for an association that is not there, or for the ends of one without a tunnel (nft_xfrm.c). */
export const associationMatch: MatchKind<MatchOf<'association'>> = {
  print({ direction, depth, asks }) {
    invariant(depth >= 0 && depth < mostAssociations, `an association at depth ${depth}`);
    const which = `ipsec ${direction}${depth === 0 ? '' : ` spnum ${depth}`}`;
    if ('value' in asks) return compared(`${which} ${asks.field}`, asks.negated, [String(asks.value)]);
    return `${which} ${asks.range.version === 4 ? 'ip' : 'ip6'} ${asks.field} ${printRange(asks.range)}`;
  },
  extent: (match) => opaqueExtent(associationMatch.print(match, { family: 'inet' }), true),
  test({ direction, depth, asks }, { packet }) {
    const association = packet.ipsec?.[direction]?.[depth];
    if (!association) return false;
    if ('value' in asks) return (association[asks.field] === asks.value) !== asks.negated;
    const { tunnel } = association;
    return tunnel !== undefined && holds([asks.range], tunnel.version, tunnel[asks.field]);
  },
};

/** The user or group of the socket; a packet without one has neither, so `!=` does not hold for it. */
export const userMatch: MatchKind<MatchOf<'user'>> = {
  print: ({ negated, ids }) => compared('meta skuid', negated, joinNumbers(ids).map(printNumbers)),
  extent: ({ negated, ids }) => extentOfField({ field: 'user', ranges: ids }, negated),
};

export const groupMatch: MatchKind<MatchOf<'group'>> = {
  print: ({ negated, ids }) => compared('meta skgid', negated, joinNumbers(ids).map(printNumbers)),
  extent: ({ negated, ids }) => extentOfField({ field: 'group', ranges: ids }, negated),
};

/** `offset` and `length` in bits from the start of the transport header. */
export const payloadMatch: MatchKind<MatchOf<'payload'>> = {
  print({ offset, length, negated, value }, { differences }) {
    invariant(value >= 0n && value >> BigInt(length) === 0n, 'a value wider than its payload');
    const text = `0x${value.toString(16)}`;
    if (!negated) return `@th,${offset},${length} ${text}`;
    return `@th,${offset},${length} != ${differences ? `${text}-${text}` : text}`;
  },
  extent: (match) => opaqueExtent(payloadMatch.print(match, { family: 'inet' }), true),
  test({ offset, length, negated, value }, { packet }) {
    if (!packet.transport || offset + length > packet.transport.length * 8) return false;
    const whole = packet.transport.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
    const shift = BigInt(packet.transport.length * 8 - offset - length);
    return (((whole >> shift) & ((1n << BigInt(length)) - 1n)) === value) !== negated;
  },
};
