/** The settings, read: what rows of `language/settings.ts` give as they are, and what several of them make together. */
import type { MarkLayout } from '../language/mark-layout.ts';
import type { Disposition, NullRoute } from '../language/setting-values.ts';
import type { GivenSettings, SettingValues } from '../language/settings.ts';
import type { LogTarget } from '../net/log.ts';
import type { ConnectionState } from '../net/state.ts';

/** What is done with packets that a check finds, and how it is logged. */
export interface Refusal {
  readonly disposition: Disposition;
  readonly log?: LogTarget;
}

/** The settings that change a packet's fate. */
export type Settings = GivenSettings & MadeSettings;

/** What the settings say together. */
export interface MadeSettings {
  readonly flavour: 'ftpwall' | 'shorewall' | 'shorewall6';
  readonly strictRelated: boolean;
  /** Traffic outside all zone pairs is dropped, and established connections are accepted within an interface (OUTSIDE_ZONES). */
  readonly closedOutsideZones: boolean;
  /** Discovery of IPv6 is accepted before all rules, without which a machine has no IPv6. */
  readonly acceptsDiscovery: boolean;
  readonly smurfs: Refusal;
  readonly tcpFlags: Refusal;
  readonly sfilter: Refusal;
  readonly rpfilter: Refusal;
  readonly maclist: Refusal;
  readonly blacklist: Refusal & { readonly states: readonly ConnectionState[] };
  /** A Shorewall folder leaves IPv6 as it is (DISABLE_IPV6=No). */
  readonly leaveIpv6Alone: boolean;
  /** The bits that a mark without a mask is compared in (MASK_BITS). */
  readonly markMask: number;
  readonly marks: MarkLayout;
  readonly marking: {
    /** Packets with the mark of a provider see the marks of `mangle`, too (TC_EXPERT). */
    readonly expert: boolean;
    /** Marks are set where packets are forwarded, unless a line says otherwise (MARK_IN_FORWARD_CHAIN). */
    readonly inForward: boolean;
    /** The mark of the provider is taken from packets once they are routed (FORWARD_CLEAR_MARK). */
    readonly clearInForward: boolean;
    /** Also a connection without provider gives its mark to the packet (RESTORE_ROUTEMARKS). */
    readonly restoreAlways: boolean;
    /** Packets begin without a mark (ZERO_MARKS). */
    readonly zero: boolean;
  };
  readonly routing: {
    /** Whether providers have `track`, and `balance`, unless they say otherwise. */
    readonly track: boolean;
    readonly balance: boolean;
    /** Specific routes of the main table come before all rules of ours (USE_DEFAULT_RT). */
    readonly mainFirst: boolean;
    /** Without any balanced provider the default route of the main table counts (RESTORE_DEFAULT_ROUTE). */
    readonly mainLast: boolean;
    /** What packets to unused private networks meet (NULL_ROUTE_RFC1918). */
    readonly nullRoute?: NullRoute;
  };
  readonly shaping: {
    readonly mode: SettingValues['TC_ENABLED'];
    /** The band, from 1, of each priority from 0 to 15 (TC_PRIOMAP). */
    readonly bands: readonly number[];
  };
  /** Accounting sees packets before marks are restored (ACCOUNTING_TABLE=mangle). */
  readonly accountsEarly: boolean;
}

/** FASTACCEPT: the states that are accepted before everything else (shorewall.conf(5)). */
export function fastStates({ fastAccept, strictRelated, related, relatedLog }: Settings): readonly ConnectionState[] {
  if (!fastAccept) return [];
  return related.kind === 'accept' && !relatedLog && !strictRelated ? ['established', 'related'] : ['established'];
}
