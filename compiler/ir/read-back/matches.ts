/** Matches of a listing. */
import { invariant } from '../../invariant.ts';
import { bitsOf, parseAddress } from '../../net/address.ts';
import type { AddressType, PacketType, TcpFlag } from '../../net/packet-kinds.ts';
import type { ConnectionState } from '../../net/state.ts';
import { trafficClassParts } from '../matches/packet.ts';
import { portWords } from '../matches/transport.ts';
import type { AddressKey, Match } from '../ruleset.ts';
import { arrayIn, asObject, type Json, type JsonObject, listIn, numberIn, objectIn, textIn } from './json.ts';
import { selectorOf, setKeyOf } from './selectors.ts';
import { addressesIn, flagsIn, numbersIn, patternIn, prefixMask, secondIn } from './values.ts';

/** One comparison of a listing, taken apart. */
interface Comparison {
  readonly words: string;
  readonly op: string;
  readonly negated: boolean;
  readonly right: Json;
  readonly values: readonly Json[];
  readonly mask?: Json;
}

type Reader = (comparison: Comparison) => readonly Match[];

/** The matches that `{ "match": … }` means. One may be two of ours: `ip ttl` says the version too. */
export function readMatch(body: JsonObject): readonly Match[] {
  const { words, mask } = selectorOf(body.left ?? null);
  const op = textIn(body.op);
  const right = body.right ?? null;
  const negated = op === '!=' || op === '!';
  if (typeof right === 'string' && right.startsWith('@')) {
    return [...protocolNamedIn(words), { kind: 'set', set: right.slice(1), negated, key: setKeyOf(words) }];
  }
  const comparison = { words, op, negated, right, values: listIn(right), ...(mask !== undefined && { mask }) };
  const reader = readers[words] ?? readers[words.split(/[ ,]/)[0] ?? ''];
  invariant(reader, `a match that we never print: ${words}`);
  return reader(comparison);
}

/** nft lists `meta l4proto tcp … th dport` of a key as `tcp dport`. */
function protocolNamedIn(words: string): readonly Match[] {
  const word = /\b(tcp|udp|dccp|sctp|udplite) [sd]port/.exec(words)?.[1];
  const protocol = Object.keys(portWords).find((number) => portWords[Number(number)] === word);
  return word === undefined ? [] : [{ kind: 'protocol', negated: false, protocols: [Number(protocol)] }];
}

const states: Readonly<Record<number, ConnectionState>> = {
  1: 'invalid',
  2: 'established',
  4: 'related',
  8: 'new',
  64: 'untracked',
};

/** A state by its bit (kernel: NF_CT_STATE_BIT). */
export function stateIn(value: Json): ConnectionState {
  const state = states[numberIn(value)];
  invariant(state, `no state: ${JSON.stringify(value)}`);
  return state;
}

/** Kinds of address by their number (rtnetlink(7), rtm_type). */
const addressTypes: Readonly<Record<number, AddressType>> = {
  1: 'unicast',
  2: 'local',
  3: 'broadcast',
  4: 'anycast',
  5: 'multicast',
};

function interfaces(field: 'iifname' | 'oifname'): Reader {
  return ({ negated, values }) => [{ kind: 'interface', field, negated, interfaces: values.map(patternIn) }];
}

function addresses(kind: 'address' | 'originalAddress', field: 'saddr' | 'daddr'): Reader {
  return ({ negated, values }) => [{ kind, field, negated, ranges: values.map(addressesIn) }];
}

function ports(protocol: number | 'any', field: 'sport' | 'dport'): Reader {
  return ({ negated, values }) => [{ kind: 'port', field, protocol, negated, ranges: values.map(numbersIn) }];
}

function mark(kind: 'connectionMark' | 'packetMark'): Reader {
  return ({ negated, right, mask }) => {
    const prefix = asObject(asObject(right)?.prefix);
    if (prefix) return [{ kind, negated, mask: prefixMask(numberIn(prefix.len)), value: numberIn(prefix.addr) }];
    return [{ kind, negated, mask: mask === undefined ? 0xffffffff : numberIn(mask), value: numberIn(right) }];
  };
}

