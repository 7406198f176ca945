/**
 * Every setting of ftpwall.conf and shorewall.conf: its kind, what an ftpwall directory and a Shorewall directory take
 * when it is left out, and what it means. The two columns of defaults differ often: Shorewall's code has other
 * defaults than the file that Shorewall ships (shorewall.conf(5), Config.pm of 5.2.8).
 */

import type { RejectWith } from '../ir/ruleset.ts';
import type { LogTarget } from '../net/log.ts';
import type { ConnectionState } from '../net/state.ts';
import type { MarkLayout } from './mark-layout.ts';

/** How the value is read. */
export type SettingKind = 'yesNo' | 'text' | 'logLevel' | 'disposition' | 'actions';

/** What a setting bears on. `later` ones belong to routing and shaping; `operational` ones do not change a packet's fate. */
export type SettingRole = 'filter' | 'nat' | 'helpers' | 'language' | 'system' | 'later' | 'operational';

/** One setting. `ftpwall` is our own default where it differs from the shipped one; `shipped6` is that of shorewall6. */
export interface SettingDescription {
  readonly kind: SettingKind;
  readonly role: SettingRole;
  readonly shipped: string;
  readonly unset: string;
  readonly shipped6?: string;
  readonly ftpwall?: string;
  /** The values there are, where they are few words. */
  readonly values?: readonly string[];
  /** The IP versions may have another value each, between `?IF __IPV4` and `?ENDIF`. */
  readonly byVersion?: true;
  readonly doc: string;
}

