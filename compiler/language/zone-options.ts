/** The options of a zone: what each means, and what nftables cannot tell apart (zones(5)). */

/** `association` ones narrow the hosts to some associations of IPsec; `refused` ones would, and nothing in nftables does. */
type ZoneOptionKind = 'flag' | 'mss' | 'association' | 'refused';

interface ZoneOptionDescription {
  readonly kind: ZoneOptionKind;
  readonly doc: string;
  /** Only for zones of type ipsec. */
  readonly ipsec?: true;
  /** Why it is refused. */
  readonly why?: string;
}

export const zoneOptions = {
  mss: { kind: 'mss', doc: 'clamp the segment size of TCP connections from and to the zone' },
  blacklist: { kind: 'flag', doc: 'without effect: blacklists hold everywhere' },
  dynamic_shared: { kind: 'flag', doc: 'without effect: a dynamic zone has one set' },
  nomark: { kind: 'flag', doc: 'without effect: providers come later' },
  reqid: { kind: 'association', ipsec: true, doc: 'only the IPsec policies of this number' },
  spi: { kind: 'association', ipsec: true, doc: 'only this security association' },
  mode: { kind: 'association', ipsec: true, doc: '`tunnel`: only security associations that are tunnels' },
  'tunnel-src': { kind: 'association', ipsec: true, doc: 'only tunnels that begin at this address or in this network' },
  'tunnel-dst': { kind: 'association', ipsec: true, doc: 'only tunnels that end at this address or in this network' },
  proto: {
    kind: 'refused',
    ipsec: true,
    why: 'nftables does not ask for the protocol of an association: name the associations by `reqid=`',
    doc: 'refused: nftables cannot ask for the protocol of IPsec',
  },
  strict: {
    kind: 'refused',
    ipsec: true,
    why: 'nftables cannot ask that there is no other association: leave it out, and any of them may be the one',
    doc: 'refused: nftables cannot ask for all associations of a packet',
  },
  next: {
    kind: 'refused',
    ipsec: true,
    why: 'nftables cannot ask for all associations of a packet in their order',
    doc: 'refused: nftables cannot ask for associations in their order',
  },
} as const satisfies Record<string, ZoneOptionDescription>;

export type ZoneOptionName = keyof typeof zoneOptions;

/** Any of them, by name. */
export function zoneOption(name: string): ZoneOptionDescription | undefined {
  return Object.hasOwn(zoneOptions, name) ? zoneOptions[name as ZoneOptionName] : undefined;
}
