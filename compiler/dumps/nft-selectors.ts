/** What nft compares in a packet, by the words that it prints: how a comparison with values becomes matches. */

import { macNumber } from '../ir/fields.ts';
import type { ElementPart, KernelField, Match, SetKeyField } from '../ir/ruleset.ts';
import { connectionStates } from '../language/names.ts';
import type { AddressType, PacketType } from '../net/packet-kinds.ts';
import type { NumberRange } from '../net/ranges.ts';
import { addressesOf, icmpNumber, numbersOf, patternOf, portNumber, protocolNumber } from './nft-values.ts';

/** Values of one comparison, and whether the packet must have none of them. */
export interface Compared {
  readonly negated: boolean;
  readonly values: readonly string[];
}

/** A selector: how many words name it is the length of its key in `selectors`. */
export interface Selector {
  /** What a packet must be besides, for the selector to have a value. */
  readonly also?: readonly Match[];
  /** The matches of a comparison; undefined where a value is not understood. */
  readonly match?: (compared: Compared) => readonly Match[] | undefined;
  /** The same as a part of a key, and how values of it are read. */
  readonly key?: SetKeyField;
  readonly part?: (text: string) => ElementPart | undefined;
}

function all<Value>(
  values: readonly string[],
  read: (text: string) => Value | undefined,
): readonly Value[] | undefined {
  const found = values.map(read);
  return found.every((each) => each !== undefined) ? (found as readonly Value[]) : undefined;
}

function numbers(
  match: (ranges: readonly NumberRange[], negated: boolean) => Match,
  nameOf?: (text: string) => number | undefined,
): (compared: Compared) => readonly Match[] | undefined {
  return ({ negated, values }) => {
    const ranges = all(values, (text) => numbersOf(text, nameOf));
    return ranges && [match(ranges, negated)];
  };
}

function partOfNumber(nameOf?: (text: string) => number | undefined): (text: string) => ElementPart | undefined {
  return (text) => {
    const range = numbersOf(text, nameOf);
    return range && { first: BigInt(range.first), last: BigInt(range.last) };
  };
}

const addressPart = (text: string): ElementPart | undefined => {
  const range = addressesOf(text);
  return range && { first: range.first, last: range.last };
};

function address(kind: 'address' | 'originalAddress', field: 'saddr' | 'daddr', version: 4 | 6): Selector {
  const key: SetKeyField | undefined =
    kind === 'address' ? { field, version } : field === 'daddr' ? { field: 'originalDaddr', version } : undefined;
  return {
    match: ({ negated, values }) => {
      const ranges = all(values, addressesOf);
      return ranges && [{ kind, field, negated, ranges }];
    },
    ...(key && { key, part: addressPart }),
  };
}

function interfaceNamed(field: 'iifname' | 'oifname'): Selector {
  return {
    match: ({ negated, values }) => [{ kind: 'interface', field, negated, interfaces: values.map(patternOf) }],
    key: { field },
    part: patternOf,
  };
}

function port(field: 'sport' | 'dport', protocol: number | 'any'): Selector {
  return {
    ...(protocol !== 'any' && { also: [{ kind: 'protocol', negated: false, protocols: [protocol] }] }),
    match: numbers((ranges, negated) => ({ kind: 'port', field, protocol, negated, ranges }), portNumber),
    key: { field },
    part: partOfNumber(portNumber),
  };
}

function icmpType(version: 4 | 6): Selector {
  return {
    match: ({ negated, values }) => {
      const ranges = all(values, (text) => numbersOf(text, icmpNumber(version)));
      const types = ranges?.flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, index) => ({ type: first + index })),
      );
      return types && [{ kind: 'icmp', version, negated, types }];
    },
  };
}

const protocol: Selector = {
  match: ({ negated, values }) => {
    const protocols = all(values, (text) => numbersOf(text, protocolNumber)?.first);
    return protocols && [{ kind: 'protocol', negated, protocols }];
  },
  key: { field: 'protocol' },
  part: partOfNumber(protocolNumber),
};

const versionOf = (name: string): 4 | 6 | undefined =>
  (({ ipv4: 4, ip: 4, '2': 4, '0x0800': 4, ipv6: 6, ip6: 6, '10': 6, '0x86dd': 6 }) as const)[name];

const version: Selector = {
  match: ({ negated, values }) => {
    const [only, ...more] = all(values, versionOf) ?? [];
    if (only === undefined || more.length > 0) return undefined;
    return [{ kind: 'version', version: negated ? (only === 4 ? 6 : 4) : only }];
  },
};

const state: Selector = {
  match: ({ negated, values }) => {
    const states = all(values, (text) => connectionStates[text.toUpperCase()]);
    return states && [{ kind: 'state', negated, states }];
  },
};