function icmp(version: 4 | 6): Readonly<Record<string, Reader>> {
  const word = version === 4 ? 'icmp' : 'icmpv6';
  return {
    [`${word} type`]: ({ negated, values }) => [
      { kind: 'icmp', version, negated, types: values.map((value) => ({ type: numberIn(value) })) },
    ],
    // A code alone follows the match on its type; -1 waits for it (see `joinCodes`).
    [`${word} code`]: ({ negated, right }) => [
      { kind: 'icmp', version, negated, types: [{ type: -1, code: numberIn(right) }] },
    ],
    [`${word} type . ${word} code`]: ({ negated, values }) => [
      { kind: 'icmp', version, negated, types: values.map(typeAndCode) },
    ],
  };
}

function typeAndCode(value: Json) {
  const [type = null, code = null] = arrayIn(objectIn(value).concat);
  return asObject(code) ? { type: numberIn(type) } : { type: numberIn(type), code: numberIn(code) };
}

/** A match on the type and the match on the code after it are one. */
export function joinCodes(matches: readonly Match[]): readonly Match[] {
  const joined: Match[] = [];
  for (const match of matches) {
    const before = joined.at(-1);
    const code = match.kind === 'icmp' && match.types[0]?.type === -1 ? match.types[0].code : undefined;
    if (code === undefined) joined.push(match);
    else {
      const type = before?.kind === 'icmp' ? before.types[0]?.type : undefined;
      invariant(before?.kind === 'icmp' && type !== undefined, 'a match on a code without its type');
      joined[joined.length - 1] = { ...before, types: [{ type, code }] };
    }
  }
  return joined;
}

/** `in` holds for any of the flags, `!` for none of them. */
const tcpFlags: Reader = ({ op, negated, right, mask }) => {
  const flags = flagsIn(listIn(right));
  if (op === 'in') return [{ kind: 'tcpFlags', negated: true, mask: flags, set: [] }];
  if (op === '!') return [{ kind: 'tcpFlags', negated: false, mask: flags, set: [] }];
  const every: readonly TcpFlag[] = flagsIn([0xff]);
  return [{ kind: 'tcpFlags', negated, mask: mask === undefined ? every : flagsIn(listIn(mask)), set: flags }];
};

/** Over midnight nft lists the complement, or (1.1) the two ends around it. */
const hour: Reader = ({ op, negated, right }) => {
  const range = asObject(right)?.range;
  const [first, last] = (range === undefined ? [right, right] : arrayIn(range)).map(secondIn);
  invariant(first !== undefined && last !== undefined, 'no hours');
  if (negated) return [{ kind: 'hour', from: last + 1, to: first - 1 }];
  return [op === 'in' ? { kind: 'hour', from: first + 1, to: last - 1 } : { kind: 'hour', from: first, to: last }];
};

