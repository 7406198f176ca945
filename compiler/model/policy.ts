/** Policies. */
import type { Queue } from '../ir/ruleset.ts';
import type { Version } from '../net/version.ts';
import type { Origin } from '../source.ts';
import type { Log } from './log.ts';
import type { ActionCall } from './rule.ts';
import type { ConnectionLimit, RateLimit } from './traffic.ts';
import type { ZonePair } from './zone.ts';

/** The decision for connections of a pair of zones that no rule decided. */
export interface Policy {
  readonly source: string;
  readonly dest: string;
  /** The zones as the line names them, `all` for several: all pairs that it decides share its limits. */
  readonly written?: ZonePair;
  readonly verdict: PolicyVerdict;
  readonly log?: Log;
  /** `DROP:audit`: the audit system is told. */
  readonly audit?: true;
  readonly defaults: readonly ActionCall[];
  readonly rate?: readonly RateLimit[];
  readonly connectionLimit?: ConnectionLimit;
  /** The line of the policy file, or of a zone for the one that nobody wrote. */
  readonly origin: Origin;
  readonly implicit: boolean;
  /** The IP versions that it decides for; a pair may have another policy for the other one. */
  readonly versions: readonly Version[];
}

/** The decisions for packets of no zone, where a policy for `all` says so: one, or one for each IP version. */
export interface Fallbacks {
  readonly input: readonly Policy[];
  readonly forward: readonly Policy[];
  readonly output: readonly Policy[];
}

export type PolicyVerdict = { readonly kind: 'accept' | 'drop' | 'reject' | 'continue' | 'none' | 'blacklist' } | Queue;