function kinds(field: 'saddr' | 'daddr'): Selector {
  const known: readonly AddressType[] = ['unicast', 'local', 'broadcast', 'anycast', 'multicast'];
  return {
    match: ({ negated, values }) => {
      const types = all(values, (text) => known.find((type) => type === text));
      return types && [{ kind: 'addressType', field, negated, types }];
    },
  };
}

const packetType: Selector = {
  match: ({ negated, values }) => {
    const types = all(values, (text): PacketType | undefined =>
      text === 'host' || text === 'unicast' ? 'host' : text === 'broadcast' || text === 'multicast' ? text : undefined,
    );
    return types && [{ kind: 'packetType', negated, types }];
  },
};

const mac = (text: string): string | undefined => (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text) ? text : undefined);

const sourceMac: Selector = {
  match: ({ negated, values }) => {
    const addresses = all(values, mac);
    return addresses && [{ kind: 'sourceMac', negated, addresses }];
  },
  key: { field: 'sourceMac' },
  part: (text) => (mac(text) ? { first: BigInt(macNumber(text)), last: BigInt(macNumber(text)) } : undefined),
};

/** `0x1`; `0x80000000/1`, as nft prints the highest bits alone. */
function markOf(text: string): { readonly mask: number; readonly value: number } | undefined {
  const [value, bits] = text.split('/').map((part) => numbersOf(part)?.first);
  if (value === undefined || (text.includes('/') && (bits === undefined || bits > 32))) return undefined;
  return { value, mask: bits === undefined ? 0xffffffff : bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0 };
}

function mark(kind: 'connectionMark' | 'packetMark'): Selector {
  return {
    match: ({ negated, values }) => {
      const [only, ...more] = all(values, markOf) ?? [];
      return only && more.length === 0 ? [{ kind, negated, ...only }] : undefined;
    },
    ...(kind === 'packetMark' && { key: { field: 'metaMark' } as const, part: partOfNumber() }),
  };
}

const natted: Selector = {
  match: ({ negated, values: [how, ...more] }) =>
    (how === 'dnat' || how === 'snat') && more.length === 0 ? [{ kind: 'natted', how, negated }] : undefined,
};

const helper: Selector = {
  match: ({ negated, values: [name = '', ...more] }) =>
    negated || more.length > 0 ? undefined : [{ kind: 'connectionHelper', helper: name }],
};

function hopLimit(of: 4 | 6): Selector {
  return { match: numbers((ranges, negated) => ({ kind: 'hopLimit', version: of, negated, ranges })) };
}

function isThere(match: (present: boolean) => Match): Selector {
  return {
    match: ({ negated, values: [word, ...more] }) =>
      more.length > 0 || negated || (word !== 'exists' && word !== 'missing') ? undefined : [match(word === 'exists')],
  };
}

const length: Selector = { match: numbers((ranges, negated) => ({ kind: 'length', negated, ranges })) };
const user: Selector = { match: numbers((ids, negated) => ({ kind: 'user', negated, ids })) };
const group: Selector = { match: numbers((ids, negated) => ({ kind: 'group', negated, ids })) };

/** The six bits of a differentiated services code point, the two of congestion notification. */
function trafficClass(of: 4 | 6, mask: number, shift: number, names: Readonly<Record<string, number>>): Selector {
  return {
    also: [{ kind: 'version', version: of }],
    match: ({ negated, values: [text = '', ...more] }) => {
      const value = Object.hasOwn(names, text) ? names[text] : numbersOf(text)?.first;
      if (value === undefined || more.length > 0) return undefined;
      return [{ kind: 'trafficClass', negated, mask, value: value << shift }];
    },
  };
}

/** Headers behind which a packet does not end, or that stand in the place of a transport protocol (RFC 8200 section 4). */
const followed: ReadonlySet<number> = new Set([0, 43, 44, 50, 51, 59, 60]);

/** What of the header of IPv6 alone says what comes at once, and not what the packet ends in. */
const nextHeader: Selector = {
  ...protocol,
  match: ({ negated, values }) => {
    const protocols = all(values, (text) => numbersOf(text, protocolNumber)?.first);
    if (!protocols?.some((each) => followed.has(each))) return protocols && [{ kind: 'protocol', negated, protocols }];
    const ranges = protocols.map((each) => ({ first: each, last: each }));
    return [{ kind: 'field', field: 'next header', negated, ranges }];
  },
};

const codepoints: Readonly<Record<string, number>> = Object.fromEntries([
  ['be', 0],
  ['ef', 46],
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((each) => [`cs${each}`, each * 8]),
  ...[1, 2, 3, 4].flatMap((each) => [1, 2, 3].map((drop) => [`af${each}${drop}`, each * 8 + drop * 2])),
]);
const congestion: Readonly<Record<string, number>> = { 'not-ect': 0, ect1: 1, ect0: 2, ce: 3 };

