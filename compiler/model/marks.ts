/** Lines of `mangle`: what is done to packets on their way, besides letting them through or not. */
import type { Match, Statement } from '../ir/ruleset.ts';
import type { Version } from '../net/version.ts';
import type { Origin } from '../source.ts';
import type { Log } from './log.ts';
import type { RuleAction } from './rule.ts';
import type { Traffic } from './traffic.ts';

/** Where on its way a packet meets a line; `proxy` is behind all other lines of `prerouting`. */
export type MangleHook = 'prerouting' | 'proxy' | 'input' | 'forward' | 'output' | 'postrouting';

/** One thing that a line does, to packets of one IP version where it says so. */
export interface MangleChange {
  readonly version?: Version;
  readonly conditions: readonly Match[];
  readonly statements: readonly Statement[];
}

export type MangleAction =
  /** What lines of `rules` do, too. */
  | { readonly kind: 'rule'; readonly action: RuleAction }
  | { readonly kind: 'changes'; readonly changes: readonly MangleChange[] }
  /** The bits of the mask go from the packet to its connection, or back. */
  | { readonly kind: 'copy'; readonly to: 'connection' | 'packet'; readonly mask: number }
  /** The hop limit grows or shrinks; it stays between 0 and 255. */
  | { readonly kind: 'hops'; readonly version: Version; readonly step: number }
  /** Connections of one address that follow within so many seconds take the provider of the first. */
  | { readonly kind: 'same'; readonly seconds: number }
  /** The lines of an action. */
  | { readonly kind: 'call'; readonly chain: string; readonly lines: readonly MangleLine[] };

/** A line without the place where it acts. */
export interface MangleLine {
  readonly traffic: Traffic;
  readonly action: MangleAction;
  readonly log?: Log;
  readonly remark?: string;
  readonly origin: Origin;
}

export interface MangleRule extends MangleLine {
  readonly hook: MangleHook;
  /** Only the first packet of a connection meets it: a line of a nat chain. */
  readonly first: boolean;
}
