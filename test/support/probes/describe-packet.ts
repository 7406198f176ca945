import type { Packet } from '../../../compiler/ir/packet.ts';
import { printAddress } from '../../../compiler/net/address.ts';

/** A packet as one line. */
export function describePacket(packet: Packet): string {
  const { version, iif = 'fw', saddr, sport = '', daddr, dport = '', protocol, icmp, connection } = packet;
  return `${iif} ${printAddress(version, saddr)}:${sport} → ${printAddress(version, daddr)}:${dport} proto ${protocol}${icmp ? ` type ${icmp.type}` : ''} ${connection.state}`;
}