function field(name: KernelField): Selector {
  return { match: numbers((ranges, negated) => ({ kind: 'field', field: name, negated, ranges })) };
}

function onlyVersion(of: 4 | 6, selector: Selector): Selector {
  return { ...selector, also: [{ kind: 'version', version: of }] };
}

/** By the words that name them. */
export const selectors: Readonly<Record<string, Selector>> = {
  'ip saddr': address('address', 'saddr', 4),
  'ip daddr': address('address', 'daddr', 4),
  'ip6 saddr': address('address', 'saddr', 6),
  'ip6 daddr': address('address', 'daddr', 6),
  'ct original ip saddr': address('originalAddress', 'saddr', 4),
  'ct original ip daddr': address('originalAddress', 'daddr', 4),
  'ct original ip6 saddr': address('originalAddress', 'saddr', 6),
  'ct original ip6 daddr': address('originalAddress', 'daddr', 6),
  'ct original proto-dst': {
    match: numbers((ranges, negated) => ({ kind: 'originalPort', negated, ranges }), portNumber),
    key: { field: 'originalDport' },
    part: partOfNumber(portNumber),
  },
  'ip protocol': onlyVersion(4, protocol),
  'ip6 nexthdr': onlyVersion(6, nextHeader),
  'meta l4proto': protocol,
  'meta nfproto': version,
  'meta protocol': version,
  iifname: interfaceNamed('iifname'),
  'meta iifname': interfaceNamed('iifname'),
  iif: interfaceNamed('iifname'),
  'meta iif': interfaceNamed('iifname'),
  oifname: interfaceNamed('oifname'),
  'meta oifname': interfaceNamed('oifname'),
  oif: interfaceNamed('oifname'),
  'meta oif': interfaceNamed('oifname'),
  'tcp sport': port('sport', 6),
  'tcp dport': port('dport', 6),
  'udp sport': port('sport', 17),
  'udp dport': port('dport', 17),
  'dccp sport': port('sport', 33),
  'dccp dport': port('dport', 33),
  'sctp sport': port('sport', 132),
  'sctp dport': port('dport', 132),
  'udplite sport': port('sport', 136),
  'udplite dport': port('dport', 136),
  'th sport': port('sport', 'any'),
  'th dport': port('dport', 'any'),
  'icmp type': icmpType(4),
  'icmpv6 type': icmpType(6),
  'ct state': state,
  'ct mark': mark('connectionMark'),
  'meta mark': mark('packetMark'),
  mark: mark('packetMark'),
  'ct status': natted,
  'ct helper': helper,
  'fib saddr type': kinds('saddr'),
  'fib daddr type': kinds('daddr'),
  'fib saddr . iif oif': isThere((present) => ({ kind: 'reversePath', negated: !present })),
  'fib saddr . mark . iif oif': isThere((present) => ({ kind: 'reversePath', negated: !present, marked: true })),
  'fib saddr . iif . mark oif': isThere((present) => ({ kind: 'reversePath', negated: !present, marked: true })),
  'meta pkttype': packetType,
  pkttype: packetType,
  'ether saddr': sourceMac,
  'ip ttl': hopLimit(4),
  'ip6 hoplimit': hopLimit(6),
  'ip dscp': trafficClass(4, 0xfc, 2, codepoints),
  'ip6 dscp': trafficClass(6, 0xfc, 2, codepoints),
  'ip ecn': trafficClass(4, 0x03, 0, congestion),
  'ip6 ecn': trafficClass(6, 0x03, 0, congestion),
  'socket transparent': field('transparent socket'),
  'socket wildcard': field('socket without address'),
  'tcp option maxseg size': field('segment size'),
  'esp spi': field('ESP index'),
  'ah spi': field('AH index'),
  'rt classid': field('realm'),
  'meta cpu': field('processor'),
  'meta iifgroup': field('group it came by'),
  'meta oifgroup': field('group it leaves by'),
  'meta length': length,
  'meta skuid': user,
  skuid: user,
  'meta skgid': group,
  skgid: group,
  'meta ipsec': isThere((present) => ({ kind: 'ipsec', direction: 'in', present })),
  'rt ipsec': isThere((present) => ({ kind: 'ipsec', direction: 'out', present })),
  'exthdr hbh': isThere((present) => ({ kind: 'extensionHeader', header: 'hbh', negated: !present })),
  'exthdr rt': isThere((present) => ({ kind: 'extensionHeader', header: 'rt', negated: !present })),
  'exthdr dst': isThere((present) => ({ kind: 'extensionHeader', header: 'dst', negated: !present })),
  'exthdr frag': isThere((present) => ({ kind: 'fragment', version: 6, negated: !present })),
};

/** The most words that name a selector. */
export const longestSelector = 8;
