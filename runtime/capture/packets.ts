/** The packets in frames: what is behind the header of the link (Ethernet, cooked, loopback), IPv4 and IPv6. */

import { flagOrder } from '../../compiler/ir/fields.ts';
import type { Packet } from '../../compiler/ir/packet.ts';
import type { Version } from '../../compiler/net/version.ts';
import type { Frame } from './frames.ts';

/** What a packet has of itself. */
export type Seen = Pick<Packet, 'version' | 'saddr' | 'daddr' | 'protocol' | 'sport' | 'dport' | 'icmp' | 'tcpFlags'>;

/** The packet of a frame; undefined where it is none of IP, or is cut off too early. */
export function packetOf({ link, bytes }: Frame): Seen | undefined {
  const from = afterLink(link, bytes);
  if (from === undefined || from >= bytes.length) return undefined;
  const first = bytes[from] ?? 0;
  if (first >> 4 === 4) return ofIpv4(bytes, from);
  return first >> 4 === 6 ? ofIpv6(bytes, from) : undefined;
}

const etherTypes: ReadonlySet<number> = new Set([0x0800, 0x86dd]);
const vlanTags: ReadonlySet<number> = new Set([0x8100, 0x88a8]);

/** Where the header of IP begins. */
function afterLink(link: number, bytes: Buffer): number | undefined {
  switch (link) {
    case 0: // BSD loopback
    case 108:
      return 4;
    case 1:
      return afterEthernet(bytes, 12);
    case 113: // Linux cooked
      return afterEthernet(bytes, 14);
    case 276: // Linux cooked, version 2: the type comes first
      return bytes.length >= 20 && etherTypes.has(bytes.readUInt16BE(0)) ? 20 : undefined;
    case 12: // raw IP
    case 14:
    case 101:
    case 228:
    case 229:
      return 0;
    default:
      return undefined;
  }
}

function afterEthernet(bytes: Buffer, at: number): number | undefined {
  let place = at;
  while (place + 2 <= bytes.length) {
    const type = bytes.readUInt16BE(place);
    if (etherTypes.has(type)) return place + 2;
    if (!vlanTags.has(type)) return undefined;
    place += 4;
  }
  return undefined;
}

/** RFC 791 section 3.1. */
function ofIpv4(bytes: Buffer, from: number): Seen | undefined {
  if (bytes.length < from + 20) return undefined;
  const length = ((bytes[from] ?? 0) & 15) * 4;
  const isLaterFragment = (bytes.readUInt16BE(from + 6) & 0x1fff) !== 0;
  const packet = {
    version: 4 as const,
    saddr: BigInt(bytes.readUInt32BE(from + 12)),
    daddr: BigInt(bytes.readUInt32BE(from + 16)),
    protocol: bytes[from + 9] ?? 0,
  };
  return isLaterFragment ? packet : { ...packet, ...transport(4, packet.protocol, bytes, from + length) };
}

/** Extension headers that others may follow: hop-by-hop, routing, fragment, destination (RFC 8200 section 4). */
const extensions: ReadonlySet<number> = new Set([0, 43, 44, 60]);

/** RFC 8200 section 3. */
function ofIpv6(bytes: Buffer, from: number): Seen | undefined {
  if (bytes.length < from + 40) return undefined;
  let protocol = bytes[from + 6] ?? 59;
  let at = from + 40;
  let isLaterFragment = false;
  while (extensions.has(protocol) && at + 8 <= bytes.length) {
    if (protocol === 44 && bytes.readUInt16BE(at + 2) >> 3 !== 0) isLaterFragment = true;
    const length = protocol === 44 ? 8 : ((bytes[at + 1] ?? 0) + 1) * 8;
    protocol = bytes[at] ?? 59;
    at += length;
  }
  const packet = {
    version: 6 as const,
    saddr: bytes.readBigUInt64BE(from + 8) * 2n ** 64n + bytes.readBigUInt64BE(from + 16),
    daddr: bytes.readBigUInt64BE(from + 24) * 2n ** 64n + bytes.readBigUInt64BE(from + 32),
    protocol,
  };
  return isLaterFragment ? packet : { ...packet, ...transport(6, protocol, bytes, at) };
}

const withPorts: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

function transport(
  version: Version,
  protocol: number,
  bytes: Buffer,
  at: number,
): Pick<Seen, 'sport' | 'dport' | 'icmp' | 'tcpFlags'> {
  if (withPorts.has(protocol) && bytes.length >= at + 4) {
    const ports = { sport: bytes.readUInt16BE(at), dport: bytes.readUInt16BE(at + 2) };
    const flags = bytes[at + 13];
    if (protocol !== 6 || flags === undefined) return ports;
    return { ...ports, tcpFlags: flagOrder.filter((_, bit) => (flags & (1 << bit)) !== 0) };
  }
  if (protocol === (version === 4 ? 1 : 58) && bytes.length >= at + 2)
    return { icmp: { type: bytes[at] ?? 0, code: bytes[at + 1] ?? 0 } };
  return {};
}
