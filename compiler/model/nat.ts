/** Network address translation: the sources of connections, one-to-one NAT, mapped networks. */

import type { InterfacePattern } from '../net/interface.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import type { Origin } from '../source.ts';
import type { Log } from './log.ts';
import type { HostMatch, ProtocolMatch, RuntimeAddress, Traffic } from './traffic.ts';
import type { AssociationWish } from './zone.ts';

/** What becomes of the source address. */
export type SourceAction =
  | { readonly kind: 'masquerade'; readonly ports?: NumberRange; readonly random: boolean }
  | {
      readonly kind: 'snat';
      readonly addresses?: AddressRange;
      readonly ports?: NumberRange;
      readonly random: boolean;
      readonly persistent: boolean;
    }
  | {
      readonly kind: 'snatRuntime';
      /** Without it: that of the interface by which the packets leave. */
      readonly address?: RuntimeAddress;
      readonly ports?: NumberRange;
      readonly random: boolean;
      readonly persistent: boolean;
    }
  | { readonly kind: 'none' | 'log' }
  | { readonly kind: 'call'; readonly call: SourceCall };

/** Whether packets come or leave by IPsec, or by which associations of it. */
export type IpsecWish = 'yes' | 'no' | AssociationWish;

/** A line of `snat`, or of an action that such a line names. */
export interface SourceLine {
  readonly traffic: Traffic;
  readonly ipsec?: IpsecWish;
  readonly action: SourceAction;
  readonly log?: Log;
  /** The text of ?COMMENT. */
  readonly remark?: string;
  readonly origin: Origin;
}

/** An action of `snat` with its parameters: a chain for each interface by which packets come to it. */
export interface SourceCall {
  /** What log lines call it: the action's own name. */
  readonly name: string;
  /** The beginning of the names of its chains. */
  readonly chain: string;
  readonly lines: readonly SourceLine[];
}

/** A line of `snat`. */
export interface SnatRule extends SourceLine {
  /** By which interfaces the packets leave; of packets to the firewall itself when there are none. */
  readonly interfaces: readonly InterfacePattern[];
  /** It stands before one-to-one translation. */
  readonly before: boolean;
}

/** A line of `nat`: a public address for a host. */
export interface OneToOneNat {
  readonly external: AddressRange;
  readonly internal: AddressRange;
  readonly interfaces: readonly InterfacePattern[];
  readonly everyInterface: boolean;
  readonly fromFirewall: boolean;
  /** The text of ?COMMENT. */
  readonly remark?: string;
  readonly origin: Origin;
}

/** A line of `netmap`. */
export interface NetworkMap {
  readonly direction: 'snat' | 'dnat';
  readonly from: AddressRange;
  /** Addresses of `from` that stay as they are. */
  readonly except: readonly AddressRange[];
  readonly to: AddressRange;
  readonly interfaces: readonly InterfacePattern[];
  readonly other?: HostMatch;
  readonly protocols: readonly ProtocolMatch[];
  /** The text of ?COMMENT. */
  readonly remark?: string;
  readonly origin: Origin;
}
