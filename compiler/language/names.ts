/** Names that mean something everywhere: zone types, targets, helpers, ICMP types, log levels. */

import type { HelperDescription } from '../model/conntrack.ts';
import type { ConnectionEvent } from '../net/state.ts';

/** The types of zones (zones(5)); `versions` tells which families a zone of the type holds. */
export const zoneTypes = {
  firewall: { kind: 'firewall', versions: [4, 6], ipsec: false },
  ip: { kind: 'network', versions: [4, 6], ipsec: false },
  '-': { kind: 'network', versions: [4, 6], ipsec: false },
  ipv4: { kind: 'network', versions: [4], ipsec: false },
  ipv6: { kind: 'network', versions: [6], ipsec: false },
  ipsec: { kind: 'network', versions: [4, 6], ipsec: true },
  ipsec4: { kind: 'network', versions: [4], ipsec: true },
  ipsec6: { kind: 'network', versions: [6], ipsec: true },
  bport: { kind: 'network', versions: [4, 6], ipsec: false, ports: true },
  bport4: { kind: 'network', versions: [4], ipsec: false, ports: true },
  bport6: { kind: 'network', versions: [6], ipsec: false, ports: true },
  loopback: { kind: 'loopback', versions: [4, 6], ipsec: false },
  local: { kind: 'local', versions: [4, 6], ipsec: false },
  vserver: { kind: 'vserver', versions: [4, 6], ipsec: false },
} as const;

/** Words that no zone may have as its name. */
export const reservedZoneNames: readonly string[] = ['all', 'any', 'none', 'SOURCE', 'DEST'];

/** The verbs that refuse what comes from an address. */
export const refusingVerbs = ['drop', 'reject', 'logdrop', 'logreject'] as const;

export type RefusingVerb = (typeof refusingVerbs)[number];

/** The list of the addresses of such a verb, by the name under which it is shown and kept. */
export function dynamicList(verb: RefusingVerb, version: 4 | 6): string {
  return `dynamic-${verb}-${version}`;
}

/** The map of nftables that holds these lists: each address leads to the chain of its verb. */
export function dynamicMap(version: 4 | 6): string {
  return `dynamic-${version}`;
}

/** The lists that are in one map with this one; a list in a set of its own is alone. */
export function listsBeside(list: string): readonly string[] {
  return listsInMaps.find((lists) => lists.includes(list)) ?? [list];
}

const listsInMaps = ([4, 6] as const).map((version) => refusingVerbs.map((verb) => dynamicList(verb, version)));

/** The chain of nftables that refuses as the verb does. No pair of zones has a name like it: it has two hyphens. */
export function refusingChain(verb: RefusingVerb): string {
  return `refused-by-${verb}`;
}

/** The set of nftables that says whether a switch is turned away from its initial value. */
export function switchSet(name: string, initiallyOn: boolean): string {
  return initiallyOn ? `switch-${name}-off` : `switch-${name}`;
}

/** The set of nftables that BLACKLIST and `ftpwall blacklist` fill. */
export function blacklistSet(version: 4 | 6): string {
  return `blacklist-${version}`;
}

/** The set of nftables that holds what `open` lets through: source, destination, protocol and port. */
export function openedSet(version: 4 | 6): string {
  return `opened-${version}`;
}

/** The set of nftables that holds the sources alone of what `open` lets through: one field is asked sooner than four. */
export function openedSourcesSet(version: 4 | 6): string {
  return `opened-sources-${version}`;
}

/** The hosts of a dynamic zone on an interface, or on all of them; the set of nftables has the IP version behind it. */
export function dynamicZoneSet(zone: string, interfaceName?: string): string {
  return interfaceName === undefined
    ? `zone-${zone}`
    : `zone-${zone}-${interfaceName.replace(/[^A-Za-z0-9_.-]/g, '_')}`;
}

/**
 * The events of connections by the names of Shorewall, as nftables calls them (shorewall-conntrack(5), ctevents; nft(8));
 * `unreadable` ones nft lists by a word that it does not take back.
 */
export const trackingEvents = {
  new: 'new',
  related: 'related',
  destroy: 'destroy',
  reply: 'reply',
  assured: 'assured',
  protoinfo: 'protoinfo',
  natseqinfo: 'seqadj',
  helper: 'unreadable',
  mark: 'unreadable',
  secmark: 'unreadable',
} as const satisfies Record<string, ConnectionEvent | 'unreadable'>;

