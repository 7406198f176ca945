/** Which packets a line is about. */

import type { Match } from '../ir/ruleset.ts';
import type { InterfacePattern } from '../net/interface.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import type { Rate } from '../net/rate.ts';
import type { Version } from '../net/version.ts';
import type { NamedSet, SetMatch } from './sets.ts';

/** Addresses that a column names. An absent list means: all. Lists hold both versions; `sets` are named sets. */
export interface HostMatch {
  readonly interface?: InterfacePattern;
  /** Any interface but `interface`. */
  readonly otherInterface?: true;
  readonly ranges?: readonly AddressRange[];
  readonly except: readonly AddressRange[];
  readonly macs: readonly string[];
  /** The sender has none of `macs`. */
  readonly macsNegated?: true;
  readonly sets: readonly SetMatch[];
  /** Addresses known only when the firewall runs: a set that is filled on start. */
  readonly runtime?: RuntimeAddress;
}

/** `&eth0`: the address of an interface, `%eth0`: its gateway. Lives in a set. */
export interface RuntimeAddress {
  readonly kind: 'address' | 'gateway';
  readonly interface: string;
  readonly negated?: true;
}

/** One alternative of PROTO, DPORT and SPORT. All conditions that are there must hold. */
export interface ProtocolMatch {
  readonly protocol?: number;
  readonly negated: boolean;
  readonly syn?: boolean;
  readonly dports?: PortMatch;
  readonly sports?: PortMatch;
  /** Either port is in `dports`. */
  readonly either: boolean;
  readonly icmp?: {
    readonly version: Version;
    readonly negated: boolean;
    readonly types: readonly { readonly type: number; readonly code?: number }[];
  };
}

/** Ports as they were listed: an item that is a single port has equal ends, even beside its neighbour. */
export interface PortMatch {
  readonly negated: boolean;
  readonly ranges: readonly NumberRange[];
  readonly set?: NamedSet;
}

/** How often: for all together, or for each address of one side cut to `prefix` bits. */
export interface RateLimit {
  readonly rate: Rate;
  readonly each?: { readonly side: 'source' | 'dest'; readonly prefix?: number; readonly name: string };
}

export interface ConnectionLimit {
  readonly side: 'source' | 'dest';
  readonly count: number;
  readonly over: boolean;
  readonly prefix?: number;
}

/** Which packets a rule is about. What is absent does not matter. */
export interface Traffic {
  readonly source?: HostMatch;
  readonly dest?: HostMatch;
  readonly protocols: readonly ProtocolMatch[];
  readonly originalDest?: HostMatch;
  readonly rates: readonly RateLimit[];
  readonly connectionLimit?: ConnectionLimit;
  /** Conditions that the ir can say directly: users, marks, time, headers, raw matches. */
  readonly conditions: readonly Match[];
  /** The helper that the connection's master must have (section RELATED). */
  readonly ofHelper?: string;
  /** Events that are asked or told, in order; only the last one is told. */
  readonly events?: readonly EventUse[];
  readonly versions: readonly Version[];
}

/** How often an address was seen: at least `hits` times, within the last `seconds` when they are given. */
export interface EventQuestion {
  readonly hits: number;
  readonly seconds?: number;
}

/** What a rule asks of the memory of an event, and what it tells it once all its conditions hold. */
export interface EventUse {
  readonly event: string;
  readonly side: 'source' | 'dest';
  readonly asks?: EventQuestion;
  readonly effect?: 'record' | 'forget';
}
