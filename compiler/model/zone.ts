/** Zones, and what of the network belongs to them. */
import type { AddressRange } from '../net/ranges.ts';
import type { Version } from '../net/version.ts';
import type { Origin } from '../source.ts';
import type { BridgePort, HostCheck, Interface } from './interface.ts';
import type { SetMatch } from './sets.ts';

/** Which IP versions are compiled, and what happens to the other one. */
export interface Families {
  readonly table: 'inet' | 'ip' | 'ip6';
  readonly versions: readonly Version[];
  /** Versions that the table sees but the configuration does not want: dropped except on the loopback interface. */
  readonly refused: readonly Version[];
}

/** A part of the network. Zones come in the order in which packets are compared: parts before the whole. */
export interface Zone {
  readonly name: string;
  readonly kind: 'firewall' | 'network' | 'loopback' | 'local' | 'vserver';
  readonly versions: readonly Version[];
  readonly parents: readonly string[];
  readonly hosts: readonly HostGroup[];
  /** The largest segment size that connections may announce, in packets from the zone and to it. */
  readonly mss?: { readonly from?: number; readonly to?: number };
  readonly origin: Origin;
}

/** Hosts of a zone behind one interface; without `ranges` all of them. */
export interface HostGroup {
  readonly interface: Interface;
  /** Behind this port of it alone: a bridge. */
  readonly port?: BridgePort;
  readonly versions: readonly Version[];
  readonly ranges?: readonly AddressRange[];
  /** Sets that hold the hosts, or do not: dynamic zones, ipsets, names. All of these must fit. */
  readonly sets: readonly SetMatch[];
  readonly except: readonly AddressRange[];
  readonly ipsec: 'yes' | 'no' | 'any';
  /** With `ipsec` yes: which security associations, for packets from the hosts and for those to them; any where absent. */
  readonly associations?: { readonly in: AssociationWish; readonly out: AssociationWish };
  /** Packets may leave by the interface they came by. */
  readonly routeback: boolean;
  readonly destinationOnly: boolean;
  readonly sourceOnly?: boolean;
  /** What holds for packets of these hosts that does not hold for all of the interface. */
  readonly checks?: readonly HostCheck[];
  /** The largest segment size that connections from and to these hosts may announce. */
  readonly mss?: number;
  readonly origin: Origin;
}

/** A number that an association must have, or must not have. */
export interface AssociationNumber {
  readonly value: number;
  readonly negated: boolean;
}

/** What a security association of IPsec must be. All that is given must hold for one and the same. */
export interface AssociationWish {
  readonly reqid?: AssociationNumber;
  readonly spi?: AssociationNumber;
  /** It has outer addresses: of the modes tunnel, BEET and IP-TFS. */
  readonly tunnel?: true;
  readonly saddr?: AddressRange;
  readonly daddr?: AddressRange;
}

/** One direction between zones. */
export interface ZonePair {
  readonly source: string;
  readonly dest: string;
}
