/** Fields of the headers besides addresses and ports, and what the machine adds to a packet. */
import type { KernelField } from '../../../ir/ruleset.ts';
import { markNumber } from '../../../language/mark-layout.ts';
import type { PacketType } from '../../../net/packet-kinds.ts';
import type { NumberRange } from '../../../net/ranges.ts';
import type { Version } from '../../../net/version.ts';
import { decimal, type Modules, numbersOf, type OptionReader, one } from './kinds.ts';

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
export const serviceClasses: Readonly<Record<string, number>> = Object.fromEntries([
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

/** `value[/mask]` or a name of RFC 1349 as bits of the traffic class; undefined when it is neither. */
export function tosOf(text: string) {
  const [written = '', masked = '0xff'] = text.split('/');
  const named = services[text.toLowerCase()];
  if (named !== undefined) return { mask: 0x3f, value: named };
  const [value, mask] = [markNumber(written), markNumber(masked)];
  return value === undefined || mask === undefined ? undefined : { mask, value };
}

/** The six bits of a differentiated services code point. */
export function codepoint(value: number | undefined) {
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

/** Our own: bytes of the transport header and what follows it, for what no other match says. */
const payload: OptionReader = (take, negated) => {
  const [offset, length, value] = [take(), take() === '--length' && take(), take() === '--value' && take()];
  if (!/^\d+$/.test(offset) || !length || !/^[1-8]$/.test(length) || !value || !/^(0x[0-9a-f]+|\d+)$/i.test(value))
    return undefined;
  const [at, bits] = [Number(offset) * 8, Number(length) * 8];
  return one({ kind: 'payload', base: 'transport', offset: at, length: bits, negated, value: BigInt(value) });
};

/** The options, by module. */
export const ofHeaders: Modules = {
  ah: { '--ahspi': field('AH index', 0xffffffff) },
  cpu: { '--cpu': field('processor', 0xffffffff) },
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
  hl: hopOptions(6, 'hl'),
  length: {
    '--length': (take, negated) => {
      const range = numbersOf(take(), 65535);
      return range && one({ kind: 'length', negated, ranges: [range] });
    },
  },
  payload: { '--at': payload },
  pkttype: {
    '--pkt-type': (take, negated) => {
      const type = packetTypes[take().toLowerCase()];
      return type && one({ kind: 'packetType', negated, types: [type] });
    },
  },
  realm: { '--realm': field('realm', 0xffffffff) },
  tcpmss: { '--mss': field('segment size', 65535, false) },
  tos: { '--tos': trafficClass(tosOf) },
  ttl: hopOptions(4, 'ttl'),
};
