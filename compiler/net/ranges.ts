/** Ranges of addresses and of numbers. */
import type { Version } from './version.ts';

/** Addresses from `first` to `last`, both included, as numbers. A prefix is a range; a single address has both equal. */
export interface AddressRange {
  readonly version: Version;
  readonly first: bigint;
  readonly last: bigint;
}

/** Numbers from `first` to `last`, both included: ports, user ids, packet lengths. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}
