/** The options of an interface: what each means, and how its value is read (interfaces(5)). */
import {
  addresses,
  flag,
  flagOn,
  kernelFlag,
  kernelNumber,
  matching,
  networks,
  number,
  type OptionValue,
  type OptionValueOf,
  obsolete,
  seconds,
  word,
} from './option-values.ts';

/** One option. */
export interface OptionDescription {
  /** How its value is read, and so the type of it. */
  readonly value: OptionValue<unknown>;
  readonly doc: string;
  /** It is a value of the kernel: its key below net/ipv4/conf/NAME or net/ipv6/conf/NAME (ip-sysctl.rst). */
  readonly kernel?: { readonly version: 4 | 6; readonly key: string };
  /** What to do instead, where the option asks for something that we do not do. */
  readonly undone?: string;
}

export const interfaceOptions = {
  tcpflags: { value: flagOn, doc: 'drop TCP packets with invalid flag combinations; on unless `tcpflags=0`' },
  nosmurfs: { value: flag, doc: 'drop packets with a broadcast or multicast source address' },
  dhcp: { value: flag, doc: 'the interface gets its address by DHCP, or a DHCP server runs on it: DHCP is accepted' },
  routeback: { value: flag, doc: 'packets may leave by the interface on which they arrived (hairpin)' },
  bridge: { value: flag, doc: 'the interface is a bridge; implies `routeback`' },
  physical: {
    value: matching(/^([\w.@:%-]{1,15}\+?|\+)$/, 'the name of an interface', 'enp0s1'),
    doc: 'the kernel name of the interface',
  },
  optional: { value: flag, doc: 'the interface may be missing or down' },
  required: {
    value: flag,
    doc: '`start` and `restart` fail unless the interface is up and has an address; not checked at boot, before the network is up',
  },
  wait: {
    value: seconds(60),
    doc: 'seconds that `start` and `restart` wait for the interface to be up and have an address; 60 when no number is given',
  },
  ignore: { value: flag, doc: 'events of this interface (up, down) are ignored' },
  unmanaged: { value: flag, doc: 'all packets on this interface are accepted; only for interfaces without a zone' },
  loopback: { value: flag, doc: 'the interface is the loopback interface' },
  nets: {
    value: networks,
    doc: 'only these addresses behind the interface are in the zone; `dynamic` if `ftpwall add` and `delete` change them',
  },
  destonly: { value: flag, doc: 'the zone is only a destination, never a source' },
  sfilter: { value: addresses, doc: 'networks from which no packets may arrive on this interface' },
  rpfilter: { value: flag, doc: 'drop packets whose reply would leave by another interface' },
  routefilter: {
    value: kernelNumber(2),
    kernel: { version: 4, key: 'rp_filter' },
    doc: 'kernel: rp_filter of the interface (0, 1 or 2)',
  },
  logmartians: {
    value: kernelFlag,
    kernel: { version: 4, key: 'log_martians' },
    doc: 'kernel: log packets with impossible addresses (log_martians)',
  },
  sourceroute: {
    value: kernelFlag,
    kernel: { version: 4, key: 'accept_source_route' },
    doc: 'kernel: accept source-routed packets',
  },
  arp_filter: {
    value: kernelFlag,
    kernel: { version: 4, key: 'arp_filter' },
    doc: 'kernel: answer ARP only on the interface that leads to the sender (arp_filter)',
  },
  arp_ignore: {
    value: kernelNumber(8),
    kernel: { version: 4, key: 'arp_ignore' },
    doc: 'kernel: arp_ignore of the interface (0 to 8)',
  },
  proxyarp: { value: kernelFlag, kernel: { version: 4, key: 'proxy_arp' }, doc: 'kernel: proxy_arp of the interface' },
  proxyndp: { value: kernelFlag, kernel: { version: 6, key: 'proxy_ndp' }, doc: 'kernel: proxy_ndp of the interface' },
  accept_ra: {
    value: kernelNumber(2),
    kernel: { version: 6, key: 'accept_ra' },
    doc: 'kernel: accept_ra of the interface (0, 1 or 2); a router learns its IPv6 default route from advertisements at 2 alone',
  },
  forward: {
    value: kernelFlag,
    kernel: { version: 6, key: 'forwarding' },
    doc: 'kernel: IPv6 forwarding of the interface',
  },
  maclist: { value: flag, doc: 'only the MAC addresses in `maclist` may open connections' },
  mss: {
    value: number(/^\d{3,5}$/, 'a number of bytes', '1300'),
    doc: 'set the maximum segment size of TCP connections through the interface',
  },
  upnp: {
    value: flag,
    undone:
      'leave it out, and write a rule for the ports that the UPnP daemon may redirect: it keeps a table of its own',
    doc: 'without effect: connections that a UPnP daemon redirects are checked by the rules like all others',
  },
  upnpclient: {
    value: flag,
    doc: 'the firewall is a client of a UPnP router behind the interface: UDP from the gateway is accepted',
  },
  nodbl: { value: flag, doc: 'the dynamic blacklist does not apply to this interface' },
  dbl: {
    value: word('none', 'src', 'dst', 'src-dst'),
    doc: 'which addresses the dynamic blacklist checks: `none`, `src`, `dst`, `src-dst`',
  },
  omitanycast: {
    value: flag,
    doc: 'without effect: the kernel knows which addresses are anycast',
  },
  blacklist: { value: obsolete, doc: 'without effect: blacklists apply to all interfaces' },
  norfc1918: { value: obsolete, doc: 'without effect since Shorewall 4.4' },
  detectnets: { value: obsolete, doc: 'without effect; define zones with `nets=` or in `hosts`' },
  nobogons: { value: obsolete, doc: 'without effect since Shorewall 4.4' },
} as const satisfies Record<string, OptionDescription>;

export type InterfaceOptionName = keyof typeof interfaceOptions;

type Rows = typeof interfaceOptions;

type Maybe = {
  [Name in InterfaceOptionName]: undefined extends OptionValueOf<Rows[Name]['value']> ? Name : never;
}[InterfaceOptionName];

/** The value of each option of a line, of the type that its row reads; what is left out has the value that the row says, or none. */
export type OptionValues = {
  readonly [Name in Exclude<InterfaceOptionName, Maybe>]: OptionValueOf<Rows[Name]['value']>;
} & {
  readonly [Name in Maybe]?: Exclude<OptionValueOf<Rows[Name]['value']>, undefined>;
};
