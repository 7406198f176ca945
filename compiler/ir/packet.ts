/** What `evaluate` judges: a packet as the kernel sees it, and the network that routes it. No behaviour here. */
import type { AddressType, PacketType, TcpFlag } from '../net/packet-kinds.ts';
import type { ConnectionState } from '../net/state.ts';
import type { Version } from '../net/version.ts';
import type { NftSet, RejectWith } from './ruleset.ts';

/** A packet. Ports are absent where the protocol has none, and on fragments after the first. */
export interface Packet {
  readonly version: Version;
  /** The interface it arrived on; absent when the firewall itself sends it. */
  readonly iif?: string;
  readonly saddr: bigint;
  readonly daddr: bigint;
  /** The number of the transport protocol (IANA protocol numbers): 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6. */
  readonly protocol: number;
  readonly sport?: number;
  readonly dport?: number;
  readonly icmp?: { readonly type: number; readonly code: number };
  readonly tcpFlags?: readonly TcpFlag[];
  readonly sourceMac?: string;
  /** Time to live or hop limit as it arrives or is sent; 64 when absent. */
  readonly hopLimit?: number;
  /** The byte of TOS or traffic class; 0 when absent. */
  readonly trafficClass?: number;
  /** To whom the link says that it is; to this machine when absent. */
  readonly packetType?: PacketType;
  readonly length?: number;
  readonly fragment?: boolean;
  readonly user?: number;
  readonly group?: number;
  readonly mark?: number;
  /** IPv6 extension headers that it carries (RFC 8200 section 4). */
  readonly extensionHeaders?: readonly ('hbh' | 'dst' | 'rt' | 'frag')[];
  /** The security associations of IPsec that it came by and will leave by. */
  readonly ipsec?: { readonly in?: readonly Association[]; readonly out?: readonly Association[] };
  /** The bytes from the transport header on, for matches on raw payload. */
  readonly transport?: Uint8Array;
  readonly connection: Connection;
}

/** A security association of IPsec (RFC 4301 section 4.1), with the ends of its tunnel if it is one. */
export interface Association {
  readonly reqid: number;
  readonly spi: number;
  readonly tunnel?: { readonly version: Version; readonly saddr: bigint; readonly daddr: bigint };
}

/** What connection tracking knows of the packet's connection. */
export interface Connection {
  readonly state: ConnectionState;
  readonly mark?: number;
  /** The helper of the master connection, for a connection that a helper expected. */
  readonly masterHelper?: string;
  /** Source, destination and port that the first packet of the connection had, before translation. */
  readonly original?: { readonly saddr: bigint; readonly daddr: bigint; readonly dport?: number };
}

/** The routing facts that matches ask for. */
export interface Network {
  /** The interface by which the firewall sends to an address; `local` when it is its own; undefined when there is no route. */
  route(version: Version, address: bigint): string | 'local' | undefined;
  addressType(version: Version, address: bigint): AddressType;
  /** The address that masquerading on an interface gives. */
  addressOf(interfaceName: string, version: Version): bigint | undefined;
}

/** A rule that a packet met on its way: its chain, its index there, and whether its matches all held. */
export interface Step {
  readonly chain: string;
  readonly rule: number;
}

/**
 * What becomes of a packet. `decidedBy` is the rule that dropped it or, among the chains of input, forward or output,
 * the last that accepted it; else the base chain whose policy did; else routing, which knew no way or
 * had no hops left.
 */
export interface Judgement {
  readonly verdict: 'accept' | 'drop' | 'reject';
  readonly reject?: RejectWith;
  readonly decidedBy: Step | { readonly chain: string; readonly policy: true } | { readonly noRoute: true };
  /** Every rule whose matches held, in order. */
  readonly trace: readonly Step[];
  /**
   * Rules with words of nft that nobody here understands, of those that the packet came to. None was taken to hold or to
   * decide: where there are any, the rest is what happens if that is so, and what happens is not known.
   */
  readonly unknown: readonly Step[];
  /** The packet as it leaves: addresses and ports after translation. */
  readonly leaves: {
    readonly saddr: bigint;
    readonly daddr: bigint;
    readonly sport?: number;
    readonly dport?: number;
    readonly oif?: string;
  };
  readonly helper?: string;
  readonly connectionMark: number;
  readonly logged: readonly string[];
  /** The sets as the packet leaves them: what the next packet of a sequence meets. Nothing expires. */
  readonly sets: readonly NftSet[];
}
