/**
 * The options of raw iptables matches (iptables-extensions(8)), by module. An option that stands alone is read as soon as
 * it comes; the options of a module that mean something only together are gathered first. What nft cannot say exactly
 * is a reason, never a match that says nearly the same.
 */
import { bitsOf, parseAddress, prefixRange } from '../ir/address.ts';
import type {
  AddressRange,
  AddressType,
  ConnectionState,
  KernelField,
  Match,
  NumberRange,
  PacketType,
  TcpFlag,
  Version,
} from '../ir/ruleset.ts';
import { markNumber } from '../language/mark-layout.ts';
import { connectionStates, helperTable, icmpTypes, icmpv6Types } from '../language/names.ts';
import type { ConnectionLimit, RateLimit } from '../model.ts';
import { markCompared } from './marks.ts';

/** What options ask: matches, or what the model counts in sets of its own. */
export interface RawPart {
  readonly matches?: readonly Match[];
  readonly rate?: RateLimit;
  readonly connectionLimit?: ConnectionLimit;
  /** A set and the sides of a packet that are looked for in it. */
  readonly set?: { readonly name: string; readonly sides: readonly ('src' | 'dst')[]; readonly negated: boolean };
}

/** The machine, as far as options name things that it knows. */
export interface RawContext {
  readonly userId: (name: string) => number | undefined;
  readonly groupId: (name: string) => number | undefined;
  readonly servicePort: (name: string, protocol: string) => number | undefined;
  /** The IP versions that are compiled. */
  readonly versions: readonly Version[];
}

/** A part, or why there is none; undefined when the option is not understood. */
type Outcome = RawPart | string | undefined;

/** Reads an option from the words behind it; `take` gives the next one. */
export type OptionReader = (take: () => string, negated: boolean, context: RawContext) => Outcome;

/** One option of a module whose options belong together. */
export interface GatheredOption {
  readonly value: string;
  readonly negated: boolean;
}

/** Options that belong together: how many words follow each, and what they mean when all are there. */
export interface GatheredModule {
  readonly options: Readonly<Record<string, 0 | 1>>;
  /** The options that `!` may stand before. */
  readonly mayNegate?: readonly string[];
  readonly finish: (options: ReadonlyMap<string, GatheredOption>, context: RawContext) => Outcome;
}

const one = (match: Match | undefined): RawPart | undefined => match && { matches: [match] };

function numbersOf(text: string, most: number, numberOf: (text: string) => number | undefined = decimal) {
  const [first = '', last = first, ...more] = text.split(':');
  const [from, to] = [first === '' ? 0 : numberOf(first), last === '' ? most : numberOf(last)];
  if (from === undefined || to === undefined || more.length > 0 || text === '' || from > to || to > most)
    return undefined;
  return { first: from, last: to };
}

