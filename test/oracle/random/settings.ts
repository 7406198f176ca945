/** Settings at random, of those that change what a packet may do. */
import type { Version } from '../../../compiler/net/version.ts';
import type { Dice } from './dice.ts';

const values: Readonly<Record<string, readonly string[]>> = {
  FASTACCEPT: ['Yes'],
  BLACKLIST_LOG_LEVEL: ['info'],
  BLACKLIST: ['ALL', 'NEW', 'NEW,INVALID,UNTRACKED', 'NEW,ESTABLISHED', ''],
  BLACKLIST_DISPOSITION: ['DROP', 'REJECT', 'A_DROP'],
  RELATED_DISPOSITION: ['ACCEPT', 'DROP', 'REJECT', 'CONTINUE', 'A_ACCEPT'],
  INVALID_DISPOSITION: ['CONTINUE', 'DROP', 'REJECT', 'A_DROP'],
  UNTRACKED_DISPOSITION: ['CONTINUE', 'DROP', 'REJECT', 'ACCEPT'],
  RELATED_LOG_LEVEL: ['info'],
  INVALID_LOG_LEVEL: ['info'],
  UNTRACKED_LOG_LEVEL: ['info'],
  CLAMPMSS: ['Yes', '1400'],
  IMPLICIT_CONTINUE: ['Yes'],
  SFILTER_DISPOSITION: ['REJECT', 'A_DROP'],
  RPFILTER_DISPOSITION: ['A_DROP'],
  TCP_FLAGS_DISPOSITION: ['REJECT', 'A_DROP'],
  SMURF_DISPOSITION: ['A_DROP'],
  MACLIST_DISPOSITION: ['ACCEPT', 'DROP', 'A_REJECT'],
  MACLIST_LOG_LEVEL: ['', 'info'],
  SFILTER_LOG_LEVEL: ['', 'debug'],
  SMURF_LOG_LEVEL: ['', 'debug'],
  TCP_FLAGS_LOG_LEVEL: [''],
  DROP_DEFAULT: ['none', 'Broadcast(DROP)', 'dropInvalid', 'Multicast(DROP),NotSyn(DROP)'],
  REJECT_DEFAULT: ['none', 'Broadcast(DROP),dropNotSyn'],
  ACCEPT_DEFAULT: ['dropInvalid'],
  DYNAMIC_BLACKLIST: ['No', 'Yes'],
  AUTOHELPERS: ['Yes', 'No'],
  LOGLIMIT: ['', '3/sec:8'],
  LOGALLNEW: ['info'],
  COMPLETE: ['Yes'],
  ZONE2ZONE: ['2'],
  USE_PHYSICAL_NAMES: ['Yes'],
  TRACK_RULES: ['Yes'],
  MINIUPNPD: ['Yes'],
  MACLIST_TABLE: ['mangle'],
  BLACKLIST_DEFAULT: ['none', 'dropNotSyn,dropInvalid', 'AllowICMPs,Broadcast(DROP)'],
  LOG_ZONE: ['src', 'dst'],
  LOGTAGONLY: ['Yes'],
  ZERO_MARKS: ['Yes'],
  RPFILTER_LOG_LEVEL: ['', 'info'],
  RESTORE_ROUTEMARKS: ['No'],
  IP_FORWARDING: ['Keep'],
  EXPORTMODULES: ['No'],
};

const valuesOf4: Readonly<Record<string, readonly string[]>> = {
  ROUTE_FILTER: ['No', 'No', 'No', 'Keep', 'Yes'],
  DISABLE_IPV6: ['Yes'],
  MULTICAST: ['Yes'],
  NULL_ROUTE_RFC1918: ['Yes'],
  ADD_IP_ALIASES: ['Yes', 'No'],
  LOG_MARTIANS: ['No', 'Keep'],
  DETECT_DNAT_IPADDRS: ['Yes'],
};

/** `blacklist` says that there will be blacklists: with them Shorewall's `sfilter` meets nothing (README.md). */
export function settingsAtRandom(dice: Dice, version: Version, blacklist: boolean): readonly string[] {
  const lines = Object.entries({ ...values, ...(version === 4 ? valuesOf4 : {}) }).flatMap(([name, each]) =>
    dice.chance(name === 'ROUTE_FILTER' ? 0.5 : 0.06) ? [`${name}="${dice.one(each)}"`] : [],
  );
  // There is no refusal in that table.
  if (lines.includes('MACLIST_TABLE="mangle"')) lines.push('MACLIST_DISPOSITION="DROP"');
  // What its optimizer makes of a rule for `all` is not what the rule says (README.md).
  return [...lines, ...(blacklist && version === 4 ? ['ROUTE_FILTER=Yes'] : []), 'OPTIMIZE=0'];
}
