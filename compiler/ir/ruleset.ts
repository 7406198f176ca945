/**
 * nftables as data: what a ruleset is. No behaviour here; how each kind is printed, tested on a packet and read back
 * stands in `matches/` and `statements/`, one entry a kind.
 */
import type { InterfacePattern } from '../net/interface.ts';
import type { LogTarget } from '../net/log.ts';
import type { AddressType, IcmpType, PacketType, TcpFlag } from '../net/packet-kinds.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import type { Rate } from '../net/rate.ts';
import type { ConnectionEvent, ConnectionState } from '../net/state.ts';
import type { Version } from '../net/version.ts';
import type { Origin } from '../source.ts';

/** Fields of packets, connections and the machine that matches ask for and no packet of `evaluate` carries. */
export type KernelField =
  | 'segment size'
  | 'ESP index'
  | 'AH index'
  | 'processor'
  | 'group it came by'
  | 'group it leaves by'
  | 'realm'
  /** Of the socket that the packet is for: whether it is one of a transparent proxy, and whether it has no address. */
  | 'transparent socket'
  | 'socket without address'
  /** The number in the header of IPv6 itself: what follows it at once (RFC 8200 section 3). */
  | 'next header'
  | `${'packets' | 'bytes' | 'bytes a packet'} ${'original' | 'reply' | 'both'}`;

/** A field that keys a dynamic set: an address of the packet, after cutting it to `prefix` bits. */
export interface AddressKey {
  readonly field: 'saddr' | 'daddr';
  readonly version: Version;
  readonly prefix?: number;
}

/** What is asked of a security association: a number of it, or one end of its tunnel; one without a tunnel has no ends. */
export type AssociationQuestion =
  | { readonly field: 'reqid' | 'spi'; readonly negated: boolean; readonly value: number }
  | { readonly field: 'saddr' | 'daddr'; readonly range: AddressRange };

/** One part of the key of a named set, as `+set[src,dst]` names them. */
export type SetKeyField =
  /** Cut to `prefix` bits, where that is given. */
  | { readonly field: 'saddr' | 'daddr'; readonly version: Version; readonly prefix?: number }
  /** The address the client used, before DNAT. */
  | { readonly field: 'originalDaddr'; readonly version: Version; readonly prefix?: number }
  | { readonly field: 'sport' | 'dport' }
  /** The port the client used, before DNAT; nft reads it only in a rule that names the protocol before it. */
  | { readonly field: 'originalDport' }
  | { readonly field: 'protocol' }
  | { readonly field: 'iifname' | 'oifname' }
  | { readonly field: 'sourceMac' }
  | { readonly field: 'metaMark' };

