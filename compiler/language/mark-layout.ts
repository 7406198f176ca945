/**
 * Who owns which bits of the connection mark and the packet mark, so that shaping and providers, when they come, and
 * rules of the users share them without touching each other's. The low 24 bits lie as in Shorewall (TC_BITS=8,
 * MASK_BITS=8, PROVIDER_OFFSET=16, PROVIDER_BITS=8 with wide marks; shorewall.conf(5)).
 */

/** A field of the mark: bits `first` to `last`, both included, from 0 for the lowest. */
export interface MarkField {
  readonly first: number;
  readonly last: number;
  readonly owner: string;
  readonly doc: string;
}

export const markLayout = {
  shaping: {
    first: 0,
    last: 15,
    owner: 'shaping and users',
    doc: 'classes of traffic shaping; marks that rules set and compare',
  },
  providers: {
    first: 16,
    last: 23,
    owner: 'providers and users',
    doc: 'the provider of a connection, for policy routing',
  },
  users: { first: 24, last: 30, owner: 'users', doc: 'never used by ftpwall' },
  helper: {
    first: 31,
    last: 31,
    owner: 'ftpwall',
    doc: 'of the connection mark: a rule admitted this connection with its helper',
  },
} as const satisfies Record<string, MarkField>;

/** The bits that a mark without a mask is compared in, where it lies in them (shorewall.conf(5), MASK_BITS=8). */
export const usualMarkMask = 0xff;

/** The bits of a field as a mask, unsigned. */
export function maskOf({ first, last }: MarkField): number {
  return (2 ** (last + 1) - 2 ** first) >>> 0;
}

/** The bit that says: a rule admitted this connection with its helper. Users' marks never touch it. */
export const helperMark = maskOf(markLayout.helper);