/** The helpers of the kernel: their protocol, module, usual port, and IP versions when not both (net/netfilter/nf_conntrack_*.c, Linux 6.18). */
export const helperTable = {
  ftp: {
    type: 'ftp',
    protocol: 'tcp',
    module: 'nf_conntrack_ftp',
    natModule: 'nf_nat_ftp',
    usualPorts: [21],
    portsParameter: true,
  },
  irc: {
    versions: [4],
    type: 'irc',
    protocol: 'tcp',
    module: 'nf_conntrack_irc',
    natModule: 'nf_nat_irc',
    usualPorts: [6667],
    portsParameter: true,
  },
  tftp: {
    type: 'tftp',
    protocol: 'udp',
    module: 'nf_conntrack_tftp',
    natModule: 'nf_nat_tftp',
    usualPorts: [69],
    portsParameter: true,
  },
  sip: {
    type: 'sip',
    protocol: 'udp',
    module: 'nf_conntrack_sip',
    natModule: 'nf_nat_sip',
    usualPorts: [5060],
    portsParameter: true,
  },
  amanda: {
    type: 'amanda',
    protocol: 'udp',
    module: 'nf_conntrack_amanda',
    natModule: 'nf_nat_amanda',
    usualPorts: [10080],
  },
  snmp: {
    versions: [4],
    type: 'snmp',
    protocol: 'udp',
    module: 'nf_conntrack_snmp',
    natModule: 'nf_nat_snmp_basic',
    usualPorts: [161],
  },
  'netbios-ns': {
    versions: [4],
    type: 'netbios-ns',
    protocol: 'udp',
    module: 'nf_conntrack_netbios_ns',
    usualPorts: [137],
  },
  sane: { type: 'sane', protocol: 'tcp', module: 'nf_conntrack_sane', usualPorts: [6566], portsParameter: true },
  pptp: {
    versions: [4],
    type: 'pptp',
    protocol: 'tcp',
    module: 'nf_conntrack_pptp',
    natModule: 'nf_nat_pptp',
    usualPorts: [1723],
  },
  'Q.931': {
    type: 'Q.931',
    protocol: 'tcp',
    module: 'nf_conntrack_h323',
    natModule: 'nf_nat_h323',
    usualPorts: [1720],
  },
  RAS: { type: 'RAS', protocol: 'udp', module: 'nf_conntrack_h323', natModule: 'nf_nat_h323', usualPorts: [1719] },
} as const satisfies Record<string, Omit<HelperDescription, 'name'>>;

export type HelperName = keyof typeof helperTable;

/** Which helper a module of `modules` or `helpers` stands for, by the part of its name behind the prefixes. */
export const helperOfModule: Readonly<Record<string, readonly HelperName[]>> = {
  ftp: ['ftp'],
  irc: ['irc'],
  tftp: ['tftp'],
  sip: ['sip'],
  amanda: ['amanda'],
  snmp: ['snmp'],
  snmp_basic: ['snmp'],
  netbios_ns: ['netbios-ns'],
  sane: ['sane'],
  pptp: ['pptp'],
  h323: ['Q.931', 'RAS'],
};

/** The names of helpers in the setting HELPERS (shorewall.conf(5)); any of them may end in `-0`. */
export function helpersNamed(name: string): readonly HelperName[] {
  const bare = name.trim().replace(/-0$/, '');
  if (Object.hasOwn(helperTable, bare)) return [bare as HelperName];
  return helperOfModule[bare.toLowerCase()] ?? [];
}

/** syslog levels by name and number (syslog(3)). */
export const logLevels = {
  emerg: 'emerg',
  panic: 'emerg',
  alert: 'alert',
  crit: 'crit',
  err: 'err',
  error: 'err',
  warn: 'warn',
  warning: 'warn',
  notice: 'notice',
  info: 'info',
  debug: 'debug',
  '0': 'emerg',
  '1': 'alert',
  '2': 'crit',
  '3': 'err',
  '4': 'warn',
  '5': 'notice',
  '6': 'info',
  '7': 'debug',
} as const;

