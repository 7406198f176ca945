/** Interfaces and their options. */

import type { InterfacePattern } from '../net/interface.ts';
import type { AddressRange } from '../net/ranges.ts';
import type { Version } from '../net/version.ts';
import type { Origin } from '../source.ts';

/** Options of an interface that single hosts behind it may have. */
export type HostCheck = 'tcpflags' | 'nosmurfs' | 'maclist';

/** A port of a bridge. `number` is that of the port among all ports, from 1. */
export interface BridgePort {
  readonly pattern: InterfacePattern;
  readonly number: number;
}

/** A network interface of the firewall. `name` is what rules call it, `pattern` what the kernel calls it. */
export interface Interface {
  readonly name: string;
  readonly pattern: InterfacePattern;
  readonly zone?: string;
  /** What holds for packets of each IP version; none of the two where only the other one knows the interface. */
  readonly options: Readonly<Partial<Record<Version, InterfaceOptions>>>;
  readonly origin: Origin;
}

/** What holds for packets of an interface; see `language/interface-options.ts`. */
export interface InterfaceOptions {
  readonly tcpflags: boolean;
  readonly nosmurfs: boolean;
  readonly dhcp: boolean;
  readonly routeback: boolean;
  readonly bridge: boolean;
  readonly maclist: boolean;
  readonly upnp: boolean;
  readonly upnpclient: boolean;
  readonly rpfilter: boolean;
  readonly optional: boolean;
  readonly required: boolean;
  /** Seconds that a start waits for the interface. */
  readonly wait: number;
  readonly unmanaged: boolean;
  readonly ignore: boolean;
  readonly loopback: boolean;
  readonly destonly: boolean;
  /** Which addresses of packets that come (or, for destinations, are sent) here the dynamic blacklist is asked for; what the setting says when absent. */
  readonly dynamicBlacklist?: 'none' | 'src' | 'dst' | 'src-dst';
  readonly sfilter: readonly AddressRange[];
  readonly mss?: number;
  /** sysctl values below net/ipv4/conf/NAME (or ipv6). */
  readonly sysctls: readonly { readonly version: Version; readonly key: string; readonly value: string }[];
}

/** The settings of what options of interfaces find. */
export type InterfaceRefusal = 'smurfs' | 'tcpFlags' | 'sfilter' | 'rpfilter' | 'maclist';
