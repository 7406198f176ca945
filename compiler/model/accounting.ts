/** Accounting: what is counted, by lines in chains. */
import type { AddressRange } from '../net/ranges.ts';
import type { Origin } from '../source.ts';
import type { Log } from './log.ts';
import type { Traffic } from './traffic.ts';

/** Where packets are counted first. `all`: those to, through and from the firewall alike, without sections. */
export type AccountingHook = 'all' | 'prerouting' | 'input' | 'output' | 'forward' | 'postrouting';

export type AccountingAction =
  | { readonly kind: 'count' | 'done' }
  /** Into another chain, counting where `counts`. */
  | { readonly kind: 'chain'; readonly chain: string }
  /** For each address of the network: what it sent and what it was sent. */
  | { readonly kind: 'addresses'; readonly table: string; readonly network: AddressRange }
  /** Under a name of its own. */
  | { readonly kind: 'named'; readonly names: readonly string[] }
  | { readonly kind: 'log'; readonly log: Log };

export interface AccountingRule {
  /** The chain that the line stands in: of a hook, or one that lines name. */
  readonly chain: string;
  readonly traffic: Traffic;
  readonly action: AccountingAction;
  readonly remark?: string;
  readonly origin: Origin;
}

export interface Accounting {
  /** The chains that packets meet first, by their hook. */
  readonly entries: readonly { readonly hook: AccountingHook; readonly chain: string }[];
  readonly rules: readonly AccountingRule[];
}
