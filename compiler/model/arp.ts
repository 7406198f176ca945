/** Rules for ARP (RFC 826): what the firewall hears, says, and passes on between ports of a bridge. */
import type { InterfacePattern } from '../net/interface.ts';
import type { AddressRange } from '../net/ranges.ts';
import type { Origin } from '../source.ts';

/** Something that a message must say, or must not. */
interface Asked<Value> {
  readonly value: Value;
  readonly negated: boolean;
}

/** One end of a message: where it comes in or leaves, and what the message says of itself. */
export interface ArpEnd {
  readonly interface: InterfacePattern;
  readonly address?: Asked<AddressRange>;
  /** A hardware address, and the bits of it that count: six pairs of hexadecimal digits with colons, in small letters. */
  readonly hardware?: Asked<string> & { readonly mask?: string };
}

/** What becomes of a message. */
export type ArpAction =
  | { readonly kind: 'accept' | 'drop' }
  | {
      readonly kind: 'rewrite';
      /** Of the sender, or of the target. */
      readonly side: 'source' | 'dest';
      readonly field: 'address' | 'hardware';
      /** In the usual notation. */
      readonly value: string;
      /** The lines below are asked, too. */
      readonly goesOn: boolean;
    };

/**
 * A line of `arprules`. With `source` alone it is about what is heard, with `dest` alone about what is said, with both about
 * what a bridge passes on between these of its ports.
 */
export interface ArpRule {
  readonly source?: ArpEnd;
  readonly dest?: ArpEnd;
  /** 1 to 9 (arprules(5)). */
  readonly operation?: Asked<number>;
  readonly action: ArpAction;
  readonly origin: Origin;
}
