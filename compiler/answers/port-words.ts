/** The ports of bridges in answers: packets carry them as bits of their mark, and people know them by name. */
import { BitsAxis, type Span } from '../analyze/axes.ts';
import type { PacketSpace, PlacedAxis } from '../analyze/packet-space.ts';
import { portMark } from '../language/mark-layout.ts';
import type { Model } from '../model/index.ts';

interface PortField {
  readonly as: 'bridge port in' | 'bridge port out';
  /** By the value of the bits. */
  readonly names: ReadonlyMap<number, string>;
}

/** By the bits of the mark. */
const fields = new WeakMap<PacketSpace, ReadonlyMap<number, PortField>>();

/** Makes the ports of these configurations known; of two that number them otherwise, none is called by name. */
export function namePorts(space: PacketSpace, models: readonly Model[]): void {
  const found = new Map<number, PortField>();
  for (const { portBits, zones } of models) {
    if (!portBits) continue;
    const ports = zones.flatMap(({ hosts }) => hosts.flatMap(({ port }) => port ?? []));
    for (const [as, bits] of [
      ['bridge port in', portBits.source],
      ['bridge port out', portBits.dest],
    ] as const) {
      const names = new Map<number, string>([[0, 'none']]);
      for (const { number, pattern } of ports)
        names.set(portMark(number, bits), pattern.wildcard ? `${pattern.name}+` : pattern.name);
      const before = found.get(bits)?.names;
      if (before && [...names].some(([value, name]) => (before.get(value) ?? name) !== name)) return;
      found.set(bits, { as, names: new Map([...(before ?? []), ...names]) });
    }
  }
  fields.set(space, found);
}

/** What these values say of ports; the text is empty where any port will do. Undefined for what says nothing of ports. */
export function portWords(
  space: PacketSpace,
  { axis }: PlacedAxis,
  spans: readonly Span[],
): { readonly as: PortField['as']; readonly text: string } | undefined {
  const field = axis instanceof BitsAxis ? fields.get(space)?.get(axis.bits) : undefined;
  if (!field || !(axis instanceof BitsAxis)) return undefined;
  const values = spans.flatMap(({ first, last }) => axis.values.slice(first, last + 1));
  const names = values.map((value) => field.names.get(value));
  if (names.includes(undefined)) return undefined;
  const isAny = [...field.names.keys()].every((value) => values.includes(value) || !axis.values.includes(value));
  return { as: field.as, text: isAny ? '' : names.join(',') };
}
