/** Packets as bytes and bytes as packets: Ethernet, IPv4, IPv6, TCP, UDP, ICMP (RFC 791, 8200, 9293, 768, 792, 4443). */
import type { Packet } from '../../compiler/ir/packet.ts';
import type { TcpFlag } from '../../compiler/net/packet-kinds.ts';

/** What the bytes say beyond the packet: a number to know it again by, and what it carries. */
export interface Marks {
  /** 1 to 65535: the identification of IPv4 or the flow label of IPv6; also the sequence number of TCP. */
  readonly id: number;
  readonly payload?: Uint8Array;
  /** Sequence and acknowledgement number of TCP; both are the id unless given. */
  readonly sequence?: number;
  readonly acknowledgement?: number;
}

const flagBits: readonly TcpFlag[] = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'];

/** The packet from its IP header on. */
export function packetBytes(packet: Packet, marks: Marks): Uint8Array {
  const { version, saddr, daddr } = packet;
  const transport = transportBytes(packet, marks);
  const size = version === 4 ? 4 : 16;
  const ends = [...bytesOf(saddr, size), ...bytesOf(daddr, size)];
  fillChecksum(packet, transport, ends);
  const { hopLimit = 64, trafficClass = 0 } = packet;
  if (version === 6) {
    const label = [
      0x60 | (trafficClass >> 4),
      ((trafficClass & 15) << 4) | (marks.id >> 16),
      (marks.id >> 8) & 255,
      marks.id & 255,
    ];
    const { first, bytes } = extensionBytes(packet);
    const length = short(bytes.length + transport.length);
    return Uint8Array.from([...label, ...length, first, hopLimit, ...ends, ...bytes, ...transport]);
  }
  const header = [
    0x45,
    trafficClass,
    ...short(20 + transport.length),
    ...short(marks.id),
    0x40,
    0,
    hopLimit,
    packet.protocol,
    0,
    0,
    ...ends,
  ];
  header.splice(10, 2, ...short(checksum(Uint8Array.from(header))));
  return Uint8Array.from([...header, ...transport]);
}

/** Extension headers of eight bytes without content, in their order, and the number of the first (RFC 8200 section 4). */
function extensionBytes({ extensionHeaders = [], protocol }: Packet): {
  readonly first: number;
  readonly bytes: readonly number[];
} {
  const numbers = { hbh: 0, dst: 60, rt: 43, frag: 44 } as const;
  const order = [...extensionHeaders.map((name) => numbers[name]), protocol];
  const padded = new Set<number>([numbers.hbh, numbers.dst]);
  const bytes = order.slice(0, -1).flatMap((own, index) => {
    const next = order[index + 1] ?? protocol;
    return padded.has(own) ? [next, 0, 1, 4, 0, 0, 0, 0] : [next, 0, 0, 0, 0, 0, 0, 0];
  });
  return { first: order[0] ?? protocol, bytes };
}

/** A whole frame to the firewall's interface. */
export function frameBytes(to: string, from: string, packet: Uint8Array): Uint8Array {
  const type = (packet[0] ?? 0) >> 4 === 4 ? [0x08, 0x00] : [0x86, 0xdd];
  return Uint8Array.from([...macBytes(to), ...macBytes(from), ...type, ...packet]);
}

function macBytes(mac: string): readonly number[] {
  return mac.split(':').map((byte) => Number.parseInt(byte, 16));
}

function transportBytes(
  packet: Packet,
  { id, payload = new Uint8Array(), sequence = id, acknowledgement = id }: Marks,
): Uint8Array {
  const ports = [...short(packet.sport ?? 0), ...short(packet.dport ?? 0)];
  if (packet.protocol === 6) {
    const flags = flagBits.reduce((bits, flag, bit) => (packet.tcpFlags?.includes(flag) ? bits | (1 << bit) : bits), 0);
    return Uint8Array.from([
      ...ports,
      ...long(sequence),
      ...long(acknowledgement),
      0x50,
      flags,
      0xff,
      0xff,
      0,
      0,
      0,
      0,
      ...payload,
    ]);
  }
  if (packet.protocol === 17) return Uint8Array.from([...ports, ...short(8 + payload.length), 0, 0, ...payload]);
  if (packet.icmp) {
    // An error has four unused bytes where an echo has its identifier (the source port stands for it) and number.
    const rest = payload.length > 0 ? [0, 0, 0, 0] : [...short(packet.sport ?? id), ...short(id)];
    return Uint8Array.from([packet.icmp.type, packet.icmp.code, 0, 0, ...rest, ...payload]);
  }
  // Behind the index of ESP, for which the ports stand, is a sequence number (RFC 4303 section 2).
  return Uint8Array.from([...ports, ...(packet.protocol === 50 ? long(sequence) : []), ...payload]);
}

