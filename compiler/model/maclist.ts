/** MAC addresses of the file maclist. */
import type { Version } from '../net/version.ts';
import type { Origin } from '../source.ts';
import type { Interface } from './interface.ts';
import type { Log } from './log.ts';
import type { HostMatch } from './traffic.ts';

/** A line of `maclist`. */
export interface MacEntry {
  readonly action: 'accept' | 'drop' | 'reject';
  /** The audit system is told. */
  readonly audit: boolean;
  readonly interface: Interface;
  /** Who is recognised: by a hardware address, by IP addresses, or by both. */
  readonly hosts: HostMatch;
  readonly log?: Log;
  readonly versions: readonly Version[];
  /** The text of ?COMMENT. */
  readonly remark?: string;
  readonly origin: Origin;
}
