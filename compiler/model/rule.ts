/** Rules, and actions that they call. */

import type { Queue, RejectWith } from '../ir/ruleset.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import type { ConnectionState } from '../net/state.ts';
import type { Origin } from '../source.ts';
import type { Log } from './log.ts';
import type { NamedSet, SetSide } from './sets.ts';
import type { RuntimeAddress, Traffic } from './traffic.ts';
import type { ZonePair } from './zone.ts';

/** The server of a DNAT: where connections go instead. */
export interface NatServer {
  readonly addresses?: AddressRange;
  readonly runtime?: RuntimeAddress;
  readonly ports?: NumberRange;
  readonly random: boolean;
}

/** What a rule does. */
export type RuleAction =
  | { readonly kind: 'accept' | 'drop' | 'continue' | 'count' | 'log' | 'return' }
  | { readonly kind: 'reject'; readonly with?: RejectWith }
  | Queue
  | { readonly kind: 'dnat'; readonly server: NatServer; readonly natOnly: boolean }
  | { readonly kind: 'redirect'; readonly ports?: NumberRange; readonly random: boolean; readonly natOnly: boolean }
  | { readonly kind: 'noNat'; readonly accept: boolean }
  | { readonly kind: 'call'; readonly call: ActionCall }
  | {
      readonly kind: 'changeSet';
      readonly operation: 'add' | 'update' | 'delete';
      readonly set: NamedSet;
      readonly fields: readonly SetSide[];
      readonly timeout?: number;
    }
  | { readonly kind: 'mark'; readonly target: 'connection' | 'packet'; readonly mask: number; readonly value: number }
  | { readonly kind: 'helperOnly' }
  /** Words of nft(8): conditions and changes, and the verdict behind them. Without one the next rule decides. */
  | { readonly kind: 'raw'; readonly before: string; readonly verdict?: string };

/** The state a line of `rules` is written for. */
export type RuleSection = 'ALL' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED' | 'NEW';

/** A line of `rules` or `blrules` after macros: what happens to which packets between which zones. */
export interface Rule {
  readonly section: RuleSection;
  readonly pairs: readonly ZonePair[];
  readonly traffic: Traffic;
  readonly action: RuleAction;
  readonly log?: Log;
  /** The helper that accepted connections get: named in HELPER, or by the list of ports. */
  readonly helper?: string;
  /** Ports that speak a helper's protocol, of those the rule lets through; computed by the port lists. */
  readonly blacklist: boolean;
  readonly audit: boolean;
  /** The text of ?COMMENT. */
  readonly remark?: string;
  readonly origin: Origin;
}

/** A rule inside an action: no zones, its packets are those that the chain is called for. */
export interface ActionRule {
  readonly traffic: Traffic;
  readonly action: RuleAction;
  readonly log?: Log;
  readonly helper?: string;
  readonly audit: boolean;
  readonly origin: Origin;
}

/** An action with its parameters: becomes a chain. Calls with equal `name` share one. */
export interface ActionCall {
  /** What log lines call it: the action's own name. */
  readonly name: string;
  /** The name of the chain: made of the action's name and parameters. */
  readonly chain: string;
  /** The states that the action is about, when it says so (`Invalid` …). */
  readonly states?: readonly ConnectionState[];
  /** Some of its lines translate: connections come to it before routing, too. */
  readonly translates?: true;
  readonly rules: readonly ActionRule[];
  readonly origin: Origin;
}
