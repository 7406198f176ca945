/** What zones of type `ipsec` and the column IPSEC ask of security associations, and what nftables cannot tell (zones(5)). */

/** One of them. */
export interface AssociationOptionDescription {
  /** `refused` ones would narrow the packets, and nothing in nftables does. */
  readonly kind: 'association' | 'refused';
  readonly ipsec: true;
  readonly doc: string;
  /** Why it is refused, and what to do. */
  readonly why?: string;
  readonly instead?: string;
}

export const associationOptions = {
  reqid: { kind: 'association', ipsec: true, doc: 'only the IPsec policies of this number; with `!=`, of any other' },
  spi: { kind: 'association', ipsec: true, doc: 'only this security association; with `!=`, any other' },
  mode: { kind: 'association', ipsec: true, doc: '`tunnel`: only security associations that are tunnels' },
  'tunnel-src': { kind: 'association', ipsec: true, doc: 'only tunnels that begin at this address or in this network' },
  'tunnel-dst': { kind: 'association', ipsec: true, doc: 'only tunnels that end at this address or in this network' },
  proto: {
    kind: 'refused',
    ipsec: true,
    why: 'nftables does not ask for the protocol of an association',
    instead: 'name the associations by `reqid=` (`ip xfrm state` lists it)',
    doc: 'refused: nftables cannot match the protocol of IPsec',
  },
  strict: {
    kind: 'refused',
    ipsec: true,
    why: 'nftables cannot ask that there is no other association',
    instead:
      'remove `strict` if the packets with other associations besides may pass, too; `reqid=` names those of one tunnel',
    doc: 'refused: nftables cannot match all security associations of a packet',
  },
  next: {
    kind: 'refused',
    ipsec: true,
    why: 'nftables cannot ask for all associations of a packet in their order',
    instead: 'write the options of one association, such as `reqid=`, without `next` and `strict`',
    doc: 'refused: nftables cannot match the order of security associations',
  },
} as const satisfies Record<string, AssociationOptionDescription>;

export type AssociationOptionName = keyof typeof associationOptions;

/** `reqid!=1` is the option `reqid!`: what an association must not be. */
export function withoutNegation(name: string): { readonly name: string; readonly negated: boolean } {
  return name.endsWith('!') ? { name: name.slice(0, -1), negated: true } : { name, negated: false };
}

export function isAssociationOption(name: string): name is AssociationOptionName {
  return Object.hasOwn(associationOptions, name);
}