/** Where the checksum stands, by protocol. */
const checksumAt: Readonly<Record<number, number>> = { 1: 2, 6: 16, 17: 6, 58: 2 };

function fillChecksum({ version, protocol }: Packet, transport: Uint8Array, ends: readonly number[]): void {
  const at = checksumAt[protocol];
  if (at === undefined) return;
  const pseudo =
    version === 4
      ? [...ends, 0, protocol, ...short(transport.length)]
      : [...ends, ...long(transport.length), 0, 0, 0, protocol];
  const sum = checksum(Uint8Array.from(version === 4 && protocol === 1 ? transport : [...pseudo, ...transport]));
  transport.set(short(sum === 0 && protocol === 17 ? 0xffff : sum), at);
}

/** The Internet checksum (RFC 1071). */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function short(value: number): readonly number[] {
  return [(value >> 8) & 255, value & 255];
}

function long(value: number): readonly number[] {
  return [...short(value >>> 16), ...short(value & 0xffff)];
}

function bytesOf(value: bigint, size: number): readonly number[] {
  return Array.from({ length: size }, (_none, index) => Number((value >> BigInt(8 * (size - 1 - index))) & 255n));
}

/** A packet as it was caught. */
export interface CaughtPacket {
  readonly version: 4 | 6;
  readonly id: number;
  readonly saddr: bigint;
  readonly daddr: bigint;
  readonly protocol: number;
  readonly sport?: number;
  readonly dport?: number;
  readonly icmp?: { readonly type: number; readonly code: number };
  readonly tcp?: { readonly flags: readonly TcpFlag[]; readonly sequence: number; readonly acknowledgement: number };
  /** What an ICMP error is about. */
  readonly about?: CaughtPacket;
}

/** Reads a packet from its IP header on; of an ICMP error also the packet inside. */
export function readPacket(bytes: Uint8Array): CaughtPacket {
  const version = (bytes[0] ?? 0) >> 4 === 4 ? 4 : 6;
  const start = version === 4 ? ((bytes[0] ?? 0) & 15) * 4 : 40;
  const protocol = bytes[version === 4 ? 9 : 6] ?? 0;
  const size = version === 4 ? 4 : 16;
  const ends = version === 4 ? 12 : 8;
  return {
    version,
    id: version === 4 ? numberAt(bytes, 4, 2) : ((bytes[1] ?? 0) & 15) * 65536 + numberAt(bytes, 2, 2),
    saddr: addressAt(bytes, ends, size),
    daddr: addressAt(bytes, ends + size, size),
    protocol,
    ...readTransport(protocol, bytes.subarray(start)),
  };
}

function readTransport(protocol: number, bytes: Uint8Array): Partial<CaughtPacket> {
  if (protocol === 1 || protocol === 58) {
    const [type = 0, code = 0] = bytes;
    const isError = protocol === 1 ? [3, 4, 5, 11, 12].includes(type) : type < 128;
    return { icmp: { type, code }, ...(isError && bytes.length > 28 && { about: readPacket(bytes.subarray(8)) }) };
  }
  const ports = { sport: numberAt(bytes, 0, 2), dport: numberAt(bytes, 2, 2) };
  if (protocol !== 6 || bytes.length < 14) return ports;
  const bits = bytes[13] ?? 0;
  const flags = flagBits.filter((_flag, bit) => bits & (1 << bit));
  return { ...ports, tcp: { flags, sequence: numberAt(bytes, 4, 4), acknowledgement: numberAt(bytes, 8, 4) } };
}

function numberAt(bytes: Uint8Array, at: number, size: number): number {
  return bytes.subarray(at, at + size).reduce((value, byte) => value * 256 + byte, 0);
}

function addressAt(bytes: Uint8Array, at: number, size: number): bigint {
  return bytes.subarray(at, at + size).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
