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
  tcpflags: { kind: 'flag', doc: 'drop TCP packets with impossible combinations of flags; on unless `tcpflags=0`' },
  nosmurfs: { kind: 'flag', doc: 'drop packets that have a broadcast or multicast address as their source' },
  dhcp: { kind: 'flag', doc: 'the interface gets its address by DHCP, or a DHCP server answers on it' },
  routeback: { kind: 'flag', doc: 'packets may leave by the interface by which they came' },
  bridge: { kind: 'flag', doc: 'the interface is a bridge; implies `routeback`' },
  physical: {
    kind: 'text',
    shape: { test: /^([\w.@:%-]{1,15}\+?|\+)$/, wanted: 'the name of an interface' },
    doc: 'the name that the kernel knows the interface by',
  },
  optional: { kind: 'flag', doc: 'the interface need not exist' },
  required: {
    kind: 'flag',
    doc: 'unless the interface is up and has an address, `start` and `restart` change nothing; rules loaded at boot come before the network',
  },
  wait: {
    kind: 'number',
    usual: true,
    shape: { test: /^([12]?\d{1,2}|300)$/, wanted: 'a number of seconds up to 300' },
    doc: 'seconds that `start` and `restart` wait for the interface to be up and have an address; 60 when no number is given',
  },
  ignore: { kind: 'flag', doc: 'events of the interface change nothing' },
  unmanaged: { kind: 'flag', doc: 'everything is accepted on this interface; only without a zone' },
  loopback: { kind: 'flag', doc: 'the interface is the loopback interface' },
  nets: {
    kind: 'addresses',
    doc: 'only these hosts behind the interface belong to the zone; `dynamic` when they come and go',
  },
  destonly: { kind: 'flag', doc: 'the zone behind it is reached but never a source' },
  sfilter: { kind: 'addresses', doc: 'networks that cannot come from this interface' },
  rpfilter: { kind: 'flag', doc: 'drop packets whose answer would leave by another interface' },
  routefilter: {
    kind: 'number',
    usual: true,
    shape: numberUpTo(2),
    doc: 'kernel: rp_filter of the interface (0, 1 or 2)',
  },
  logmartians: { kind: 'flag', doc: 'kernel: log packets with impossible addresses' },
  sourceroute: { kind: 'flag', doc: 'kernel: accept source-routed packets' },
  arp_filter: { kind: 'flag', doc: 'kernel: answer ARP only by the interface that leads to the asker' },
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
  maclist: { kind: 'flag', doc: 'only the hardware addresses of `maclist` may speak' },
  mss: {
    kind: 'number',
    shape: { test: /^\d{3,5}$/, wanted: 'a number of bytes' },
    doc: 'clamp the segment size of TCP connections through the interface',
  },
  upnp: {
    kind: 'flag',
    undone:
      'leave it out, and write a rule for the ports that the UPnP daemon may redirect: it keeps a table of its own',
    doc: 'without effect: what a UPnP daemon redirects meets the rules, as all else does',
  },
  upnpclient: {
    kind: 'flag',
    doc: 'the firewall is a client of a UPnP router behind the interface: UDP from the gateway is accepted',
  },
  nodbl: { kind: 'flag', doc: 'the dynamic blacklist does not hold on this interface' },
  dbl: {
    kind: 'text',
    shape: { test: /^(none|src|dst|src-dst)$/, wanted: '`none`, `src`, `dst` or `src-dst`' },
    doc: 'which side the dynamic blacklist looks at: `none`, `src`, `dst`, `src-dst`',
  },
  omitanycast: {
    kind: 'flag',
    doc: 'without effect: the kernel tells which addresses are anycast, they are not listed',
  },
  blacklist: { kind: 'obsolete', doc: 'without a meaning since blacklists hold everywhere' },
  norfc1918: { kind: 'obsolete', doc: 'without a meaning since Shorewall 4.4' },
  detectnets: { kind: 'obsolete', doc: 'without a meaning; zones are given by `nets=` or in `hosts`' },
  nobogons: { kind: 'obsolete', doc: 'without a meaning since Shorewall 4.4' },
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
  tcpflags: { kind: 'flag', doc: 'drop TCP packets with impossible combinations of flags' },
  nosmurfs: { kind: 'flag', doc: 'drop packets that have a broadcast or multicast address as their source' },
  routeback: { kind: 'flag', doc: 'packets may leave by the interface by which they came' },
  maclist: { kind: 'flag', doc: 'only the hardware addresses of `maclist` may speak' },
  ipsec: { kind: 'flag', doc: 'the hosts are reached through IPsec' },
  broadcast: { kind: 'flag', doc: 'the broadcast address belongs to the hosts' },
  destonly: { kind: 'flag', doc: 'the hosts are reached but never a source' },
  sourceonly: { kind: 'flag', doc: 'the hosts are a source but never reached' },
  mss: { kind: 'number', doc: 'clamp the segment size of TCP connections from and to the hosts' },
  blacklist: { kind: 'obsolete', doc: 'without a meaning since blacklists hold everywhere' },
} as const satisfies Record<string, OptionDescription>;

export type HostOptionName = keyof typeof hostOptions;
