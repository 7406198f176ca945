/** Interfaces and their options. */

import type { OptionValues } from '../language/options/interface-options.ts';
import type { InterfacePattern } from '../net/interface.ts';
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

/** What holds for packets of an interface: the options of its line (`language/options/`), and what several of them make. */
export type InterfaceOptions = OptionValues & {
  /** Which addresses of packets that come (or, for destinations, are sent) here the dynamic blacklist checks (`dbl`, `nodbl`); what the setting says when absent. */
  readonly dynamicBlacklist?: NonNullable<OptionValues['dbl']>;
  /** sysctl values below net/ipv4/conf/NAME (or ipv6). */
  readonly sysctls: readonly { readonly version: Version; readonly key: string; readonly value: string }[];
};

/** The settings of what options of interfaces find. */
export type InterfaceRefusal = 'smurfs' | 'tcpFlags' | 'sfilter' | 'rpfilter' | 'maclist';