function decimal(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function listOf<Item>(text: string, read: (item: string) => Item | undefined): readonly Item[] | undefined {
  const items = text.split(',').map(read);
  return items.includes(undefined) ? undefined : items.filter((item) => item !== undefined);
}

const portProtocols = { tcp: 6, udp: 17, dccp: 33, sctp: 132, udplite: 136 } as const;

/** `any` is the protocol of the line, which `-p` or PROTO names. */
function ports(protocol: keyof typeof portProtocols | 'any', fields: readonly ('sport' | 'dport')[]): OptionReader {
  return (take, negated, { servicePort }) => {
    const service = (text: string) => decimal(text) ?? servicePort(text, protocol === 'any' ? 'tcp' : protocol);
    const ranges = listOf(take(), (each) => numbersOf(each, 65535, service));
    if (!ranges) return undefined;
    if (fields.length > 1 && !negated) return 'write the ports into DPORT, and `=` into SPORT';
    const number = protocol === 'any' ? ('any' as const) : portProtocols[protocol];
    return { matches: fields.map((field) => ({ kind: 'port', field, protocol: number, negated, ranges })) };
  };
}

function portOptions(protocol: keyof typeof portProtocols): Readonly<Record<string, OptionReader>> {
  const [source, dest] = [ports(protocol, ['sport']), ports(protocol, ['dport'])];
  return { '--sport': source, '--source-port': source, '--dport': dest, '--destination-port': dest };
}

/** States that are none of the connection's but say what translation did. */
const translations = { SNAT: 'snat', DNAT: 'dnat' } as const;

const states: OptionReader = (take, negated) => {
  const names = take().split(',');
  const [only = ''] = names;
  if (names.length === 1 && Object.hasOwn(translations, only)) {
    // A packet without a connection is neither, and nft asks it nothing.
    if (negated) return 'nftables asks only packets of a connection whether it is translated';
    return one({ kind: 'natted', how: translations[only as keyof typeof translations], negated });
  }
  if (names.some((name) => Object.hasOwn(translations, name))) return 'write a line for SNAT or DNAT';
  const wanted = listOf(names.join(), (name): ConnectionState | undefined => connectionStates[name]);
  return wanted && one({ kind: 'state', negated, states: wanted });
};

const addressTypes: readonly AddressType[] = ['unicast', 'local', 'broadcast', 'anycast', 'multicast'];

function addressType(field: 'saddr' | 'daddr'): OptionReader {
  return (take, negated, { versions }) => {
    const types = listOf(take().toLowerCase(), (name) => addressTypes.find((type) => type === name));
    const odd = types?.includes('unicast') || (types?.includes('multicast') && types.length > 1);
    // Of IPv6 every address but those of groups is unicast, and a list asks for all of it (xt_addrtype.c, match_type6).
    if (odd && versions.includes(6)) return 'it says something else in ip6tables: write `;; nft fib … type { … }`';
    return types && one({ kind: 'addressType', field, negated, types });
  };
}

function networkOf(text: string): AddressRange | undefined {
  const [written = '', length, ...more] = text.split('/');
  const address = parseAddress(written);
  if (!address || more.length > 0) return undefined;
  const bits = length === undefined ? bitsOf(address.version) : decimal(length);
  if (bits === undefined || bits > bitsOf(address.version)) return undefined;
  return prefixRange(address.version, address.value, bits);
}

function rangeOf(text: string): AddressRange | undefined {
  const [first, last, ...more] = text.split('-').map(parseAddress);
  if (!first || more.length > 0) return undefined;
  const to = last ?? first;
  return to.version === first.version && first.value <= to.value
    ? { version: first.version, first: first.value, last: to.value }
    : undefined;
}

function address(
  kind: 'address' | 'originalAddress',
  field: 'saddr' | 'daddr',
  read: (text: string) => AddressRange | undefined,
): OptionReader {
  return (take, negated) => {
    const ranges = listOf(take(), read);
    const version = ranges?.[0]?.version;
    if (!ranges || ranges.some((range) => range.version !== version)) return undefined;
    return one({ kind, field, negated, ranges });
  };
}

function interfaceNamed(field: 'iifname' | 'oifname'): OptionReader {
  return (take, negated) => {
    const [, name = '', wildcard] = /^([^\s+]*)(\+)?$/.exec(take()) ?? [];
    if (name === '' || name.length > 15) return undefined;
    return one({ kind: 'interface', field, negated, interfaces: [{ name, wildcard: wildcard === '+' }] });
  };
}

const flagNames: Readonly<Record<string, readonly TcpFlag[]>> = {
  SYN: ['syn'],
  ACK: ['ack'],
  FIN: ['fin'],
  RST: ['rst'],
  URG: ['urg'],
  PSH: ['psh'],
  NONE: [],
  ALL: ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'],
};

const flagsOf = (text: string) => listOf(text, (name) => flagNames[name])?.flat();

function icmpType(version: Version): OptionReader {
  return (take, negated) => {
    const text = take().toLowerCase();
    const [type = '', code] = text.split('/').map(decimal);
    const named = (version === 4 ? icmpTypes : icmpv6Types)[text];
    if (text === 'any' || named?.[0] === 255) return negated ? undefined : {};
    const [number, part] = named ?? [type === '' ? undefined : type, code];
    if (number === undefined || number > 255 || (part ?? 0) > 255 || (text.includes('/') && part === undefined))
      return undefined;
    return one({
      kind: 'icmp',
      version,
      negated,
      types: [part === undefined ? { type: number } : { type: number, code: part }],
    });
  };
}

function mark(kind: 'connectionMark' | 'packetMark'): OptionReader {
  return (take, negated) => {
    const [first = '', second = '0xffffffff', ...more] = take().split('/');
    const [value, mask] = [markNumber(first), markNumber(second)];
    if (value === undefined || mask === undefined || more.length > 0) return undefined;
    return one(markCompared({ kind, negated, value, mask })) ?? 'bit 31 of the connection mark is of ftpwall';
  };
}

type HopLimits = (value: number) => NumberRange;

function hopLimits(version: Version, rangeFor: HopLimits): OptionReader {
  return (take, negated) => {
    const value = decimal(take());
    if (value === undefined || value > 255) return undefined;
    const range = rangeFor(value);
    if (range.first > range.last) return 'no packet fits';
    return one({ kind: 'hopLimit', version, negated, ranges: [range] });
  };
}

function hopOptions(version: Version, name: 'ttl' | 'hl'): Readonly<Record<string, OptionReader>> {
  const same = hopLimits(version, (value) => ({ first: value, last: value }));
  return {
    [`--${name}`]: same,
    [`--${name}-eq`]: same,
    [`--${name}-lt`]: hopLimits(version, (value) => ({ first: 0, last: value - 1 })),
    [`--${name}-gt`]: hopLimits(version, (value) => ({ first: value + 1, last: 255 })),
  };
}

/** RFC 2474, RFC 2597, RFC 3246. */
const serviceClasses: Readonly<Record<string, number>> = Object.fromEntries([
  ['BE', 0],
  ['EF', 46],
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((each) => [`CS${each}`, each * 8]),
  ...[1, 2, 3, 4].flatMap((each) => [1, 2, 3].map((drop) => [`AF${each}${drop}`, each * 8 + drop * 2])),
]);

/** RFC 1349; these compare all bits but those of the precedence. */
const services: Readonly<Record<string, number>> = {
  'minimize-delay': 0x10,
  'maximize-throughput': 0x08,
  'maximize-reliability': 0x04,
  'minimize-cost': 0x02,
  'normal-service': 0x00,
};

function trafficClass(
  read: (text: string) => { readonly mask: number; readonly value: number } | undefined,
): OptionReader {
  return (take, negated) => {
    const bits = read(take());
    if (!bits || bits.mask > 0xff || bits.value > bits.mask) return undefined;
    if ((bits.value & ~bits.mask) !== 0) return 'no packet fits: the value has bits that the mask has not';
    return one({ kind: 'trafficClass', negated, ...bits });
  };
}

function tosOf(text: string) {
  const [written = '', masked = '0xff'] = text.split('/');
  const named = services[text.toLowerCase()];
  if (named !== undefined) return { mask: 0x3f, value: named };
  const [value, mask] = [markNumber(written), markNumber(masked)];
  return value === undefined || mask === undefined ? undefined : { mask, value };
}

function codepoint(value: number | undefined) {
  return value === undefined || value > 63 ? undefined : { mask: 0xfc, value: value << 2 };
}

const packetTypes: Readonly<Record<string, PacketType>> = {
  unicast: 'host',
  host: 'host',
  broadcast: 'broadcast',
  bcast: 'broadcast',
  multicast: 'multicast',
  mcast: 'multicast',
};

function field(name: KernelField, most: number, mayNegate = true): OptionReader {
  return (take, negated) => {
    if (negated && !mayNegate) return 'nftables does not ask packets that have none, for which `!` holds, too';
    const range = numbersOf(take(), most, markNumber);
    return range && one({ kind: 'field', field: name, negated, ranges: [range] });
  };
}

function owner(kind: 'user' | 'group', id: 'userId' | 'groupId'): OptionReader {
  return (take, negated, context) => {
    const [first, last, ...more] = take()
      .split('-')
      .map((text) => decimal(text) ?? context[id](text));
    if (first === undefined || more.length > 0 || (last ?? first) < first) return undefined;
    return one({ kind, negated, ids: [{ first, last: last ?? first }] });
  };
}

const macAddress: OptionReader = (take, negated) => {
  const text = take().toLowerCase();
  return /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(text)
    ? one({ kind: 'sourceMac', negated, addresses: [text] })
    : undefined;
};

/** Our own: bytes of the transport header and what follows it, for what no other match says. */
const payload: OptionReader = (take, negated) => {
  const [offset, length, value] = [take(), take() === '--length' && take(), take() === '--value' && take()];
  if (!/^\d+$/.test(offset) || !length || !/^[1-8]$/.test(length) || !value || !/^(0x[0-9a-f]+|\d+)$/i.test(value))
    return undefined;
  const [at, bits] = [Number(offset) * 8, Number(length) * 8];
  return one({ kind: 'payload', base: 'transport', offset: at, length: bits, negated, value: BigInt(value) });
};

/** Options that need no module. */
export const plainOptions: Readonly<Record<string, OptionReader>> = {
  '-s': address('address', 'saddr', networkOf),
  '--source': address('address', 'saddr', networkOf),
  '-d': address('address', 'daddr', networkOf),
  '--destination': address('address', 'daddr', networkOf),
  '-i': interfaceNamed('iifname'),
  '--in-interface': interfaceNamed('iifname'),
  '-o': interfaceNamed('oifname'),
  '--out-interface': interfaceNamed('oifname'),
  '-f': (_take, negated) => one({ kind: 'fragment', version: 4, negated }),
  '--fragment': (_take, negated) => one({ kind: 'fragment', version: 4, negated }),
};

/** Every option that stands alone, by module. */
export const modules: Readonly<Record<string, Readonly<Record<string, OptionReader>>>> = {
  addrtype: { '--dst-type': addressType('daddr'), '--src-type': addressType('saddr') },
  ah: { '--ahspi': field('AH index', 0xffffffff) },
  comment: { '--comment': (take) => (take() === '' ? undefined : {}) },
  connmark: { '--mark': mark('connectionMark') },
  conntrack: {
    '--ctstate': states,
    '--ctorigsrc': address('originalAddress', 'saddr', networkOf),
    '--ctorigdst': address('originalAddress', 'daddr', networkOf),
  },
  cpu: { '--cpu': field('processor', 0xffffffff) },
  dccp: portOptions('dccp'),
  devgroup: {
    '--src-group': field('group it came by', 0xffffffff),
    '--dst-group': field('group it leaves by', 0xffffffff),
  },
  dscp: {
    '--dscp': trafficClass((text) => codepoint(markNumber(text))),
    '--dscp-class': trafficClass((text) => codepoint(serviceClasses[text.toUpperCase()])),
  },
  ecn: {
    '--ecn-ip-ect': trafficClass((text) => (/^[0-3]$/.test(text) ? { mask: 0x03, value: Number(text) } : undefined)),
    '--ecn-tcp-cwr': (_take, negated) => one({ kind: 'tcpFlags', negated, mask: ['cwr'], set: ['cwr'] }),
    '--ecn-tcp-ece': (_take, negated) => one({ kind: 'tcpFlags', negated, mask: ['ecn'], set: ['ecn'] }),
  },
  esp: { '--espspi': field('ESP index', 0xffffffff) },
  helper: {
    '--helper': (take, negated) => {
      const helper = take().replace(/-\d+$/, '');
      if (negated) return 'nftables asks only connections that a helper announced for their helper';
      return Object.hasOwn(helperTable, helper) ? one({ kind: 'connectionHelper', helper }) : undefined;
    },
  },
  hl: hopOptions(6, 'hl'),
  icmp: { '--icmp-type': icmpType(4) },
  icmp6: { '--icmpv6-type': icmpType(6) },
  iprange: { '--src-range': address('address', 'saddr', rangeOf), '--dst-range': address('address', 'daddr', rangeOf) },
  length: {
    '--length': (take, negated) => {
      const range = numbersOf(take(), 65535);
      return range && one({ kind: 'length', negated, ranges: [range] });
    },
  },
  mac: { '--mac-source': macAddress },
  mark: { '--mark': mark('packetMark') },
  multiport: {
    '--sports': ports('any', ['sport']),
    '--source-ports': ports('any', ['sport']),
    '--dports': ports('any', ['dport']),
    '--destination-ports': ports('any', ['dport']),
    '--ports': ports('any', ['sport', 'dport']),
  },
  owner: { '--uid-owner': owner('user', 'userId'), '--gid-owner': owner('group', 'groupId') },
  payload: { '--at': payload },
  pkttype: {
    '--pkt-type': (take, negated) => {
      const type = packetTypes[take().toLowerCase()];
      return type && one({ kind: 'packetType', negated, types: [type] });
    },
  },
  realm: { '--realm': field('realm', 0xffffffff) },
  sctp: portOptions('sctp'),
  set: {
    '--match-set': (take, negated) => {
      const [name, sides] = [take(), listOf(take(), (side) => (side === 'src' || side === 'dst' ? side : undefined))];
      return name !== '' && sides ? { set: { name, sides, negated } } : undefined;
    },
  },
  state: { '--state': states },
  tcp: {
    ...portOptions('tcp'),
    '--syn': (_take, negated) => one({ kind: 'tcpFlags', negated, mask: ['fin', 'syn', 'rst', 'ack'], set: ['syn'] }),
    '--tcp-flags': (take, negated) => {
      const [mask, set] = [flagsOf(take()), flagsOf(take())];
      if (!mask || !set || mask.length === 0) return undefined;
      return one({ kind: 'tcpFlags', negated, mask, set });
    },
  },
  tcpmss: { '--mss': field('segment size', 65535, false) },
  tos: { '--tos': trafficClass(tosOf) },
  ttl: hopOptions(4, 'ttl'),
  udp: portOptions('udp'),
  udplite: portOptions('udplite'),
};

const periods = { s: 'second', m: 'minute', h: 'hour', d: 'day' } as const;

/** `10/min`, `10/minute`, `10`: so many in each second. */
function rateOf(text: string | undefined, burst: string | undefined): RateLimit['rate'] | undefined {
  const found = /^(\d+)(?:\/(s|se|sec|second|m|mi|min|minute|h|ho|hour|d|da|day))?$/.exec(text ?? '');
  const count = Number(found?.[1] ?? 0);
  const most = burst === undefined ? 5 : decimal(burst);
  if (!found || count === 0 || !most) return undefined;
  return { count, per: periods[(found[2] ?? 's').charAt(0) as keyof typeof periods], burst: most };
}

function isPrefix(bits: number | undefined, versions: readonly Version[]): boolean {
  return bits !== undefined && bits >= 1 && versions.every((version) => bits <= bitsOf(version));
}

const sidesOf = { srcip: 'source', dstip: 'dest' } as const;

/** Options of one module that mean something together. */
export const gathered: Readonly<Record<string, GatheredModule>> = {
  limit: {
    options: { '--limit': 1, '--limit-burst': 1 },
    finish: (options) => {
      const rate = rateOf(options.get('--limit')?.value ?? '3/hour', options.get('--limit-burst')?.value);
      return rate && { matches: [{ kind: 'limit', over: false, rate }] };
    },
  },
  hashlimit: {
    options: {
      '--hashlimit': 1,
      '--hashlimit-upto': 1,
      '--hashlimit-above': 1,
      '--hashlimit-burst': 1,
      '--hashlimit-mode': 1,
      '--hashlimit-srcmask': 1,
      '--hashlimit-dstmask': 1,
      '--hashlimit-name': 1,
      '--hashlimit-htable-size': 1,
      '--hashlimit-htable-max': 1,
      '--hashlimit-htable-expire': 1,
      '--hashlimit-htable-gcinterval': 1,
    },
    finish: (options, { versions }) => {
      const value = (name: string) => options.get(`--hashlimit${name}`)?.value;
      if (options.has('--hashlimit-above'))
        return 'write a line for what is within the rate, and one behind it for the rest';
      const rate = rateOf(value('-upto') ?? value(''), value('-burst'));
      const name = value('-name');
      if (!rate || name === undefined) return undefined;
      const mode = value('-mode');
      if (mode === undefined) return { matches: [{ kind: 'limit', over: false, rate }] };
      if (!Object.hasOwn(sidesOf, mode))
        return 'a rate is counted for each source or for each destination: `srcip` or `dstip`';
      const side = sidesOf[mode as keyof typeof sidesOf];
      const prefix = value(side === 'source' ? '-srcmask' : '-dstmask');
      const bits = prefix === undefined ? undefined : decimal(prefix);
      if (prefix !== undefined && !isPrefix(bits, versions)) return 'an address has no such prefix';
      return { rate: { rate, each: { side, name, ...(bits === undefined ? {} : { prefix: bits }) } } };
    },
  },
  connlimit: {
    options: {
      '--connlimit-upto': 1,
      '--connlimit-above': 1,
      '--connlimit-mask': 1,
      '--connlimit-saddr': 0,
      '--connlimit-daddr': 0,
    },
    mayNegate: ['--connlimit-upto', '--connlimit-above'],
    finish: (options, { versions }) => {
      const [upto, above] = [options.get('--connlimit-upto'), options.get('--connlimit-above')];
      const written = upto ?? above;
      const count = decimal(written?.value ?? '');
      if (!written || (upto && above) || count === undefined) return undefined;
      const mask = options.get('--connlimit-mask');
      const prefix = mask && decimal(mask.value);
      if (mask && !isPrefix(prefix, versions)) return 'an address has no such prefix';
      const over = (above !== undefined) !== written.negated;
      if (count === 0 && !over) return 'no packet fits: its own connection is one';
      const side = options.has('--connlimit-daddr') ? 'dest' : 'source';
      return { connectionLimit: { side, count, over, ...(prefix === undefined ? {} : { prefix }) } };
    },
  },
  connbytes: {
    options: { '--connbytes': 1, '--connbytes-dir': 1, '--connbytes-mode': 1 },
    mayNegate: ['--connbytes'],
    finish: (options) => {
      const range = numbersOf(options.get('--connbytes')?.value ?? '', Number.MAX_SAFE_INTEGER);
      const volume = { packets: 'packets', bytes: 'bytes', avgpkt: 'bytes a packet' } as const;
      const unit = volume[options.get('--connbytes-mode')?.value as keyof typeof volume];
      const direction = options.get('--connbytes-dir')?.value;
      if (!range || !unit || (direction !== 'original' && direction !== 'reply' && direction !== 'both'))
        return undefined;
      const negated = options.get('--connbytes')?.negated ?? false;
      return { matches: [{ kind: 'field', field: `${unit} ${direction}`, negated, ranges: [range] }] };
    },
  },
  statistic: {
    options: { '--mode': 1, '--probability': 1, '--every': 1, '--packet': 1 },
    finish: (options) => {
      const text = (name: string) => options.get(name)?.value;
      if (text('--mode') === 'random') {
        const chance = Number(text('--probability') ?? Number.NaN);
        // The kernel compares 31 bits (xt_statistic.c).
        const below = Math.round(chance * 0x80000000);
        return below > 0 && chance <= 1 ? { matches: [{ kind: 'random', modulus: 0x80000000, below }] } : undefined;
      }
      const [modulus, index] = [decimal(text('--every') ?? ''), decimal(text('--packet') ?? '')];
      if (text('--mode') !== 'nth' || !modulus || index === undefined || index >= modulus) return undefined;
      return { matches: [{ kind: 'turn', modulus, index }] };
    },
  },
  policy: {
    options: { '--dir': 1, '--pol': 1 },
    finish: (options) => {
      const [direction, policy] = [options.get('--dir')?.value, options.get('--pol')?.value];
      if ((direction !== 'in' && direction !== 'out') || (policy !== 'ipsec' && policy !== 'none')) return undefined;
      return { matches: [{ kind: 'ipsec', direction, present: policy === 'ipsec' }] };
    },
  },
};

/** Modules that nft has nothing for. */
export const inexpressible: Readonly<Record<string, string>> = {
  string: 'nftables does not look for a text in packets',
  u32: 'nftables does not follow pointers within a packet; `;; nft @th,…` asks for bytes at a place',
  bpf: 'nftables runs no programs on packets',
  cgroup: 'what control group a socket is of nftables asks by a path: write `;; nft socket cgroupv2 …`',
  cluster: 'nftables has no such hash: write `;; nft jhash …`',
  connlabel: 'names of labels are in a file that nft may not have: write `;; nft ct label …`',
  nfacct: 'nftables counts each rule by itself: see `ftpwall hits`',
  osf: 'nft needs the fingerprints loaded: write `;; nft osf name …`',
  physdev: 'the kernel tells ports of a bridge only to a bridge table',
  quota: 'a quota begins anew with each load of the rules: write `;; nft quota …`',
  rateest: 'nftables estimates no rates',
  rpfilter: 'rules come after routing: use the option `rpfilter` of the interface',
  socket: 'rules for packets that are passed on cannot ask for a socket',
  time: 'write it into TIME',
  ipv6header: 'write it into HEADERS',
  condition: 'write it into SWITCH',
  geoip: 'write `^CC` into SOURCE or DEST',
  ipp2p: 'the kernel does not look for peer-to-peer traffic',
  l2tp: 'nftables does not read headers of L2TP',
  ipcomp: 'nftables does not read headers of IPComp: write `;; nft comp cpi …`',
  rt: 'write `route` into HEADERS, or `;; nft rt …`',
  hbh: 'write `hop` into HEADERS, or `;; nft hbh …`',
  dst: 'write `dst` into HEADERS, or `;; nft dst …`',
  frag: 'write `frag` into HEADERS, or `;; nft frag …`',
  mh: 'write `;; nft mh …`',
  srh: 'write `;; nft srh …`',
  eui64: 'nftables does not compare an address with the hardware address',
};