/** ICMP types and codes by the names that Shorewall takes (RFC 792, iptables-extensions(8)). */
export const icmpTypes: Readonly<Record<string, readonly [type: number, code?: number]>> = {
  any: [255],
  'echo-reply': [0],
  pong: [0],
  'destination-unreachable': [3],
  'network-unreachable': [3, 0],
  'host-unreachable': [3, 1],
  'protocol-unreachable': [3, 2],
  'port-unreachable': [3, 3],
  'fragmentation-needed': [3, 4],
  'source-route-failed': [3, 5],
  'network-unknown': [3, 6],
  'host-unknown': [3, 7],
  'network-prohibited': [3, 9],
  'host-prohibited': [3, 10],
  'tos-network-unreachable': [3, 11],
  'tos-host-unreachable': [3, 12],
  'communication-prohibited': [3, 13],
  'host-precedence-violation': [3, 14],
  'precedence-cutoff': [3, 15],
  'source-quench': [4],
  redirect: [5],
  'network-redirect': [5, 0],
  'host-redirect': [5, 1],
  'tos-network-redirect': [5, 2],
  'tos-host-redirect': [5, 3],
  'echo-request': [8],
  ping: [8],
  'router-advertisement': [9],
  'router-solicitation': [10],
  'time-exceeded': [11],
  'ttl-exceeded': [11],
  'ttl-zero-during-transit': [11, 0],
  'ttl-zero-during-reassembly': [11, 1],
  'parameter-problem': [12],
  'ip-header-bad': [12, 0],
  'required-option-missing': [12, 1],
  'timestamp-request': [13],
  'timestamp-reply': [14],
  'address-mask-request': [17],
  'address-mask-reply': [18],
};

/** ICMPv6 types and codes by name (RFC 4443, RFC 4861, ip6tables-extensions(8)). */
export const icmpv6Types: Readonly<Record<string, readonly [type: number, code?: number]>> = {
  'destination-unreachable': [1],
  'no-route': [1, 0],
  'communication-prohibited': [1, 1],
  'address-unreachable': [1, 3],
  'port-unreachable': [1, 4],
  'packet-too-big': [2],
  'time-exceeded': [3],
  'ttl-exceeded': [3],
  'ttl-zero-during-transit': [3, 0],
  'ttl-zero-during-reassembly': [3, 1],
  'parameter-problem': [4],
  'bad-header': [4, 0],
  'unknown-header-type': [4, 1],
  'unknown-option': [4, 2],
  'echo-request': [128],
  ping: [128],
  'echo-reply': [129],
  pong: [129],
  'router-solicitation': [133],
  'router-advertisement': [134],
  'neighbour-solicitation': [135],
  'neighbor-solicitation': [135],
  'neighbour-advertisement': [136],
  'neighbor-advertisement': [136],
  redirect: [137],
};

/** Numbers of the protocols that rules speak of by name (IANA protocol numbers). */
export const protocolNumbers = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  ospf: 89,
  vrrp: 112,
  l2tp: 115,
  sctp: 132,
  udplite: 136,
} as const satisfies Readonly<Record<string, number>>;

/** Numbers of ports that people write into PROTO, with the protocols that they are there (IANA, Protocol Numbers). */
export const protocolsLikePorts: ReadonlyMap<number, string | undefined> = new Map([
  [20, 'hmp'],
  [21, 'prm'],
  [22, 'xns-idp'],
  [23, 'trunk-1'],
  [25, 'leaf-1'],
  [37, 'ddp'],
  [43, 'ipv6-route'],
  [49, 'bna'],
  [53, 'swipe'],
  [69, 'sat-mon'],
  [79, 'wb-expak'],
  [80, 'iso-ip'],
  [110, 'compaq-peer'],
  [119, 'srp'],
  [123, 'ptp'],
  [137, 'mpls-in-ip'],
  [138, 'manet'],
  [139, 'hip'],
  [143, 'ethernet'],
  [161, undefined],
  [179, undefined],
  [194, undefined],
]);

/** Protocols that have ports. */
export const protocolsWithPorts: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

/** The states of connection tracking, as users spell them (also behind `--ctstate`) and as nft does. */
export const connectionStates: Readonly<Record<string, 'new' | 'established' | 'related' | 'invalid' | 'untracked'>> = {
  NEW: 'new',
  ESTABLISHED: 'established',
  RELATED: 'related',
  INVALID: 'invalid',
  UNTRACKED: 'untracked',
};
