/** What the firewall is promised to do. */
import type { Origin, Span } from '../source.ts';
import type { Traffic } from './traffic.ts';
import type { ZonePair } from './zone.ts';

/** What must happen to packets; `deny`: they are dropped or rejected. */
export type Promised = 'accept' | 'drop' | 'reject' | 'deny';

/** A line of `assertions`, or the part of it with one source and one destination. */
export interface Assertion {
  readonly promised: Promised;
  readonly pairs: readonly ZonePair[];
  readonly traffic: Traffic;
  /** The cell that names what is promised. */
  readonly place: Span;
  readonly origin: Origin;
}