/** A condition on a packet. Every match of a rule must hold. `negated` turns the sense. */
export type Match =
  | {
      readonly kind: 'interface';
      readonly field: 'iifname' | 'oifname';
      readonly negated: boolean;
      readonly interfaces: readonly InterfacePattern[];
    }
  | { readonly kind: 'version'; readonly version: Version }
  | {
      readonly kind: 'address';
      readonly field: 'saddr' | 'daddr';
      readonly negated: boolean;
      readonly ranges: readonly AddressRange[];
    }
  | {
      readonly kind: 'originalAddress';
      readonly field: 'saddr' | 'daddr';
      readonly negated: boolean;
      readonly ranges: readonly AddressRange[];
    }
  | { readonly kind: 'originalPort'; readonly negated: boolean; readonly ranges: readonly NumberRange[] }
  | { readonly kind: 'protocol'; readonly negated: boolean; readonly protocols: readonly number[] }
  | {
      readonly kind: 'port';
      readonly field: 'sport' | 'dport';
      readonly protocol: number | 'any';
      readonly negated: boolean;
      readonly ranges: readonly NumberRange[];
    }
  | { readonly kind: 'icmp'; readonly version: Version; readonly negated: boolean; readonly types: readonly IcmpType[] }
  | {
      readonly kind: 'tcpFlags';
      readonly negated: boolean;
      readonly mask: readonly TcpFlag[];
      readonly set: readonly TcpFlag[];
    }
  | { readonly kind: 'state'; readonly negated: boolean; readonly states: readonly ConnectionState[] }
  | { readonly kind: 'connectionHelper'; readonly helper: string }
  | {
      readonly kind: 'connectionMark' | 'packetMark';
      readonly negated: boolean;
      readonly mask: number;
      readonly value: number;
    }
  | { readonly kind: 'natted'; readonly how: 'dnat' | 'snat'; readonly negated: boolean }
  | {
      readonly kind: 'addressType';
      readonly field: 'saddr' | 'daddr';
      readonly negated: boolean;
      readonly types: readonly AddressType[];
    }
  /** `marked`: by the route that packets with the same mark take. */
  | { readonly kind: 'reversePath'; readonly negated: boolean; readonly marked?: true }
  | { readonly kind: 'sourceMac'; readonly negated: boolean; readonly addresses: readonly string[] }
  | { readonly kind: 'user' | 'group'; readonly negated: boolean; readonly ids: readonly NumberRange[] }
  /** How many routers the packet may still pass: TTL of IPv4, hop limit of IPv6. */
  | {
      readonly kind: 'hopLimit';
      readonly version: Version;
      readonly negated: boolean;
      readonly ranges: readonly NumberRange[];
    }
  /** Of the byte that is TOS in IPv4 and the traffic class in IPv6 (RFC 2474, RFC 3168) the bits of the mask. */
  | { readonly kind: 'trafficClass'; readonly negated: boolean; readonly mask: number; readonly value: number }
  | { readonly kind: 'packetType'; readonly negated: boolean; readonly types: readonly PacketType[] }
  /** A field that only the kernel knows. */
  | {
      readonly kind: 'field';
      readonly field: KernelField;
      readonly negated: boolean;
      readonly ranges: readonly NumberRange[];
    }
  /** Whether the priority of the packet names a class of a queue (tc(8), handles): a major number that is not 0. */
  | { readonly kind: 'classed'; readonly negated: boolean }
  | { readonly kind: 'length'; readonly negated: boolean; readonly ranges: readonly NumberRange[] }
  | { readonly kind: 'fragment'; readonly version: Version; readonly negated: boolean }
  | {
      readonly kind: 'extensionHeader';
      readonly negated: boolean;
      readonly header: 'hbh' | 'dst' | 'rt' | 'frag' | 'esp' | 'none' | 'protocol';
    }
  | { readonly kind: 'ipsec'; readonly direction: 'in' | 'out'; readonly present: boolean }
  /** Of the security associations by which a packet came or will leave the one at `depth`, from 0 for the first. */
  | {
      readonly kind: 'association';
      readonly direction: 'in' | 'out';
      readonly depth: number;
      readonly asks: AssociationQuestion;
    }
  | { readonly kind: 'set'; readonly set: string; readonly negated: boolean; readonly key: readonly SetKeyField[] }
  | {
      readonly kind: 'payload';
      readonly base: 'transport';
      readonly offset: number;
      readonly length: number;
      readonly negated: boolean;
      readonly value: bigint;
    }
  | { readonly kind: 'hour'; readonly from: number; readonly to: number }
  | { readonly kind: 'weekday'; readonly days: readonly number[] }
  | { readonly kind: 'date'; readonly from?: string; readonly to?: string }
  /** In the words of nft(8): conditions, and changes that decide nothing. See `nft-words.ts`. */
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'random'; readonly modulus: number; readonly below: number }
  /** The packet at `index`, from 0, of every `modulus` that come to the rule. */
  | { readonly kind: 'turn'; readonly modulus: number; readonly index: number }
  /** Of packets, or of bytes. */
  | { readonly kind: 'limit'; readonly rate: Rate; readonly over: boolean; readonly unit?: 'bytes' }
  | {
      readonly kind: 'limitEach';
      readonly set: string;
      readonly key: AddressKey;
      readonly rate: Rate;
      readonly over: boolean;
    }
  | {
      readonly kind: 'connectionCount';
      readonly set?: string;
      readonly key?: AddressKey;
      readonly count: number;
      readonly over: boolean;
    };

