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
  users: { first: 24, last: 30, owner: 'users', doc: 'used by ftpwall for ports of bridges alone' },
  helper: {
    first: 31,
    last: 31,
    owner: 'ftpwall',
    doc: 'in the connection mark: a rule accepted this connection with its helper',
  },
} as const satisfies Record<string, MarkField>;

/** A mark or mask as Shorewall and iptables read it: decimal, `0x` and hexadecimal, `0` and octal; of at most 32 bits. */
export function markNumber(text: string): number | undefined {
  if (!/^(?:0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(text)) return undefined;
  const number = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  return number <= 0xffffffff ? number : undefined;
}

/** The settings that say how many bits of a mark are whose (shorewall.conf(5)). */
export interface MarkBits {
  readonly mask: number;
  readonly provider: number;
  readonly providerOffset: number;
  readonly zone: number;
}

/** Whose which bits of a mark are, each field as a mask of its own. */
export interface MarkLayout {
  /** Classes of traffic; with an offset of 0 the same bits as those of the providers. */
  readonly shaping: number;
  /** The largest class (TC_BITS). */
  readonly largestClass: number;
  readonly users: number;
  readonly providers: number;
  /** The number of the lowest bit of the providers. */
  readonly providerOffset: number;
  readonly zones: number;
  /** The bit by which packets are routed to a transparent proxy. */
  readonly proxy: number;
}

/** The layout that the settings ask for (Config.pm of 5.2.8, lines 6784 to 6830). `classes` is TC_BITS. */
export function layoutOf(bits: MarkBits & { readonly classes: number }): MarkLayout {
  const providerOffset = bits.providerOffset > 0 ? Math.max(bits.providerOffset, bits.mask) : 0;
  const first = providerOffset > 0 ? providerOffset + bits.provider : Math.max(bits.mask, bits.provider);
  const between = (from: number, to: number) => (from < to ? maskOf({ first: from, last: to - 1 }) : 0);
  return {
    shaping: lowestBits(bits.mask),
    largestClass: lowestBits(bits.classes),
    users: between(bits.classes, providerOffset),
    providers: between(providerOffset, providerOffset + bits.provider),
    providerOffset,
    zones: between(first, first + bits.zone),
    proxy: 2 ** (first + bits.zone + 1),
  };
}

/** The first bit above all of them: Shorewall keeps the two highest for itself (Config.pm of 5.2.8, lines 6792 to 6804). */
export function endOfMarkBits({ mask, provider, providerOffset, zone }: MarkBits): number {
  const providers = providerOffset > 0 ? Math.max(providerOffset, mask) + provider : Math.max(mask, provider);
  return providers + zone;
}

/** The lowest `bits` bits of a mark. */
export function lowestBits(bits: number): number {
  return 2 ** bits - 1;
}

/** The bits of a field as a mask, unsigned. */
function maskOf({ first, last }: Pick<MarkField, 'first' | 'last'>): number {
  return (2 ** (last + 1) - 2 ** first) >>> 0;
}

/** The bit that says: a rule admitted this connection with its helper. Users' marks never touch it. */
export const helperMark = maskOf(markLayout.helper);

/** The bits of a packet's mark by which the table of the bridge tells that for packets the ports of its way. */
export interface PortBits {
  /** The port by which it came: its number, shifted. */
  readonly source: number;
  /** The port by which it leaves, where the bridge has decided that. */
  readonly dest: number;
  /** The rules for packets have seen it: without br_netfilter they do not. */
  readonly seen: number;
}

/** The highest bits below that of helpers, for so many ports; undefined where the layout leaves too few. */
export function portBitsOf(ports: number, { proxy }: Pick<MarkLayout, 'proxy'>): PortBits | undefined {
  const width = Math.ceil(Math.log2(ports + 1));
  const { first } = markLayout.helper;
  const lowest = first - 1 - 2 * width;
  if (2 ** lowest <= proxy) return undefined;
  return {
    seen: 2 ** (first - 1),
    dest: maskOf({ first: lowest + width, last: lowest + 2 * width - 1 }),
    source: maskOf({ first: lowest, last: lowest + width - 1 }),
  };
}

/** The number of a port in its field. */
export function portMark(number: number, field: number): number {
  return (number * (field & -field)) >>> 0;
}