export const settings = {
  FAMILY: {
    kind: 'text',
    role: 'filter',
    values: ['both', 'ipv4', 'ipv6'],
    shipped: 'both',
    unset: 'ipv4',
    doc: 'which IP versions are compiled: ipv4, ipv6 or both; the other one is dropped except on lo (ftpwall.conf only)',
  },
  FOLD: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'Yes: rules are combined into verdict maps with the same verdicts, counters and log lines, so that the cost of a packet does not grow with the number of rules; No: one nftables rule for each rule (ftpwall.conf only)',
  },
  RELATED: {
    kind: 'text',
    role: 'filter',
    values: ['strict'],
    shipped: 'strict',
    unset: '',
    doc: 'strict: a RELATED connection is accepted only if the helper of an accepted connection announced it; disposition: RELATED_DISPOSITION decides (ftpwall.conf only)',
  },
  OUTSIDE_ZONES: {
    kind: 'text',
    role: 'filter',
    values: ['drop', 'policy'],
    shipped: 'drop',
    unset: 'policy',
    doc: 'drop: traffic outside all zone pairs is dropped; policy: the policy for `all` applies, except to hairpin traffic on interfaces without `routeback` (ftpwall.conf only)',
  },
  NEIGHBOUR_DISCOVERY: {
    kind: 'text',
    role: 'filter',
    values: ['accept', 'rules'],
    shipped: 'accept',
    unset: 'accept',
    doc: 'accept: neighbour, router and multicast listener discovery of IPv6 are accepted before all rules; rules: they are for rules and policies, as in firewalls that list them themselves (ftpwall.conf only)',
  },
  FTPS_PORTS: {
    kind: 'text',
    role: 'helpers',
    shipped: '21',
    unset: '21',
    doc: 'the control ports that the macro FTPS opens (ftpwall.conf only)',
  },
  FTPS_PASSIVE: {
    kind: 'text',
    role: 'helpers',
    shipped: '',
    unset: '',
    doc: 'the passive range of servers with TLS, as `10000:10100`; the macro FTPS opens it (ftpwall.conf only)',
  },
  STARTUP_ENABLED: {
    kind: 'yesNo',
    role: 'operational',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'No: the firewall can be checked and compiled, but not loaded',
  },
  VERBOSITY: { kind: 'text', role: 'operational', shipped: '1', unset: '', doc: 'default console verbosity -1..2' },
  PAGER: { kind: 'text', role: 'operational', shipped: '', unset: '', doc: 'pager program for show/dump output' },
  FIREWALL: {
    kind: 'text',
    role: 'operational',
    shipped: '',
    unset: '',
    doc: 'address of the default remote firewall for remote-* commands',
  },
  LOG_LEVEL: {
    kind: 'logLevel',
    role: 'filter',
    shipped: 'info',
    unset: 'info',
    byVersion: true,
    doc: 'value of $LOG_LEVEL, the default syslog level',
  },
  BLACKLIST_LOG_LEVEL: {
    kind: 'logLevel',
    role: 'filter',
    shipped: '',
    unset: '',
    doc: 'level for packets dropped by blacklist rules/dynamic chains',
  },
  INVALID_LOG_LEVEL: {
    kind: 'logLevel',
    role: 'filter',
    shipped: '',
    unset: '',
    doc: 'level for INVALID packets (forces an INVALID chain)',
  },
  LOG_BACKEND: {
    kind: 'text',
    role: 'operational',
    shipped: '',
    unset: '',
    doc: 'kernel log backend: LOG, ULOG or netlink',
  },
  LOG_MARTIANS: {
    kind: 'text',
    role: 'system',
    values: ['Yes', 'No', 'Keep'],
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'log_martians sysctl for interfaces without logmartians option',
  },
  LOG_VERBOSITY: {
    kind: 'text',
    role: 'operational',
    shipped: '2',
    unset: '',
    doc: 'verbosity written to STARTUP_LOG',
  },
  LOG_ZONE: {
    kind: 'text',
    role: 'filter',
    values: ['both', 'src', 'dst'],
    shipped: 'Both',
    unset: 'both',
    doc: 'zone part of log chain name: src, dst or both',
  },
  LOGALLNEW: {
    kind: 'text',
    role: 'filter',
    shipped: '',
    unset: '',
    doc: 'log every NEW packet at each hook, for debugging',
  },
  LOGFILE: {
    kind: 'text',
    role: 'operational',
    shipped: '/var/log/messages',
    unset: '/var/log/messages',
    doc: 'file read by show log, logwatch, hits',
  },
  LOGFORMAT: {
    kind: 'text',
    role: 'filter',
    shipped: '%s %s ',
    unset: 'Shorewall:%s:%s:',
    ftpwall: 'ftpwall %s %s %s ',
    doc: 'the prefix of log lines: the first `%s` is the zone pair or chain, the second the verdict, the third (ftpwall only) the configuration line; at most 127 bytes',
  },
  LOGTAGONLY: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'No',
    unset: 'No',
    doc: 'log tag replaces chain name (chain,disposition) in prefix',
  },
  LOGLIMIT: {
    kind: 'text',
    role: 'filter',
    shipped: 's:1/sec:10',
    unset: '',
    doc: 'rate limit on all log rules; s:/d: per-IP hashlimit',
  },
  MACLIST_LOG_LEVEL: {
    kind: 'logLevel',
    role: 'filter',
    shipped: '$LOG_LEVEL',
    unset: '',
    byVersion: true,
    doc: 'level for maclist rejects',
  },
  RELATED_LOG_LEVEL: {
    kind: 'logLevel',
    role: 'filter',
    shipped: '',
    unset: '',
    doc: 'level for RELATED packets (forces a + chain)',
  },
  RPFILTER_LOG_LEVEL: {
    kind: 'logLevel',
    role: 'filter',
    shipped: '$LOG_LEVEL',
    unset: 'info',
    byVersion: true,
    doc: 'level for rpfilter drops',
  },
  SFILTER_LOG_LEVEL: {
    kind: 'logLevel',
    role: 'filter',
    shipped: '$LOG_LEVEL',
    unset: 'info',
    byVersion: true,
    doc: 'level for sfilter drops',
  },
  SMURF_LOG_LEVEL: {
    kind: 'logLevel',
    role: 'filter',
    shipped: '$LOG_LEVEL',
    unset: '',
    byVersion: true,
    doc: 'level for smurf drops',
  },
  STARTUP_LOG: {
    kind: 'text',
    role: 'operational',
    shipped: '/var/log/shorewall-init.log',
    unset: '',
    doc: 'log file of start/reload messages',
  },
  TCP_FLAGS_LOG_LEVEL: {
    kind: 'logLevel',
    role: 'filter',
    shipped: '$LOG_LEVEL',
    unset: '',
    byVersion: true,
    doc: 'level for bad TCP flag combinations',
  },
  UNTRACKED_LOG_LEVEL: { kind: 'logLevel', role: 'filter', shipped: '', unset: '', doc: 'level for UNTRACKED packets' },
  ARPTABLES: { kind: 'text', role: 'operational', shipped: '', unset: '', doc: 'arptables binary (v4 only)' },
  CONFIG_PATH: {
    kind: 'text',
    role: 'operational',
    shipped: ':${CONFDIR}/shorewall:${SHAREDIR}/shorewall',
    unset: '',
    doc: "colon list of directories searched for config files; leading ':' excludes the -d directory",
  },
  GEOIPDIR: {
    kind: 'text',
    role: 'operational',
    shipped: '/usr/share/xt_geoip/LE',
    unset: '/usr/share/xt_geoip/LE',
    doc: 'geoip database directory (validates country codes)',
  },
  IPTABLES: {
    kind: 'text',
    role: 'operational',
    shipped: '',
    unset: '',
    doc: 'iptables binary',
  },
  IP6TABLES: { kind: 'text', role: 'operational', shipped: '', unset: '', doc: 'ip6tables binary' },
  IP: { kind: 'text', role: 'operational', shipped: '', unset: '', doc: 'ip binary' },
  IPSET: { kind: 'text', role: 'operational', shipped: '', unset: 'ipset', doc: 'ipset binary' },
  LOCKFILE: { kind: 'text', role: 'operational', shipped: '', unset: '', doc: 'mutex file' },
  MODULESDIR: {
    kind: 'text',
    role: 'helpers',
    shipped: '',
    unset: '',
    doc: 'without effect: modules are found by modprobe',
  },
  NFACCT: { kind: 'text', role: 'operational', shipped: '', unset: '', doc: 'nfacct binary' },
  PATH: {
    kind: 'text',
    role: 'operational',
    shipped: '/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/bin:/usr/local/sbin',
    unset: '',
    doc: 'PATH used while compiling/running',
  },
  PERL: {
    kind: 'text',
    role: 'operational',
    shipped: '/usr/bin/perl',
    unset: '/usr/bin/perl',
    doc: 'perl binary running the compiler',
  },
  RESTOREFILE: {
    kind: 'text',
    role: 'operational',
    shipped: 'restore',
    unset: 'restore',
    doc: 'name of the default save/restore script',
  },
  SHOREWALL_SHELL: {
    kind: 'text',
    role: 'operational',
    shipped: '/bin/sh',
    unset: '/bin/sh',
    doc: 'shell that evaluates params and runs the script',
  },
  SUBSYSLOCK: {
    kind: 'text',
    role: 'operational',
    shipped: '',
    unset: '',
    doc: 'subsystem lock file touched while running',
  },
  TC: { kind: 'text', role: 'operational', shipped: '', unset: '', doc: 'tc binary' },
  ACCEPT_DEFAULT: {
    kind: 'actions',
    role: 'filter',
    shipped: 'none',
    unset: 'none',
    byVersion: true,
    doc: 'action list run before an ACCEPT policy',
  },
  BLACKLIST_DEFAULT: {
    kind: 'actions',
    role: 'filter',
    shipped: 'Broadcast(DROP),Multicast(DROP),dropNotSyn:$LOG_LEVEL,dropInvalid:$LOG_LEVEL,DropDNSrep:$LOG_LEVEL',
    unset: 'none',
    shipped6:
      'AllowICMPs,Broadcast(DROP),Multicast(DROP),dropNotSyn:$LOG_LEVEL,dropInvalid:$LOG_LEVEL,DropDNSrep:$LOG_LEVEL',
    byVersion: true,
    doc: 'action list run before a BLACKLIST policy',
  },
  DROP_DEFAULT: {
    kind: 'actions',
    role: 'filter',
    shipped: 'Broadcast(DROP),Multicast(DROP)',
    unset: 'none',
    shipped6: 'AllowICMPs,Broadcast(DROP),Multicast(DROP)',
    ftpwall: 'AllowICMPv6,Broadcast(DROP),Multicast(DROP)',
    byVersion: true,
    doc: 'action list run before a DROP policy',
  },
  NFQUEUE_DEFAULT: {
    kind: 'actions',
    role: 'filter',
    shipped: 'none',
    unset: 'none',
    byVersion: true,
    doc: 'action list run before an NFQUEUE policy',
  },
  QUEUE_DEFAULT: {
    kind: 'actions',
    role: 'filter',
    shipped: 'none',
    unset: 'none',
    byVersion: true,
    doc: 'action list run before a QUEUE policy',
  },
  REJECT_DEFAULT: {
    kind: 'actions',
    role: 'filter',
    shipped: 'Broadcast(DROP),Multicast(DROP)',
    unset: 'none',
    shipped6: 'AllowICMPs,Broadcast(DROP),Multicast(DROP)',
    ftpwall: 'AllowICMPv6,Broadcast(DROP),Multicast(DROP)',
    byVersion: true,
    doc: 'action list run before a REJECT policy',
  },
  RCP_COMMAND: {
    kind: 'text',
    role: 'operational',
    shipped: "'scp ${files} ${root}@${system}:${destination}'",
    unset: 'scp ...',
    doc: 'copy command for remote-* verbs',
  },
  RSH_COMMAND: {
    kind: 'text',
    role: 'operational',
    shipped: "'ssh ${root}@${system} ${command}'",
    unset: 'ssh ...',
    doc: 'shell command for remote-* verbs',
  },
  ACCOUNTING: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'No: the file `accounting` is ignored',
  },
  ACCOUNTING_TABLE: {
    kind: 'text',
    role: 'later',
    shipped: 'filter',
    unset: 'filter',
    doc: 'table for accounting rules: filter or mangle',
  },
  ADD_IP_ALIASES: {
    kind: 'yesNo',
    role: 'system',
    shipped: 'No',
    unset: 'Yes',
    doc: 'without effect: ftpwall adds no addresses to interfaces; use the network configuration',
  },
  ADD_SNAT_ALIASES: {
    kind: 'yesNo',
    role: 'system',
    shipped: 'No',
    unset: 'No',
    doc: 'without effect, as ADD_IP_ALIASES',
  },
  ADMINISABSENTMINDED: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'Yes',
    unset: 'No',
    doc: 'when stopped: keep established connections and all output',
  },
  AUTOCOMMENT: {
    kind: 'yesNo',
    role: 'operational',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'comment macro-generated rules with the macro name',
  },
  AUTOHELPERS: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'No',
    unset: 'Yes',
    ftpwall: 'Yes',
    doc: 'stock conntrack file attaches all helpers on standard ports',
  },
  AUTOMAKE: {
    kind: 'yesNo',
    role: 'operational',
    shipped: 'Yes',
    unset: 'No',
    doc: 'recompile only when a config file is newer',
  },
  BALANCE_PROVIDERS: { kind: 'text', role: 'later', shipped: 'No', unset: '', doc: 'providers balance by default' },
  BASIC_FILTERS: {
    kind: 'yesNo',
    role: 'later',
    shipped: 'No',
    unset: 'No',
    doc: 'use tc basic filters rather than u32',
  },
  BLACKLIST: {
    kind: 'text',
    role: 'filter',
    shipped: 'NEW,INVALID,UNTRACKED',
    unset: 'NEW,ESTABLISHED,INVALID,UNTRACKED',
    doc: 'states to which blrules and dynamic blacklist apply; ALL for every state',
  },
  CLAMPMSS: {
    kind: 'text',
    role: 'filter',
    values: ['Yes', 'No'],
    shipped: 'No',
    unset: 'No',
    doc: 'clamp forwarded TCP MSS: Yes=path MTU, or number',
  },
  CLEAR_TC: { kind: 'yesNo', role: 'later', shipped: 'Yes', unset: 'Yes', doc: 'delete existing tc config on start' },
  COMPLETE: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'No',
    unset: 'No',
    doc: 'traffic outside all zones is dropped',
  },
  DEFER_DNS_RESOLUTION: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'without effect: names are resolved when the configuration is compiled',
  },
  DELETE_THEN_ADD: {
    kind: 'yesNo',
    role: 'later',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'delete routes before adding instead of replace',
  },
  DETECT_DNAT_IPADDRS: {
    kind: 'yesNo',
    role: 'nat',
    shipped: 'No',
    unset: 'No',
    doc: "DNAT without ORIGDEST matches only the zone's interface addresses",
  },
  DISABLE_IPV6: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'No',
    unset: 'No',
    doc: 'drop all IPv6 traffic via ip6tables',
  },
  DOCKER: {
    kind: 'yesNo',
    role: 'nat',
    shipped: 'No',
    unset: 'No',
    doc: 'without effect: rules of Docker are never changed; declare its networks as zones, see ftpwall-docker(7)',
  },
  DOCKER_BRIDGE: { kind: 'text', role: 'nat', shipped: 'docker0', unset: 'docker0', doc: 'without effect, as DOCKER' },
  DONT_LOAD: {
    kind: 'text',
    role: 'helpers',
    shipped: '',
    unset: '',
    doc: 'comma list of kernel modules never loaded',
  },
  DYNAMIC_BLACKLIST: {
    kind: 'text',
    role: 'filter',
    values: ['Yes', 'No', 'ipset', 'ipset-only'],
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'yes/No or ipset[-only][,opts][:set[:level[:tag]]] blacklist',
  },
  EXPAND_POLICIES: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'Yes',
    unset: 'No',
    doc: 'without effect: each pair of zones has its own policy, and logs name the pair',
  },
  EXPORTMODULES: {
    kind: 'yesNo',
    role: 'helpers',
    shipped: 'Yes',
    unset: 'No',
    doc: 'without effect: the script names the modules that its rules need',
  },
  FASTACCEPT: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'No',
    unset: 'No',
    doc: 'accept ESTABLISHED(,RELATED) early in option chains, before blrules etc.',
  },
  FORWARD_CLEAR_MARK: {
    kind: 'yesNo',
    role: 'later',
    shipped: '',
    unset: 'Yes',
    doc: 'clear marks in FORWARD before shaping',
  },
  HELPERS: {
    kind: 'text',
    role: 'helpers',
    shipped: '',
    unset: '',
    doc: 'comma list of enabled conntrack helpers; none disables',
  },
  IGNOREUNKNOWNVARIABLES: {
    kind: 'yesNo',
    role: 'language',
    shipped: 'No',
    unset: 'Yes',
    doc: 'undefined $VAR expands empty instead of error',
  },
  IMPLICIT_CONTINUE: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'No',
    unset: 'No',
    doc: 'sub-zones get CONTINUE policies to/from all implicitly',
  },
  IPSET_WARNINGS: {
    kind: 'yesNo',
    role: 'operational',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'warn when a referenced ipset does not exist',
  },
  IP_FORWARDING: {
    kind: 'text',
    role: 'system',
    values: ['On', 'Off', 'Keep'],
    shipped: 'Keep',
    unset: 'On',
    byVersion: true,
    doc: 'ip_forward: On, Off or Keep',
  },
  KEEP_RT_TABLES: {
    kind: 'yesNo',
    role: 'later',
    shipped: 'No',
    unset: 'No',
    doc: 'do not rewrite /etc/iproute2/rt_tables',
  },
  MACLIST_TABLE: {
    kind: 'text',
    role: 'filter',
    shipped: 'filter',
    unset: 'filter',
    doc: 'without effect: both values block the same packets',
  },
  MACLIST_TTL: {
    kind: 'text',
    role: 'filter',
    shipped: '',
    unset: '',
    doc: 'without effect: every new connection is checked',
  },
  MANGLE_ENABLED: { kind: 'yesNo', role: 'later', shipped: 'Yes', unset: 'Yes', doc: 'generate mangle rules at all' },
  MARK_IN_FORWARD_CHAIN: {
    kind: 'yesNo',
    role: 'later',
    shipped: 'No',
    unset: 'No',
    doc: 'default mangle chain is FORWARD, not PREROUTING',
  },
  MINIUPNPD: {
    kind: 'yesNo',
    role: 'nat',
    shipped: 'No',
    unset: 'No',
    doc: 'without effect, like the interface option `upnp`',
  },
  MULTICAST: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'No',
    unset: 'No',
    doc: 'policies skip multicast destinations (RETURN)',
  },
  MUTEX_TIMEOUT: { kind: 'text', role: 'operational', shipped: '60', unset: '60', doc: 'seconds to wait for the lock' },
  NULL_ROUTE_RFC1918: {
    kind: 'text',
    role: 'later',
    values: ['No', 'Yes', 'blackhole', 'unreachable', 'prohibit'],
    shipped: 'No',
    unset: 'No',
    doc: 'routes for unused private networks: Yes, blackhole, unreachable or prohibit',
  },
  OPTIMIZE: {
    kind: 'text',
    role: 'operational',
    shipped: 'All',
    unset: '0',
    doc: 'without effect: FOLD decides whether rules become maps',
  },
  OPTIMIZE_ACCOUNTING: {
    kind: 'yesNo',
    role: 'operational',
    shipped: 'No',
    unset: 'No',
    doc: 'include accounting chains in optimisation',
  },
  PERL_HASH_SEED: {
    kind: 'text',
    role: 'operational',
    shipped: '0',
    unset: '0',
    doc: 'perl hash seed (reproducible order)',
  },
  REJECT_ACTION: {
    kind: 'text',
    role: 'filter',
    shipped: '',
    unset: '',
    doc: 'the action that REJECT uses; empty: no answer to broadcasts, a reset for TCP, ICMP for the rest',
  },
  RENAME_COMBINED: {
    kind: 'yesNo',
    role: 'operational',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'name merged chains ~combN',
  },
  REQUIRE_INTERFACE: {
    kind: 'yesNo',
    role: 'system',
    shipped: 'No',
    unset: 'No',
    doc: 'start only when one of the optional interfaces is usable',
  },
  RESTART: {
    kind: 'text',
    role: 'operational',
    shipped: 'restart',
    unset: 'reload',
    doc: 'meaning of restart: reload or stop/start',
  },
  RESTORE_DEFAULT_ROUTE: {
    kind: 'yesNo',
    role: 'later',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'restore the default route when all providers are down',
  },
  RESTORE_ROUTEMARKS: {
    kind: 'yesNo',
    role: 'later',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'restore routing marks in PREROUTING/OUTPUT',
  },
  RETAIN_ALIASES: {
    kind: 'yesNo',
    role: 'system',
    shipped: 'No',
    unset: 'No',
    doc: 'without effect, as ADD_IP_ALIASES',
  },
  ROUTE_FILTER: {
    kind: 'text',
    role: 'filter',
    values: ['Yes', 'No', '1', '2', 'Keep'],
    shipped: 'Yes',
    unset: 'No',
    doc: 'rp_filter default for interfaces without routefilter; on suppresses sfilter',
  },
  SAVE_ARPTABLES: { kind: 'yesNo', role: 'operational', shipped: 'No', unset: 'No', doc: "save arptables with 'save'" },
  SAVE_IPSETS: {
    kind: 'text',
    role: 'operational',
    shipped: 'No',
    unset: 'No',
    doc: 'save/restore ipsets: Yes, No, ipv4 or list',
  },
  TC_ENABLED: {
    kind: 'text',
    role: 'later',
    values: ['Internal', 'Simple', 'Shared', 'Yes', 'No'],
    shipped: 'Internal',
    unset: 'Internal',
    doc: 'traffic shaping: No, Yes(script), Internal, Simple, Shared',
  },
  TC_EXPERT: { kind: 'yesNo', role: 'later', shipped: 'No', unset: 'No', doc: 'lift restrictions on marks in mangle' },
  TC_PRIOMAP: {
    kind: 'text',
    role: 'later',
    shipped: '2 3 3 3 2 3 1 1 2 2 2 2 2 2 2 2',
    unset: '',
    doc: 'map of TOS to bands for simple shaping',
  },
  TRACK_PROVIDERS: {
    kind: 'yesNo',
    role: 'later',
    shipped: 'Yes',
    unset: 'Yes',
    doc: "all providers have 'track' unless notrack",
  },
  TRACK_RULES: {
    kind: 'yesNo',
    role: 'operational',
    shipped: 'No',
    unset: 'No',
    doc: 'comment/record the file:line of each rule',
  },
  USE_DEFAULT_RT: {
    kind: 'yesNo',
    role: 'later',
    shipped: 'Yes',
    unset: 'No',
    doc: 'main routing table before provider tables',
  },
  USE_NFLOG_SIZE: {
    kind: 'yesNo',
    role: 'filter',
    shipped: 'No',
    unset: 'No',
    doc: 'without effect: the size in `NFLOG(group,size)` is how much of a packet is copied',
  },
  USE_PHYSICAL_NAMES: {
    kind: 'yesNo',
    role: 'operational',
    shipped: 'No',
    unset: 'No',
    doc: 'chain names use physical interface names',
  },
  USE_RT_NAMES: { kind: 'yesNo', role: 'later', shipped: 'No', unset: 'No', doc: 'use table names in ip rule/route' },
  VERBOSE_MESSAGES: {
    kind: 'yesNo',
    role: 'operational',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'show ?INFO/?WARNING context',
  },
  WARNOLDCAPVERSION: {
    kind: 'yesNo',
    role: 'operational',
    shipped: 'Yes',
    unset: 'Yes',
    doc: 'warn on old capabilities file',
  },
  WORKAROUNDS: {
    kind: 'yesNo',
    role: 'operational',
    shipped: 'No',
    unset: 'Yes',
    doc: 'work around old iptables bugs',
  },
  ZERO_MARKS: {
    kind: 'yesNo',
    role: 'later',
    shipped: 'No',
    unset: 'No',
    doc: 'zero marks at the start of PREROUTING',
  },
  ZONE2ZONE: { kind: 'text', role: 'filter', shipped: '-', unset: '-', doc: "separator in chain names: '-' or '2'" },
  BLACKLIST_DISPOSITION: {
    kind: 'disposition',
    role: 'filter',
    shipped: 'DROP',
    unset: 'DROP',
    doc: 'disposition of BLACKLIST/blacklog (A_)DROP or REJECT',
  },
  INVALID_DISPOSITION: {
    kind: 'disposition',
    role: 'filter',
    shipped: 'CONTINUE',
    unset: 'CONTINUE',
    ftpwall: 'DROP',
    doc: 'what happens to INVALID after the INVALID section',
  },
  MACLIST_DISPOSITION: {
    kind: 'disposition',
    role: 'filter',
    shipped: 'REJECT',
    unset: 'REJECT',
    byVersion: true,
    doc: 'unlisted MAC: ACCEPT, DROP, REJECT',
  },
  RELATED_DISPOSITION: {
    kind: 'disposition',
    role: 'filter',
    shipped: 'ACCEPT',
    unset: 'ACCEPT',
    doc: 'RELATED after its section: ACCEPT/DROP/REJECT/CONTINUE',
  },
  RPFILTER_DISPOSITION: {
    kind: 'disposition',
    role: 'filter',
    shipped: 'DROP',
    unset: 'DROP',
    byVersion: true,
    doc: 'disposition of rpfilter failures',
  },
  SMURF_DISPOSITION: {
    kind: 'disposition',
    role: 'filter',
    shipped: 'DROP',
    unset: 'DROP',
    byVersion: true,
    doc: 'disposition of smurfs',
  },
  SFILTER_DISPOSITION: {
    kind: 'disposition',
    role: 'filter',
    shipped: 'DROP',
    unset: 'DROP',
    byVersion: true,
    doc: 'disposition of sfilter hits',
  },
  TCP_FLAGS_DISPOSITION: {
    kind: 'disposition',
    role: 'filter',
    shipped: 'DROP',
    unset: 'DROP',
    byVersion: true,
    doc: 'disposition of tcpflags hits',
  },
  UNTRACKED_DISPOSITION: {
    kind: 'disposition',
    role: 'filter',
    shipped: 'CONTINUE',
    unset: 'CONTINUE',
    doc: 'UNTRACKED after its section',
  },
  TC_BITS: { kind: 'text', role: 'later', shipped: '', unset: '8', doc: 'mark bits for shaping' },
  PROVIDER_BITS: { kind: 'text', role: 'later', shipped: '', unset: '8', doc: 'mark bits for providers' },
  PROVIDER_OFFSET: { kind: 'text', role: 'later', shipped: '', unset: '0', doc: 'bit offset of provider marks' },
  MASK_BITS: {
    kind: 'text',
    role: 'filter',
    shipped: '',
    unset: '8',
    doc: 'how many bits of a mark are compared if MARK has no mask; a larger value is compared with all bits',
  },
  ZONE_BITS: { kind: 'text', role: 'later', shipped: '0', unset: '0', doc: 'mark bits for zone marks' },
} as const satisfies Record<string, SettingDescription>;