/** How a refused connection is told so (nft(8), REJECT STATEMENT). `tcp-reset` holds for TCP only. */
export type RejectWith =
  | { readonly kind: 'tcp-reset' }
  | { readonly kind: 'icmpx'; readonly type: 'port-unreachable' | 'admin-prohibited' | 'no-route' | 'host-unreachable' }
  | {
      readonly kind: 'icmp';
      readonly type:
        | 'net-unreachable'
        | 'host-unreachable'
        | 'prot-unreachable'
        | 'port-unreachable'
        | 'net-prohibited'
        | 'host-prohibited'
        | 'admin-prohibited';
    }
  | {
      readonly kind: 'icmpv6';
      readonly type: 'no-route' | 'admin-prohibited' | 'addr-unreachable' | 'port-unreachable';
    };

/** Where a packet goes on. `drop`, `accept` and `return` are final in their chain; `goto` does not come back. */
export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

/** One field of the key of a dispatch. */
export type DispatchField = 'iifname' | 'oifname' | 'state';

/** The verdict for one value of the key; `keys` are in the order of the fields. */
export interface DispatchEntry {
  readonly keys: readonly (InterfacePattern | ConnectionState)[];
  readonly verdict: Verdict;
}

/** Translation of addresses and ports; nothing given means: stays as it is. */
export interface Translation {
  readonly version: Version;
  readonly addresses?: AddressRange;
  /** The map that holds the address under the IP version; while it holds none, the rule does nothing. */
  readonly addressIn?: string;
  readonly ports?: NumberRange;
  readonly random: boolean;
  readonly persistent: boolean;
}

/** The queues of programs that decide; `fanout` gives each processor its own (nft(8), QUEUE STATEMENT). */
export interface Queue {
  readonly kind: 'queue';
  readonly first: number;
  readonly last: number;
  readonly bypass: boolean;
  readonly fanout?: true;
}

/** A field of the packet's header that a rule gives a value: `dscp` and `ecn` are parts of the traffic class. */
export interface FieldChange {
  readonly kind: 'setField';
  readonly field: 'dscp' | 'ecn' | 'hopLimit';
  readonly version: Version;
  readonly value: number;
}

/** Something a rule does. Statements run in order; a verdict comes last. */
export type Statement =
  | { readonly kind: 'counter'; readonly packets: number; readonly bytes: number }
  | { readonly kind: 'log'; readonly prefix: string; readonly target: LogTarget }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'reject'; readonly with: RejectWith }
  | { readonly kind: 'dispatch'; readonly fields: readonly DispatchField[]; readonly entries: readonly DispatchEntry[] }
  /** The verdict that a named map has for the key of the packet; without one the next rule follows. */
  | { readonly kind: 'lookup'; readonly map: string; readonly key: readonly SetKeyField[] }
  | { readonly kind: 'dnat' | 'snat'; readonly to: Translation }
  | {
      readonly kind: 'netmap';
      readonly direction: 'dnat' | 'snat';
      readonly from: AddressRange;
      readonly to: AddressRange;
    }
  | { readonly kind: 'masquerade' | 'redirect'; readonly ports?: NumberRange; readonly random: boolean }
  | { readonly kind: 'attachHelper'; readonly object: string }
  | {
      readonly kind: 'setMark';
      readonly target: 'connection' | 'packet';
      readonly mask: number;
      readonly value: number;
    }
  | FieldChange
  /** The class of a queueing discipline that the packet is sent by (tc(8), CLASSIFICATION). */
  | { readonly kind: 'setPriority'; readonly major: number; readonly minor: number }
  /**
   * The packet that opens a TCP connection, or that answers it, has these flags alone and says nothing of explicit
   * congestion notification (RFC 3168 section 6.1.1).
   */
  | { readonly kind: 'withoutEcn'; readonly flags: readonly TcpFlag[] }
  /** Handed to a local proxy that sees the address which the packet is for; without a port to the same one. */
  | { readonly kind: 'tproxy'; readonly version: Version; readonly address?: bigint; readonly port?: number }
  | { readonly kind: 'notrack' }
  | Queue
  /** Those who watch connections are told of these events alone. */
  | { readonly kind: 'setEvents'; readonly events: readonly ConnectionEvent[] }
  | {
      readonly kind: 'changeSet';
      readonly operation: 'add' | 'update' | 'delete';
      readonly set: string;
      readonly key: readonly SetKeyField[];
      readonly timeout?: number;
    }
  | { readonly kind: 'clampMss'; readonly size: number | 'path' }
  /** The connection is forwarded without rules from its next packet on (nft(8), FLOW STATEMENT). */
  | { readonly kind: 'offload'; readonly flowtable: string }
  /** In the words of nft(8), see `nft-words.ts`; `decides` when they are a verdict, and nothing follows. */
  | { readonly kind: 'raw'; readonly text: string; readonly decides: boolean };