const date: Reader = ({ op, right }) => {
  const range = asObject(right)?.range;
  if (range !== undefined) {
    const [from, to] = arrayIn(range).map(textIn);
    return [{ kind: 'date', ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
  }
  if (op === '>=') return [{ kind: 'date', from: textIn(right) }];
  if (op === '<=') return [{ kind: 'date', to: textIn(right) }];
  return [{ kind: 'date', from: textIn(right), to: textIn(right) }];
};

/** `@th,OFFSET,LENGTH` */
const payload: Reader = ({ words, negated, right }) => {
  const [, offset = 0, length = 0] = words.split(',').map(Number);
  return [rawPayload(offset, length, negated, right)];
};

function rawPayload(offset: number, length: number, negated: boolean, right: Json): Match {
  return { kind: 'payload', base: 'transport', offset, length, negated, value: BigInt(numbersIn(right).first) };
}

/** Fields that nft names by itself when the protocol is known (RFC 9293 section 3.1, RFC 768). */
const namedFields: Readonly<Record<string, readonly [number, number]>> = {
  'tcp sequence': [32, 32],
  'tcp ackseq': [64, 32],
  'tcp doff': [96, 4],
  'tcp window': [112, 16],
  'tcp checksum': [128, 16],
  'tcp urgptr': [144, 16],
  'udp length': [32, 16],
  'udp checksum': [48, 16],
};

const rawFields: Readonly<Record<string, Reader>> = Object.fromEntries(
  Object.entries(namedFields).map(([words, [offset, length]]): [string, Reader] => [
    words,
    ({ negated, right }) => [
      { kind: 'protocol', negated: false, protocols: [words.startsWith('tcp') ? 6 : 17] },
      rawPayload(offset, length, negated, right),
    ],
  ]),
);

const portReaders: Readonly<Record<string, Reader>> = Object.fromEntries(
  Object.entries({ tcp: 6, udp: 17, dccp: 33, sctp: 132, udplite: 136, th: 'any' } as const).flatMap(
    ([word, protocol]) =>
      (['sport', 'dport'] as const).map((field): [string, Reader] => [`${word} ${field}`, ports(protocol, field)]),
  ),
);

/** `ipsec in 0 reqid`, `ipsec out 1 ip saddr` */
const association: Reader = ({ words, negated, right }) => {
  const [, direction, depth, ...rest] = words.split(' ');
  const field = rest.at(-1);
  invariant(direction === 'in' || direction === 'out', `no direction: ${words}`);
  const place = { kind: 'association', direction, depth: Number(depth) } as const;
  if (field === 'saddr' || field === 'daddr') return [{ ...place, asks: { field, range: addressesIn(right) } }];
  invariant(field === 'reqid' || field === 'spi', `nothing of an association: ${words}`);
  return [{ ...place, asks: { field, negated, value: numberIn(right) } }];
};

/** `ip dscp`, `ip6 ecn`: parts of the byte that is the traffic class. */
const trafficClass: Readonly<Record<string, Reader>> = Object.fromEntries(
  ([4, 6] as const).flatMap((version) =>
    (['dscp', 'ecn'] as const).map((part): [string, Reader] => [
      `${version === 4 ? 'ip' : 'ip6'} ${part}`,
      ({ negated, right }) => [
        { kind: 'version', version },
        {
          kind: 'trafficClass',
          negated,
          mask: trafficClassParts[part],
          value: part === 'dscp' ? numberIn(right) << 2 : numberIn(right),
        },
      ],
    ]),
  ),
);

/** `@nh,8,8` and what stands for it in IPv6: the whole byte of the traffic class, or some bits of it. */
const networkByte: Reader = ({ words, negated, right, mask }) => {
  const shift = words === '@nh,0,16' ? 4 : 0;
  const bits = mask === undefined ? 0xff : numberIn(mask) >> shift;
  return [{ kind: 'trafficClass', negated, mask: bits, value: numbersIn(right).first >> shift }];
};

/** Packet types by their number (linux/if_packet.h). */
function packetTypeIn(value: Json): PacketType {
  const type = (['host', 'broadcast', 'multicast'] as const)[numberIn(value)];
  invariant(type, `no packet type: ${JSON.stringify(value)}`);
  return type;
}

const exists = (right: Json): boolean => right === true || right === 1;

const readers: Readonly<Record<string, Reader>> = {
  ...portReaders,
  ...rawFields,
  ...icmp(4),
  ...icmp(6),
  'meta iifname': interfaces('iifname'),
  'meta oifname': interfaces('oifname'),
  'meta nfproto': ({ right }) => [{ kind: 'version', version: numberIn(right) === 2 ? 4 : 6 }],
  'ip saddr': addresses('address', 'saddr'),
  'ip daddr': addresses('address', 'daddr'),
  'ip6 saddr': addresses('address', 'saddr'),
  'ip6 daddr': addresses('address', 'daddr'),
  'ct original ip saddr': addresses('originalAddress', 'saddr'),
  'ct original ip daddr': addresses('originalAddress', 'daddr'),
  'ct original ip6 saddr': addresses('originalAddress', 'saddr'),
  'ct original ip6 daddr': addresses('originalAddress', 'daddr'),
  'ct original proto-dst': ({ negated, values }) => [{ kind: 'originalPort', negated, ranges: values.map(numbersIn) }],
  'meta l4proto': ({ negated, values }) => [{ kind: 'protocol', negated, protocols: values.map(numberIn) }],
  'tcp flags': tcpFlags,
  'ct state': ({ negated, values }) => [{ kind: 'state', negated, states: values.map(stateIn) }],
  'ct helper': ({ right }) => [{ kind: 'connectionHelper', helper: textIn(right) }],
  'ct mark': mark('connectionMark'),
  'meta mark': mark('packetMark'),
  'ct status': ({ negated, right }) => [{ kind: 'natted', how: numberIn(right) === 32 ? 'dnat' : 'snat', negated }],
  'fib saddr type': addressType('saddr'),
  'fib daddr type': addressType('daddr'),
  'fib saddr . iif oif': ({ right }) => [{ kind: 'reversePath', negated: !exists(right) }],
  'fib saddr . mark . iif oif': ({ right }) => [{ kind: 'reversePath', negated: !exists(right), marked: true }],
  'ether saddr': ({ negated, values }) => [{ kind: 'sourceMac', negated, addresses: values.map(textIn) }],
  'meta skuid': ({ negated, values }) => [{ kind: 'user', negated, ids: values.map(numbersIn) }],
  'meta skgid': ({ negated, values }) => [{ kind: 'group', negated, ids: values.map(numbersIn) }],
  'ip ttl': ({ negated, values }) => [{ kind: 'hopLimit', version: 4, negated, ranges: values.map(numbersIn) }],
  'ip6 hoplimit': ({ negated, values }) => [{ kind: 'hopLimit', version: 6, negated, ranges: values.map(numbersIn) }],
  ...trafficClass,
  '@nh': networkByte,
  'meta pkttype': ({ negated, values }) => [{ kind: 'packetType', negated, types: values.map(packetTypeIn) }],
  'meta priority': ({ op }) => [{ kind: 'classed', negated: op === '<' }],
  'meta length': ({ negated, values }) => [{ kind: 'length', negated, ranges: values.map(numbersIn) }],
  'ip frag-off': ({ negated }) => [{ kind: 'fragment', version: 4, negated: !negated }],
  'exthdr frag': ({ right }) => [{ kind: 'fragment', version: 6, negated: !exists(right) }],
  'exthdr hbh': ({ right }) => [{ kind: 'extensionHeader', negated: !exists(right), header: 'hbh' }],
  'exthdr dst': ({ right }) => [{ kind: 'extensionHeader', negated: !exists(right), header: 'dst' }],
  'exthdr rt': ({ right }) => [{ kind: 'extensionHeader', negated: !exists(right), header: 'rt' }],
  'meta ipsec': ({ right }) => [{ kind: 'ipsec', direction: 'in', present: exists(right) }],
  'rt ipsec': ({ right }) => [{ kind: 'ipsec', direction: 'out', present: exists(right) }],
  ipsec: association,
  'meta hour': hour,
  'meta day': ({ values }) => [{ kind: 'weekday', days: values.map(numberIn) }],
  'meta time': date,
  numgen: ({ words, right }) => {
    const modulus = Number(words.split(' ').at(-1));
    return words.startsWith('numgen inc')
      ? [{ kind: 'turn', modulus, index: numberIn(right) }]
      : [{ kind: 'random', modulus, below: numberIn(right) }];
  },
  '@th': payload,
};

function addressType(field: 'saddr' | 'daddr'): Reader {
  return ({ negated, values }) => {
    const types = values.map((value) => addressTypes[numberIn(value)]).filter((type) => type !== undefined);
    return [{ kind: 'addressType', field, negated, types }];
  };
}

const periods = ['second', 'minute', 'hour', 'day'] as const;

/** `{ "limit": … }` */
export function readLimit(body: JsonObject): Extract<Match, { kind: 'limit' }> {
  const per = periods.find((period) => period === body.per);
  invariant(per, `no period: ${JSON.stringify(body.per)}`);
  const rate = { count: numberIn(body.rate), per, burst: numberIn(body.burst ?? 5) };
  return { kind: 'limit', rate, over: body.inv === true, ...(body.rate_unit === undefined ? {} : { unit: 'bytes' }) };
}

/** `{ "ct count": … }` */
export function readCount(body: JsonObject): { readonly count: number; readonly over: boolean } {
  return { count: numberIn(body.val), over: body.inv === true };
}

/** A set that remembers a rate or a number of connections for each value of an address. */
export function readEach(set: string, element: Json, condition: JsonObject): Match {
  const key = addressKeyIn(element);
  const limit = asObject(condition.limit);
  if (limit) return { ...readLimit(limit), kind: 'limitEach', set, key };
  return { kind: 'connectionCount', set, key, ...readCount(objectIn(condition['ct count'])) };
}

function addressKeyIn(element: Json): AddressKey {
  const { words, mask } = selectorOf(element);
  const [field] = setKeyOf(words);
  invariant(field?.field === 'saddr' || field?.field === 'daddr', `no address for a key: ${words}`);
  if (mask === undefined) return field;
  const bits = parseAddress(textIn(mask));
  invariant(bits, 'no mask of an address');
  const prefix = bits.value.toString(2).padStart(bitsOf(bits.version), '0').lastIndexOf('1') + 1;
  return { ...field, prefix };
}
