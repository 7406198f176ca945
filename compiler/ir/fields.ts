/**
 * The fields of a packet and of its connection that matches ask for, the values they can have, and how each is read from
 * a packet. A match is what it says of these fields (`Extent`); everything that compares matches is derived from that.
 */
import { holds } from '../net/address.ts';
import type { InterfacePattern } from '../net/interface.ts';
import type { TcpFlag } from '../net/packet-kinds.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import type { Version } from '../net/version.ts';
import { fits } from './interfaces.ts';
import type { Situation } from './situation.ts';

/** Fields that hold an address; a packet has it in its own IP version only. */
export type AddressField = 'saddr' | 'daddr' | 'originalSaddr' | 'originalDaddr';

/**
 * Fields that hold a number. `icmp` is type × 256 + code; `tcpFlags` the byte of flags (RFC 9293 section 3.1);
 * `sourceMac` the 48 bits of the address.
 */
export type NumberField = keyof typeof largest;

/** Fields that hold the name of an interface; a packet that has none has the empty name (kernel: nft_meta_store_ifname). */
export type NameField = 'iifname' | 'oifname';

/** Fields that hold one of a few words. */
export type WordField = 'state' | 'masterHelper' | 'saddrType' | 'daddrType' | 'packetType';

/** Fields of 32 bits that matches compare under a mask. */
export type MarkField = 'packetMark' | 'connectionMark';

/** Facts that hold or do not. */
export type FlagField =
  | 'reversePath'
  | 'dnat'
  | 'snat'
  | 'fragment'
  | 'ipsecIn'
  | 'ipsecOut'
  | 'hopByHopHeader'
  | 'destinationHeader'
  | 'routingHeader'
  | 'fragmentHeader';

export type Field = 'version' | AddressField | NumberField | NameField | WordField | MarkField | FlagField;

/** The largest value of each field that holds a number. */
export const largest = {
  protocol: 255,
  sport: 65535,
  dport: 65535,
  originalDport: 65535,
  icmp: 65535,
  tcpFlags: 255,
  hopLimit: 255,
  trafficClass: 255,
  length: 65535,
  user: 4294967295,
  group: 4294967295,
  sourceMac: 281474976710655,
} as const;

/** Values of one field. */
export type FieldValues =
  | { readonly field: 'version'; readonly version: Version }
  | { readonly field: AddressField; readonly ranges: readonly AddressRange[] }
  | { readonly field: NumberField; readonly ranges: readonly NumberRange[] }
  | { readonly field: NameField; readonly patterns: readonly InterfacePattern[] }
  | { readonly field: WordField; readonly words: readonly string[] }
  | { readonly field: MarkField; readonly mask: number; readonly value: number }
  | { readonly field: FlagField; readonly present: boolean };

/** Values of several fields at once: a packet is in the box when each of its fields has one of its values. */
export type Box = readonly FieldValues[];

/**
 * What no packet alone tells: a rate, a time, a set that fills at run time, words of nft. Conditions of the same text
 * hold together; without a text each use is a condition of its own.
 */
export interface Condition {
  /** What an answer names: `limit rate 3/minute`, `set blocked`. */
  readonly name: string;
  /** Whether two uses of this name hold for the same packets. */
  readonly shared: boolean;
}

/** The packets for which a match holds. */
export interface Extent {
  /** What must hold in any case: the kernel ends a rule that asks for a field which the packet has not, also for `!=`. */
  readonly requires: Box;
  /** The match holds for packets in one of the boxes; `negated`: for packets in none. */
  readonly boxes: readonly Box[];
  readonly negated: boolean;
  /** And this must hold. */
  readonly condition?: Condition;
}

/** The extent of a match on one field. */
export function extentOfField(values: FieldValues, negated = false, requires: Box = []): Extent {
  return { requires, boxes: [[values]], negated };
}

/** The extent of a match that asks for what a packet does not tell. */
export function opaqueExtent(name: string, shared: boolean, requires: Box = []): Extent {
  return { requires, boxes: [[]], negated: false, condition: { name, shared } };
}

/** The flags from the lowest bit up. */
export const flagOrder: readonly TcpFlag[] = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'];

/** The byte that holds these flags. */
export function flagByte(flags: readonly TcpFlag[]): number {
  return flagOrder.reduce((byte, flag, bit) => (flags.includes(flag) ? byte | (1 << bit) : byte), 0);
}

/** The values of a byte that equal `value` in the bits of `mask`, as ranges. */
export function bytesUnderMask(mask: number, value: number): readonly NumberRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (let byte = 0; byte < 256; byte += 1) {
    if ((byte & mask) !== value) continue;
    const last = ranges.at(-1);
    if (last && last.last + 1 === byte) last.last = byte;
    else ranges.push({ first: byte, last: byte });
  }
  return ranges;
}

/** Whether the packet has one of the values; undefined when it has no such field. */
function hasValue(values: FieldValues, situation: Situation): boolean | undefined {
  const { packet } = situation;
  switch (values.field) {
    case 'version':
      return packet.version === values.version;
    case 'saddr':
    case 'daddr':
    case 'originalSaddr':
    case 'originalDaddr': {
      const address = addressIn[values.field](situation);
      return address === undefined ? undefined : holds(values.ranges, packet.version, address);
    }
    case 'iifname':
    case 'oifname': {
      const name = (values.field === 'iifname' ? packet.iif : situation.oif) ?? '';
      return values.patterns.some((pattern) => fits(pattern, name));
    }
    case 'packetMark':
    case 'connectionMark': {
      const mark = values.field === 'packetMark' ? situation.packetMark : situation.tracked?.mark;
      return mark === undefined ? undefined : (mark & values.mask) >>> 0 === values.value >>> 0;
    }
    default:
      return hasPlainValue(values, situation);
  }
}