/** One rule. `comment` is what a listing shows; by default the places of the origin. */
export interface NftRule {
  readonly matches: readonly Match[];
  readonly statements: readonly Statement[];
  readonly origin?: Origin;
  readonly comment?: string;
  /** What the user wrote about the rule (?COMMENT): stands behind the places. */
  readonly remark?: string;
}

/** Where a chain is called by the kernel. A lower priority runs earlier (nft(8), CHAINS). */
export interface Hook {
  readonly type: 'filter' | 'nat' | 'route';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
}

/** A chain; with `base` one that the kernel calls. `comment` says in the user's words what passes here. */
export interface Chain {
  readonly name: string;
  readonly base?: Hook;
  readonly comment?: string;
  readonly rules: readonly NftRule[];
}

/** The type of one part of a set's elements (nft(8), DATA TYPES). */
export type SetType =
  | 'ipv4_addr'
  | 'ipv6_addr'
  | 'inet_service'
  | 'inet_proto'
  | 'ifname'
  | 'ether_addr'
  | 'mark'
  | 'ether_type';

/**
 * A part of an element: a value or a range of the type that the set has at its place, or a pattern of names. Addresses,
 * ports, protocols, marks, MAC addresses and Ethernet types are numbers.
 */
export type ElementPart = { readonly first: bigint; readonly last: bigint } | InterfacePattern;

/** An element of a set, or of a map. */
export interface SetElement {
  readonly key: readonly ElementPart[];
  /** Seconds after which it leaves; absent for those of its set. */
  readonly timeout?: number;
  /** Of a map: what the key leads to. */
  readonly to?: readonly ElementPart[];
  /** Of a map of verdicts: what happens to packets with the key. */
  readonly verdict?: Verdict;
  /** The line that the element is; what a listing shows of it is made as for a rule. */
  readonly origin?: Origin;
  readonly comment?: string;
  readonly remark?: string;
}

/** A named set. `dynamic` ones are filled by rules or by commands and are kept over a restart. */
export interface NftSet {
  readonly name: string;
  readonly type: readonly SetType[];
  /** With it the set is a map: what each element leads to. */
  readonly to?: SetType | 'verdict';
  /** Of a map of verdicts that fills while the firewall runs: those that its elements may have. */
  readonly verdicts?: readonly Verdict[];
  /** Each element counts its packets. */
  readonly counted?: true;
  readonly interval: boolean;
  readonly dynamic: boolean;
  /** Seconds after which an element leaves; 0 for never by default but a timeout may be given with an element. */
  readonly timeout?: number;
  readonly size?: number;
  readonly elements: readonly SetElement[];
  readonly comment?: string;
}

/** A connection-tracking helper that rules can attach (nft(8), CT HELPER). */
export interface HelperObject {
  readonly name: string;
  readonly type: string;
  readonly protocol: 'tcp' | 'udp';
}

/** A table beside that for packets, for what passes below IP: printed and loaded, and no matter of what is true of packets. */
export interface FrameTable {
  readonly family: 'arp' | 'bridge';
  readonly table: string;
  readonly chains: readonly Chain[];
}

/** One table, whole. `version` restricts the family of the table; `inet` holds both. */
export interface Ruleset {
  readonly family: 'inet' | 'ip' | 'ip6';
  readonly table: string;
  readonly sets: readonly NftSet[];
  readonly helpers: readonly HelperObject[];
  readonly chains: readonly Chain[];
}
