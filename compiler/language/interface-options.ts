/** The options of an interface: what each means, and how its value is written (interfaces(5)). */

/** `flag` takes no value or 0/1; `number`, `addresses`, `text` want one. `obsolete` ones are read and do nothing. */
export type OptionKind = 'flag' | 'number' | 'addresses' | 'text' | 'obsolete' | 'later';

/** One option. */
export interface OptionDescription {
  readonly kind: OptionKind;
  readonly doc: string;
  /** What a `text` or a `number` must look like, and in words. */
  readonly shape?: { readonly test: RegExp; readonly wanted: string };
  /** A number may be left out. */
  readonly usual?: true;
  /** What to do instead, where the option asks for something that we do not do. */
  readonly undone?: string;
}

const numberUpTo = (most: 2 | 8) => ({
  test: most === 2 ? /^[0-2]$/ : /^[0-8]$/,
  wanted: `a number from 0 to ${most}`,
});

export const interfaceOptions = {
  tcpflags: { kind: 'flag', doc: 'drop TCP packets with invalid flag combinations; on unless `tcpflags=0`' },
  nosmurfs: { kind: 'flag', doc: 'drop packets with a broadcast or multicast source address' },
  dhcp: { kind: 'flag', doc: 'the interface gets its address by DHCP, or a DHCP server runs on it: DHCP is accepted' },
  routeback: { kind: 'flag', doc: 'packets may leave by the interface on which they arrived (hairpin)' },
  bridge: { kind: 'flag', doc: 'the interface is a bridge; implies `routeback`' },
  physical: {
    kind: 'text',
    shape: { test: /^([\w.@:%-]{1,15}\+?|\+)$/, wanted: 'the name of an interface' },
    doc: 'the kernel name of the interface',
  },
  optional: { kind: 'flag', doc: 'the interface may be missing or down' },
  required: {
    kind: 'flag',
    doc: '`start` and `restart` fail unless the interface is up and has an address; not checked at boot, before the network is up',
  },
  wait: {
    kind: 'number',
    usual: true,
    shape: { test: /^([12]?\d{1,2}|300)$/, wanted: 'a number of seconds up to 300' },
    doc: 'seconds that `start` and `restart` wait for the interface to be up and have an address; 60 when no number is given',
  },
  ignore: { kind: 'flag', doc: 'events of this interface (up, down) are ignored' },
  unmanaged: { kind: 'flag', doc: 'all packets on this interface are accepted; only for interfaces without a zone' },
  loopback: { kind: 'flag', doc: 'the interface is the loopback interface' },
  nets: {
    kind: 'addresses',
    doc: 'only these addresses behind the interface are in the zone; `dynamic` if `ftpwall add` and `delete` change them',
  },
  destonly: { kind: 'flag', doc: 'the zone is only a destination, never a source' },
  sfilter: { kind: 'addresses', doc: 'networks from which no packets may arrive on this interface' },
  rpfilter: { kind: 'flag', doc: 'drop packets whose reply would leave by another interface' },
  routefilter: {
    kind: 'number',
    usual: true,
    shape: numberUpTo(2),
    doc: 'kernel: rp_filter of the interface (0, 1 or 2)',
  },
  logmartians: { kind: 'flag', doc: 'kernel: log packets with impossible addresses (log_martians)' },
  sourceroute: { kind: 'flag', doc: 'kernel: accept source-routed packets' },
  arp_filter: { kind: 'flag', doc: 'kernel: answer ARP only on the interface that leads to the sender (arp_filter)' },
  arp_ignore: {
    kind: 'number',
    usual: true,
    shape: numberUpTo(8),
    doc: 'kernel: arp_ignore of the interface (0 to 8)',
  },
  proxyarp: { kind: 'flag', doc: 'kernel: proxy_arp of the interface' },
  proxyndp: { kind: 'flag', doc: 'kernel: proxy_ndp of the interface' },
  accept_ra: {
    kind: 'number',
    usual: true,
    shape: numberUpTo(2),
    doc: 'kernel: accept_ra of the interface (0, 1 or 2); a router learns its IPv6 default route from advertisements at 2 alone',
  },
  forward: { kind: 'flag', doc: 'kernel: IPv6 forwarding of the interface' },
  maclist: { kind: 'flag', doc: 'only the MAC addresses in `maclist` may open connections' },
  mss: {
    kind: 'number',
    shape: { test: /^\d{3,5}$/, wanted: 'a number of bytes' },
    doc: 'set the maximum segment size of TCP connections through the interface',
  },
  upnp: {
    kind: 'flag',
    undone:
      'leave it out, and write a rule for the ports that the UPnP daemon may redirect: it keeps a table of its own',
    doc: 'without effect: connections that a UPnP daemon redirects are checked by the rules like all others',
  },
  upnpclient: {
    kind: 'flag',
    doc: 'the firewall is a client of a UPnP router behind the interface: UDP from the gateway is accepted',
  },
  nodbl: { kind: 'flag', doc: 'the dynamic blacklist does not apply to this interface' },
  dbl: {
    kind: 'text',
    shape: { test: /^(none|src|dst|src-dst)$/, wanted: '`none`, `src`, `dst` or `src-dst`' },
    doc: 'which addresses the dynamic blacklist checks: `none`, `src`, `dst`, `src-dst`',
  },
  omitanycast: {
    kind: 'flag',
    doc: 'without effect: the kernel knows which addresses are anycast',
  },
  blacklist: { kind: 'obsolete', doc: 'without effect: blacklists apply to all interfaces' },
  norfc1918: { kind: 'obsolete', doc: 'without effect since Shorewall 4.4' },
  detectnets: { kind: 'obsolete', doc: 'without effect; define zones with `nets=` or in `hosts`' },
  nobogons: { kind: 'obsolete', doc: 'without effect since Shorewall 4.4' },
} as const satisfies Record<string, OptionDescription>;

export type InterfaceOptionName = keyof typeof interfaceOptions;

/** What the value of an option lacks, in words; undefined when nothing. */
export function wantedOf(name: InterfaceOptionName, value: string | undefined): string | undefined {
  const { kind, shape, usual }: OptionDescription = interfaceOptions[name];
  if (kind === 'flag') return value === undefined || /^[01]$/.test(value) ? undefined : '0 or 1';
  if (!shape || (usual && value === undefined)) return undefined;
  return shape.test.test(value ?? '') ? undefined : shape.wanted;
}

/** The options of a host group (hosts(5)); each means what it means for an interface. */
export const hostOptions = {
  tcpflags: { kind: 'flag', doc: 'drop TCP packets with invalid flag combinations' },
  nosmurfs: { kind: 'flag', doc: 'drop packets with a broadcast or multicast source address' },
  routeback: { kind: 'flag', doc: 'packets may leave by the interface on which they arrived (hairpin)' },
  maclist: { kind: 'flag', doc: 'only the MAC addresses in `maclist` may open connections' },
  ipsec: { kind: 'flag', doc: 'the hosts are reached through IPsec' },
  broadcast: { kind: 'flag', doc: 'the hosts include the broadcast address' },
  destonly: { kind: 'flag', doc: 'the hosts are only a destination, never a source' },
  sourceonly: { kind: 'flag', doc: 'the hosts are only a source, never a destination' },
  mss: { kind: 'number', doc: 'set the maximum segment size of TCP connections from and to the hosts' },
  blacklist: { kind: 'obsolete', doc: 'without effect: blacklists apply to all interfaces' },
} as const satisfies Record<string, OptionDescription>;

export type HostOptionName = keyof typeof hostOptions;
