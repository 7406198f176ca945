/** The options of a zone: what each means, and what nftables cannot tell apart (zones(5)). */

/** `reqid` narrows the hosts; `refused` ones would, and nothing in nftables does; `untold` ones change little and nothing does them. */
type ZoneOptionKind = 'flag' | 'reqid' | 'refused' | 'untold';

interface ZoneOptionDescription {
  readonly kind: ZoneOptionKind;
  readonly doc: string;
  /** Only for zones of type ipsec. */
  readonly ipsec?: true;
}

export const zoneOptions = {
  mss: { kind: 'untold', doc: 'clamp the segment size of TCP connections; `mss=` of the interface does it' },
  blacklist: { kind: 'flag', doc: 'without effect: blacklists hold everywhere' },
  dynamic_shared: { kind: 'flag', doc: 'without effect: a dynamic zone has one set' },
  nomark: { kind: 'flag', doc: 'without effect: providers come later' },
  reqid: { kind: 'reqid', ipsec: true, doc: 'only the IPsec policies of this number' },
  spi: { kind: 'refused', ipsec: true, doc: 'only this security association' },
  'tunnel-src': { kind: 'refused', ipsec: true, doc: 'only tunnels that begin at this address' },
  'tunnel-dst': { kind: 'refused', ipsec: true, doc: 'only tunnels that end at this address' },
  proto: { kind: 'untold', ipsec: true, doc: 'the protocol of IPsec; any is taken' },
  mode: { kind: 'untold', ipsec: true, doc: 'tunnel or transport; either is taken' },
  strict: { kind: 'untold', ipsec: true, doc: 'with `next`: all policies of a packet' },
  next: { kind: 'untold', ipsec: true, doc: 'what follows is about the next policy' },
} as const satisfies Record<string, ZoneOptionDescription>;

export type ZoneOptionName = keyof typeof zoneOptions;

/** Any of them, by name. */
export function zoneOption(name: string): ZoneOptionDescription | undefined {
  return Object.hasOwn(zoneOptions, name) ? zoneOptions[name as ZoneOptionName] : undefined;
}
