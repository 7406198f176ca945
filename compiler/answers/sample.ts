/** One packet of a set, as people would make one up: documentation addresses, well-known ports. */
import { BitsAxis, NameAxis, RangeAxis, type Span, WordAxis } from '../analyze/axes.ts';
import { type Node, never } from '../analyze/diagram.ts';
import type { PacketSpace, PlacedAxis } from '../analyze/packet-space.ts';
import { flagOrder } from '../ir/fields.ts';
import type { Packet } from '../ir/packet.ts';
import { parseAddress, printAddress } from '../net/address.ts';
import type { ConnectionState } from '../net/state.ts';
import type { Version } from '../net/version.ts';
import { axisOfNode, partsOf } from './boxes.ts';

/** Of each axis a segment, of those with numbers a value. */
export interface Sample {
  /** That packets of the set must have when they come. */
  readonly mark: number;
  segment(field: string): number | undefined;
  value(axis: string): bigint;
  name(field: 'iifname' | 'oifname'): string;
  word(field: 'state'): string | undefined;
}

/** What is taken where the set leaves a choice: the first of these that is in it. */
const preferred: Readonly<Record<string, readonly bigint[]>> = {
  saddr4: addresses('198.51.100.1', '192.168.1.10', '10.0.0.10', '192.0.2.1'),
  daddr4: addresses('203.0.113.1', '10.0.0.1', '192.0.2.1'),
  saddr6: addresses('2001:db8:ffff::1', 'fd00::10'),
  daddr6: addresses('2001:db8::1', 'fd00::1'),
  protocol: [6n, 17n, 1n, 58n],
  dport: [80n, 443n, 22n],
  sport: [40000n, 1024n],
  icmp: [8n * 256n, 128n * 256n],
  hopLimit: [64n],
  length: [60n],
  trafficClass: [0n],
  sourceMac: [0x005300000001n],
};

function addresses(...texts: readonly string[]): readonly bigint[] {
  return texts.flatMap((text) => parseAddress(text)?.value ?? []);
}

/** A packet of the set; undefined for the empty one. Conditions are taken to hold. */
export function sampleOf(space: PacketSpace, node: Node): Sample | undefined {
  if (node === never) return undefined;
  const chosen = new Map<string, { readonly placed: PlacedAxis; readonly segment: number; readonly value: bigint }>();
  let at = node;
  let mark = 0;
  for (let placed = axisOfNode(space, at); placed; placed = axisOfNode(space, at)) {
    const parts = [...partsOf(space, at, placed)].filter(([part]) => part !== never);
    const best = parts
      .map(([part, spans]) => ({ part, ...choiceIn(placed, spans) }))
      .sort((a, b) => a.rank - b.rank)[0];
    if (!best) return undefined;
    chosen.set(placed.name, { placed, segment: best.segment, value: best.value });
    if (placed.name.startsWith('packetMark') && placed.axis instanceof BitsAxis)
      mark |= placed.axis.values[best.segment] ?? 0;
    at = best.part;
  }
  for (const placed of space.axes) {
    if (chosen.has(placed.name)) continue;
    const spans =
      placed.known === undefined
        ? [{ first: 0, last: placed.axis.count - 1 }]
        : [{ first: placed.known, last: placed.known }];
    const { segment, value } = choiceIn(placed, spans);
    chosen.set(placed.name, { placed, segment, value });
  }
  return {
    mark: mark >>> 0,
    segment: (field) => chosen.get(field)?.segment,
    value: (axis) => chosen.get(axis)?.value ?? 0n,
    name(field) {
      const found = chosen.get(field);
      if (!found || !(found.placed.axis instanceof NameAxis)) return '';
      const { name, wildcard } = found.placed.axis.patternAt(found.segment);
      return wildcard ? `${name === '' ? 'other' : name}0` : name;
    },
    word(field) {
      const found = chosen.get(field);
      return found && found.placed.axis instanceof WordAxis ? found.placed.axis.words[found.segment] : undefined;
    },
  };
}

/** A segment of the spans: one with a value that people know comes first, names before patterns. */
function choiceIn(
  { axis, name }: PlacedAxis,
  spans: readonly Span[],
): { readonly rank: number; readonly segment: number; readonly value: bigint } {
  const first = spans[0]?.first ?? 0;
  if (!(axis instanceof RangeAxis)) return { rank: first, segment: first, value: BigInt(first) };
  const list = preferred[name] ?? [];
  for (const [rank, value] of list.entries()) {
    const segment = axis.segmentOf(value);
    if (spans.some((span) => span.first <= segment && segment <= span.last)) return { rank, segment, value };
  }
  if (first >= axis.count) return { rank: list.length + 1, segment: first, value: -1n };
  return { rank: list.length, segment: first, value: insideOf(axis, first, name) };
}

/** Of a network not the address of the network itself, where there is another one. */
function insideOf(axis: RangeAxis, segment: number, name: string): bigint {
  const { first, last } = axis.valuesAt(segment);
  return name.includes('addr') && last > first && first % 2n === 0n ? first + 1n : first;
}

/** The packet of `evaluate` that a sample is. */
export function packetOfSample(sample: Sample, state: ConnectionState, fromFirewall: boolean): Packet {
  const version: Version = sample.segment('version') === 1 ? 6 : 4;
  const protocol = Number(sample.value('protocol'));
  const withPorts = [6, 17, 33, 132, 136].includes(protocol);
  const icmp = Number(sample.value('icmp'));
  const user = sample.value('user');
  const flags = Number(sample.value('tcpFlags'));
  return {
    version,
    saddr: sample.value(`saddr${version}`),
    daddr: sample.value(`daddr${version}`),
    protocol,
    ...(!fromFirewall && { iif: sample.name('iifname') }),
    ...(withPorts && { sport: Number(sample.value('sport')), dport: Number(sample.value('dport')) }),
    ...((protocol === 1 || protocol === 58) && { icmp: { type: icmp >> 8, code: icmp & 255 } }),
    ...(protocol === 6 && { tcpFlags: flagOrder.filter((_, bit) => (flags & (1 << bit)) !== 0) }),
    ...(fromFirewall && user >= 0n && { user: Number(user), group: Math.max(0, Number(sample.value('group'))) }),
    ...(sample.mark !== 0 && { mark: sample.mark }),
    hopLimit: Number(sample.value('hopLimit')),
    length: Number(sample.value('length')),
    connection: { state },
  };
}

/** A packet for people: what a question would name. */
export interface ExamplePacket {
  readonly version: Version;
  readonly protocol: number;
  readonly source: string;
  readonly sourcePort: number | null;
  readonly destination: string;
  readonly port: number | null;
  readonly icmpType: number | null;
  readonly in: string | null;
  readonly out: string | null;
  readonly state: string;
}

/** One packet of a set that is not empty. */
export function exampleOf(space: PacketSpace, node: Node, fromFirewall: boolean): ExamplePacket {
  const sample = sampleOf(space, node);
  if (!sample) throw new RangeError('an example of nothing');
  const state = sample.word('state') ?? 'new';
  const packet = packetOfSample(sample, state as ConnectionState, fromFirewall);
  return {
    version: packet.version,
    protocol: packet.protocol,
    source: printAddress(packet.version, packet.saddr),
    sourcePort: packet.sport ?? null,
    destination: printAddress(packet.version, packet.daddr),
    port: packet.dport ?? null,
    icmpType: packet.icmp?.type ?? null,
    in: packet.iif ?? null,
    out: sample.name('oifname') || null,
    state,
  };
}