export type SettingName = keyof typeof settings;

/** What became of an older setting. */
export interface OldSetting {
  /** Shorewall 5.2 refuses it. */
  readonly fatal: boolean;
  /** The setting of today; empty when there is none. */
  readonly instead: string;
  /** The value of today for each older one; `same` when every value stays as it is. */
  readonly when: Readonly<Record<string, string>> | 'same';
  /** Older settings whose values make that of today together, `:` between them, in this order. */
  readonly joined?: readonly string[];
}

const logLimit = { fatal: true, instead: 'LOGLIMIT', when: 'same', joined: ['LOGRATE', 'LOGBURST'] } as const;

/** Settings that `shorewall update` removes or renames (Config.pm of 5.2.8): what to say of them. */
export const oldSettings = {
  AUTO_COMMENT: { fatal: false, instead: 'AUTOCOMMENT', when: 'same' },
  BLACKLIST_LOGLEVEL: { fatal: false, instead: 'BLACKLIST_LOG_LEVEL', when: 'same' },
  BLACKLISTNEWONLY: { fatal: true, instead: 'BLACKLIST', when: { Yes: 'NEW,INVALID,UNTRACKED', No: 'ALL' } },
  LOGRATE: logLimit,
  LOGBURST: logLimit,
  WIDE_TC_MARKS: { fatal: true, instead: 'MASK_BITS', when: { Yes: '16', No: '8' } },
  HIGH_ROUTE_MARKS: { fatal: true, instead: 'PROVIDER_OFFSET', when: { Yes: '8', No: '0' } },
  LOAD_HELPERS_ONLY: { fatal: false, instead: '', when: {} },
  MAPOLDACTIONS: { fatal: false, instead: '', when: {} },
  MODULE_SUFFIX: { fatal: false, instead: '', when: {} },
  CHAIN_SCRIPTS: { fatal: false, instead: '', when: {} },
  IPSECFILE: { fatal: false, instead: '', when: {} },
  INLINE_MATCHES: { fatal: false, instead: '', when: {} },
  LEGACY_FASTSTART: { fatal: false, instead: '', when: {} },
  EXPORTPARAMS: { fatal: false, instead: '', when: {} },
  BRIDGING: { fatal: false, instead: '', when: {} },
  DYNAMIC_ZONES: { fatal: false, instead: '', when: {} },
  PKTTYPE: { fatal: false, instead: '', when: {} },
  RFC1918_STRICT: { fatal: false, instead: '', when: {} },
  SAVE_COUNTERS: { fatal: false, instead: '', when: {} },
  FASTSTART: { fatal: false, instead: '', when: {} },
  NFQUEUE_OPTIONS: { fatal: false, instead: '', when: {} },
  RFC1918_LOG_LEVEL: { fatal: false, instead: '', when: {} },
  DELAYBLACKLISTLOAD: { fatal: false, instead: '', when: {} },
  FAST_STOP: { fatal: false, instead: '', when: {} },
  SHOREWALL_COMPILER: { fatal: false, instead: '', when: {} },
  USE_ACTIONS: { fatal: false, instead: '', when: {} },
  LEGACY_RESTART: { fatal: false, instead: 'RESTART', when: { Yes: 'reload', No: 'restart' } },
} as const satisfies Record<string, OldSetting>;

