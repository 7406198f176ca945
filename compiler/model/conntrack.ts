/** Connection tracking: what is not tracked, helpers and their ports. */

import type { HelperObject } from '../ir/ruleset.ts';
import type { ConnectionEvent } from '../net/state.ts';
import type { Version } from '../net/version.ts';
import type { Origin } from '../source.ts';
import type { Log } from './log.ts';
import type { HostMatch, Traffic } from './traffic.ts';

/** A line of `conntrack`. */
export interface TrackingRule {
  readonly source?: { readonly zones: readonly string[]; readonly hosts?: HostMatch };
  readonly hooks: readonly ('prerouting' | 'output')[];
  readonly traffic: Traffic;
  readonly action:
    | { readonly kind: 'notrack' | 'drop' | 'log' }
    /** With `events` only these are told of its connections. */
    | { readonly kind: 'helper'; readonly helper: string; readonly events?: readonly ConnectionEvent[] }
    | { readonly kind: 'events'; readonly events: readonly ConnectionEvent[] };
  readonly log?: Log;
  readonly origin: Origin;
}

/** The ports that speak a protocol which needs a helper, from `modules` and `helpers`. */
export interface HelperPorts {
  readonly helper: HelperDescription;
  readonly ports: readonly number[];
  /** Whether a loadmodule line named the ports. */
  readonly listed: boolean;
  readonly enabled: boolean;
  /** Connections to its ports get it without being asked: FTP always, others when a line or HELPERS names them. */
  readonly automatic: boolean;
  readonly origin?: Origin;
}

/** A helper as the kernel knows it (kernel, net/netfilter/nf_conntrack_*.c). */
export interface HelperDescription extends HelperObject {
  readonly module: string;
  readonly natModule?: string;
  readonly usualPorts: readonly number[];
  /** The module takes a list of ports, by which old kernels give the helper. */
  readonly portsParameter?: boolean;
  /** The IP versions that the kernel has it for; both when absent. */
  readonly versions?: readonly Version[];
}
