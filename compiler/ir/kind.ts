/** What an entry of the tables `matches/` and `statements/` holds, and what its functions are told. */

import type { NumberRange } from '../net/ranges.ts';
import type { Version } from '../net/version.ts';
import type { KeyValue } from './elements.ts';
import type { Box, Extent } from './fields.ts';
import type { FrameTable, Match, NftSet, RejectWith, Ruleset, Statement, Verdict } from './ruleset.ts';
import type { Situation } from './situation.ts';

/** What the text of a match or statement depends on: the family of its table, and the IP version its rule is about. */
export interface PrintContext {
  readonly family: (Ruleset | FrameTable)['family'];
  /** Known when a match of the same rule decides it, or when the table holds one version. */
  readonly version?: Version;
  /**
   * Several parts of the transport header must each differ from one value. nft 1.0.6 joins `sport != 1 dport != 2` to
   * one comparison, which then holds when either differs (measured; 1.1.3 does not); it does not join ranges.
   */
  readonly differences?: true;
}

/** The member of the union for one kind. */
export type MatchOf<K extends Match['kind']> = KindOf<Match, K>;
export type StatementOf<K extends Statement['kind']> = KindOf<Statement, K>;

type KindOf<Union, K> = Union extends { readonly kind: infer Kinds }
  ? K extends Kinds
    ? Union & { readonly kind: K }
    : never
  : never;

/** All about one kind of match. */
export interface MatchKind<M> {
  /** In the syntax of nft, or nothing when the match holds for every packet. */
  print(match: M, context: PrintContext): string;
  /** The packets for which it holds. `sets` are those of its ruleset. All that compares matches is derived from it. */
  extent(match: M, sets: ReadonlyMap<string, NftSet>): Extent;
  /** Whether it holds for a packet, where the extent does not tell. */
  test?(match: M, situation: Situation): boolean;
  /** Whether it has a memory, so that the order and number of packets matter. */
  readonly stateful?: true;
  /** Whether nobody but nft knows when it holds. */
  readonly opaque?: true;
}

/** What a statement tells the rule it stands in: where the packet goes on; `break` ends the rule and takes the next. */
export type Outcome = Verdict | { readonly kind: 'reject'; readonly with: RejectWith } | { readonly kind: 'break' };

/** What a translation changes: one end of the packet. Ranges are those that the new value must lie in. */
export interface Change {
  readonly direction: 'dnat' | 'snat';
  readonly address?: { readonly first: bigint; readonly last: bigint };
  readonly ports?: NumberRange;
}

/** The walk of a packet, as far as statements change it. */
export interface Walk {
  readonly situation: Situation;
  log(prefix: string): void;
  mark(target: 'connection' | 'packet', mask: number, value: number): void;
  /** Bits of the traffic class, or the hop limit. */
  setField(field: 'trafficClass' | 'hopLimit', mask: number, value: number): void;
  attach(object: string): void;
  untrack(): void;
  translate(change: Change): void;
  changeSet(set: string, operation: 'add' | 'update' | 'delete', key: readonly KeyValue[]): void;
}

/** All about one kind of statement. */
export interface StatementKind<S> {
  print(statement: S, context: PrintContext): string;
  /** A condition that nft puts before the rule: where it does not hold, nothing of the rule runs. */
  requires?(statement: S): Box;
  /** What must hold when the statement is reached: else the rule ends there, and the next one follows. */
  needs?(statement: S): Box;
  /** What it does to a packet; nothing returned means that the next statement follows. */
  run(statement: S, walk: Walk): Outcome | undefined;
  /** Whether nobody but nft knows what it does to the fate of a packet. */
  isOpaque?(statement: S): boolean;
}