/** What is known of a setting under an older name; undefined when there was none. */
export function oldSetting(name: string): OldSetting | undefined {
  const table: Readonly<Record<string, OldSetting>> = oldSettings;
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** What a disposition setting asks for. */
export type Disposition = (
  | { readonly kind: 'accept' | 'drop' | 'continue' }
  | { readonly kind: 'reject'; readonly with?: RejectWith }
) & {
  /** `A_DROP` and its kin: the audit system is told. */
  readonly audit?: true;
};

/** DYNAMIC_BLACKLIST, read. */
export interface DynamicBlacklist {
  /** `drop`, `reject`, `logdrop`, `logreject`, `allow`, `open` and `close` can be used. */
  readonly commands: boolean;
  /** What `blacklist` and BLACKLIST put addresses into. */
  readonly set?: {
    readonly name?: string;
    /** Destinations are looked for too. */
    readonly both: boolean;
    /** Packets of any state are refused. */
    readonly disconnect: boolean;
    /** Seconds; 0 for ever. */
    readonly timeout: number;
    /** Each packet begins the time anew. */
    readonly refreshed: boolean;
    readonly log?: LogTarget;
  };
}

/** The settings that change a packet's fate, read. */
export interface Settings {
  readonly flavour: 'ftpwall' | 'shorewall' | 'shorewall6';
  readonly strictRelated: boolean;
  /** What is of no pair of zones is dropped, and established connections may turn back at an interface. */
  readonly closedOutsideZones: boolean;
  /** Discovery of IPv6 is accepted before all rules, without which a machine has no IPv6. */
  readonly acceptsDiscovery: boolean;
  readonly related: Disposition;
  readonly invalid: Disposition;
  readonly untracked: Disposition;
  readonly relatedLog?: LogTarget;
  readonly invalidLog?: LogTarget;
  readonly untrackedLog?: LogTarget;
  readonly smurfs: { readonly disposition: Disposition; readonly log?: LogTarget };
  readonly tcpFlags: { readonly disposition: Disposition; readonly log?: LogTarget };
  readonly sfilter: { readonly disposition: Disposition; readonly log?: LogTarget };
  readonly rpfilter: { readonly disposition: Disposition; readonly log?: LogTarget };
  readonly maclist: { readonly disposition: Disposition; readonly log?: LogTarget };
  readonly blacklist: {
    readonly disposition: Disposition;
    readonly log?: LogTarget;
    readonly states: readonly ('new' | 'established' | 'related' | 'invalid' | 'untracked')[];
  };
  readonly logFormat: string;
  readonly logZone: 'src' | 'dst' | 'both';
  readonly logTagOnly: boolean;
  readonly logLimit?: {
    readonly each?: 'source' | 'dest';
    readonly count: number;
    readonly per: 'second' | 'minute' | 'hour' | 'day';
    readonly burst: number;
  };
  readonly logAllNew?: LogTarget;
  readonly autoHelpers: boolean;
  readonly routeFilter: string;
  readonly logMartians: string;
  readonly adminIsAbsentMinded: boolean;
  readonly clampMss?: number | 'path';
  readonly implicitContinue: boolean;
  readonly fastAccept: boolean;
  /** Whether runs of rules become verdict maps. */
  readonly fold: boolean;
  /** COMPLETE: what is of no zone is dropped, and interfaces without one are closed. */
  readonly complete: boolean;
  readonly detectDnatAddresses: boolean;
  readonly multicast: boolean;
  readonly zoneSeparator: '-' | '2';
  /** Where the files lie that tell countries' addresses. */
  readonly countryFolder: string;
  readonly leaveIpv6Alone: boolean;
  readonly dynamicBlacklist: DynamicBlacklist;
  /** The passive range of FTPS as written; empty when there is none. */
  readonly ftpsPassive: string;
  /** Without one of the optional interfaces the firewall does not start (REQUIRE_INTERFACE). */
  readonly requireInterface: boolean;
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
    readonly mode: 'no' | 'script' | 'internal' | 'simple' | 'shared';
    /** The band, from 1, of each priority from 0 to 15 (TC_PRIOMAP). */
    readonly bands: readonly number[];
  };
  /** Accounting sees packets before marks are restored (ACCOUNTING_TABLE=mangle). */
  readonly accountsEarly: boolean;
}

/** Routes to nowhere (ip-route(8)). */
export type NullRoute = 'blackhole' | 'unreachable' | 'prohibit';

/** FASTACCEPT: the states that are accepted before everything else (shorewall.conf(5)). */
export function fastStates({ fastAccept, strictRelated, related, relatedLog }: Settings): readonly ConnectionState[] {
  if (!fastAccept) return [];
  return related.kind === 'accept' && !relatedLog && !strictRelated ? ['established', 'related'] : ['established'];
}
