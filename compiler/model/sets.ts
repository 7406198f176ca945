/** Named sets. */
import type { AddressRange } from '../net/ranges.ts';
import type { Version } from '../net/version.ts';

/** One part of the elements of a set: `port` is a port with its protocol. */
export type SetPart = 'address' | 'port' | 'portAlone' | 'mac' | 'interface' | 'mark';

/** A set that the user names: for each IP version the set of nftables, or the members of a list of sets. */
export interface NamedSet {
  readonly name: string;
  readonly parts: readonly SetPart[];
  readonly of: Readonly<Partial<Record<Version, string>>>;
  readonly members?: readonly NamedSet[];
  /** It holds networks of this length, told by their first address, and addresses are cut to it. */
  readonly prefix?: number;
  /** What it holds, where that is known when the firewall is compiled and nothing changes it. */
  readonly fixed?: readonly AddressRange[];
}

/** What is compared with the elements: for each part the source's or the destination's. */
export interface SetMatch {
  readonly set: NamedSet;
  readonly negated: boolean;
  readonly fields: readonly SetSide[];
}

/** The side of a packet: `own` is that of the column. */
export type SetSide = 'src' | 'dst' | 'own';
