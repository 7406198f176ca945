/** Kinds of addresses and packets, and what their headers hold. */
/** Kinds of address as the routing table knows them (nft(8), FIB EXPRESSIONS). */
export type AddressType = 'unicast' | 'local' | 'broadcast' | 'anycast' | 'multicast';

/** To whom the link says that a packet is (nft(8), PACKET TYPE TYPE). */
export type PacketType = 'host' | 'broadcast' | 'multicast';

/** TCP flags (RFC 9293 section 3.1). */
export type TcpFlag = 'fin' | 'syn' | 'rst' | 'psh' | 'ack' | 'urg' | 'ecn' | 'cwr';

/** An ICMP type, and the code when only that one is meant. */
export interface IcmpType {
  readonly type: number;
  readonly code?: number;
}