function hasPlainValue(
  values: Extract<FieldValues, { ranges: readonly NumberRange[] } | { words: unknown } | { present: unknown }>,
  situation: Situation,
): boolean | undefined {
  if ('words' in values) {
    const word = wordIn[values.field](situation);
    return word === undefined ? undefined : values.words.includes(word);
  }
  if ('present' in values) {
    const flag = flagIn[values.field](situation);
    return flag === undefined ? undefined : flag === values.present;
  }
  const number = numberIn[values.field as NumberField](situation);
  if (number === undefined) return undefined;
  return (values.ranges as readonly NumberRange[]).some(({ first, last }) => first <= number && number <= last);
}

type Read<Value> = (situation: Situation) => Value | undefined;

const addressIn: { readonly [F in AddressField]: Read<bigint> } = {
  saddr: ({ packet }) => packet.saddr,
  daddr: ({ packet }) => packet.daddr,
  originalSaddr: ({ tracked }) => tracked?.original.saddr,
  originalDaddr: ({ tracked }) => tracked?.original.daddr,
};

const numberIn: { readonly [F in NumberField]: Read<number> } = {
  protocol: ({ packet }) => packet.protocol,
  sport: ({ packet }) => packet.sport,
  dport: ({ packet }) => packet.dport,
  originalDport: ({ tracked }) => tracked?.original.dport,
  icmp: ({ packet: { icmp } }) => icmp && icmp.type * 256 + icmp.code,
  tcpFlags: ({ packet: { tcpFlags } }) => tcpFlags && flagByte(tcpFlags),
  hopLimit: ({ packet }) => packet.hopLimit ?? 64,
  trafficClass: ({ packet }) => packet.trafficClass ?? 0,
  length: ({ packet }) => packet.length,
  user: ({ packet }) => packet.user,
  group: ({ packet }) => packet.group,
  sourceMac: ({ packet }) => (packet.sourceMac === undefined ? undefined : macNumber(packet.sourceMac)),
};

const wordIn: { readonly [F in WordField]: Read<string> } = {
  state: ({ state }) => state,
  masterHelper: ({ tracked }) => tracked?.masterHelper,
  saddrType: ({ packet, network }) => network.addressType(packet.version, packet.saddr),
  daddrType: ({ packet, network }) => network.addressType(packet.version, packet.daddr),
  packetType: ({ packet }) => packet.packetType ?? 'host',
};

const flagIn: { readonly [F in FlagField]: Read<boolean> } = {
  reversePath: comesTheWayBack,
  dnat: ({ tracked }) => tracked?.dnat,
  snat: ({ tracked }) => tracked?.snat,
  fragment: ({ packet }) => packet.fragment ?? false,
  ipsecIn: ({ packet }) => (packet.ipsec?.in?.length ?? 0) > 0,
  ipsecOut: ({ packet }) => (packet.ipsec?.out?.length ?? 0) > 0,
  hopByHopHeader: ({ packet }) => packet.extensionHeaders?.includes('hbh') ?? false,
  destinationHeader: ({ packet }) => packet.extensionHeaders?.includes('dst') ?? false,
  routingHeader: ({ packet }) => packet.extensionHeaders?.includes('rt') ?? false,
  fragmentHeader: ({ packet }) => packet.extensionHeaders?.includes('frag') ?? packet.fragment === true,
};

/** The value of every field that a packet has at a point of its way. */
export function valuesOf(situation: Situation): readonly FieldValues[] {
  const { packet, tracked, packetMark } = situation;
  const { version } = packet;
  const plain = (number: number) => [{ first: number, last: number }];
  const found: FieldValues[] = [
    { field: 'version', version },
    { field: 'iifname', patterns: [{ name: packet.iif ?? '', wildcard: false }] },
    { field: 'oifname', patterns: [{ name: situation.oif ?? '', wildcard: false }] },
    { field: 'packetMark', mask: 0xffffffff, value: packetMark >>> 0 },
  ];
  if (tracked) found.push({ field: 'connectionMark', mask: 0xffffffff, value: tracked.mark >>> 0 });
  for (const field of keysOf(addressIn)) {
    const address = addressIn[field](situation);
    if (address !== undefined) found.push({ field, ranges: [{ version, first: address, last: address }] });
  }
  for (const field of keysOf(numberIn)) {
    const number = numberIn[field](situation);
    if (number !== undefined) found.push({ field, ranges: plain(number) });
  }
  for (const field of keysOf(wordIn)) {
    const word = wordIn[field](situation);
    if (word !== undefined) found.push({ field, words: [word] });
  }
  for (const field of keysOf(flagIn)) {
    const present = flagIn[field](situation);
    if (present !== undefined) found.push({ field, present });
  }
  return found;
}

function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(table) as Key[];
}

/** The 48 bits of an address of the link, given as `00:53:00:00:00:01`. */
export function macNumber(text: string): number {
  return Number.parseInt(text.replaceAll(':', ''), 16);
}

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

/** Whether every field of the box has one of its values; undefined when the packet lacks one of the fields. */
export function isInBox(box: Box, situation: Situation): boolean | undefined {
  let inside = true;
  for (const values of box) {
    const has = hasValue(values, situation);
    if (has === undefined) return undefined;
    if (!has) inside = false;
  }
  return inside;
}

/** Whether a packet at a point of its way is in the extent, its condition aside. */
export function extentHolds({ requires, boxes, negated }: Extent, situation: Situation): boolean {
  if (requires.length > 0 && isInBox(requires, situation) !== true) return false;
  let found = false;
  for (const box of boxes) {
    const inside = isInBox(box, situation);
    if (inside === undefined) return false;
    if (inside) {
      found = true;
      break;
    }
  }
  return found !== negated;
}
