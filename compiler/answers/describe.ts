/** Sets of packets as data that people and programs read: what is as usual is left out. */
import type { Span } from '../analyze/axes.ts';
import type { Node } from '../analyze/diagram.ts';
import type { PacketSpace, PlacedAxis } from '../analyze/packet-space.ts';
import { protocolNumbers } from '../language/names.ts';
import { boxesOf, type NamedBox, spansText } from './boxes.ts';
import { ordinaryValues } from './ordinary.ts';
import { portWords } from './port-words.ts';

/** Packets by what they have in common; what is absent may be anything. Lists are separated by commas, as in `rules`. */
export interface PacketsText {
  readonly version?: 4 | 6;
  readonly state?: string;
  readonly in?: string;
  readonly out?: string;
  readonly protocol?: string;
  readonly source?: string;
  readonly sourcePort?: string;
  readonly destination?: string;
  readonly port?: string;
  readonly icmpType?: string;
  /** Fields that few rules ask for. */
  readonly other?: Readonly<Record<string, string>>;
}

/** Up to `most` such descriptions, which together are the set unless `all` is false. */
export function describePackets(
  space: PacketSpace,
  node: Node,
  most = 24,
): { readonly packets: readonly PacketsText[]; readonly all: boolean } {
  const { boxes, all } = boxesOf(space, node, most);
  return { packets: boxes.map((box) => describeBox(space, box)), all };
}

function describeBox(space: PacketSpace, box: NamedBox): PacketsText {
  const usual = usualSpans(space);
  const text: { -readonly [Name in keyof PacketsText]: PacketsText[Name] } = {};
  const other: Record<string, string> = {};
  for (const [placed, spans] of box) {
    const all = spansText(placed, spans);
    if (all === usual.get(placed.name) || silent.has(placed.field)) continue;
    const key = names[placed.field];
    const port = portWords(space, placed, spans);
    if (port) {
      if (port.text !== '') other[port.as] = port.text;
    } else if (placed.field === 'version') text.version = all === '6' ? 6 : 4;
    else if (placed.field === 'state') {
      // Every state has its word: there is no other.
      const states = all.split(',').filter((word) => word !== 'other');
      if (states.join() !== 'new') text.state = states.join();
    } else if (key) text[key] = words(placed, spans, all);
    else other[placed.name] = all;
  }
  return Object.keys(other).length > 0 ? { ...text, other } : text;
}

/** Facts that follow from others, or that questions settle. */
const silent: ReadonlySet<string> = new Set(['daddrType', 'saddrType']);

const names: Readonly<
  Record<string, 'in' | 'out' | 'protocol' | 'source' | 'sourcePort' | 'destination' | 'port' | 'icmpType'>
> = {
  iifname: 'in',
  oifname: 'out',
  protocol: 'protocol',
  saddr: 'source',
  daddr: 'destination',
  sport: 'sourcePort',
  dport: 'port',
  icmp: 'icmpType',
};

const protocolNames = new Map(Object.entries(protocolNumbers).map(([name, number]) => [number as number, name]));

function words(placed: PlacedAxis, spans: readonly Span[], text: string): string {
  if (placed.field === 'protocol')
    return text
      .split(',')
      .map((each) => protocolNames.get(Number(each)) ?? each)
      .join(',');
  if (placed.field === 'icmp') return text.split(',').map(icmpText).join(',');
  if (placed.field !== 'iifname' && placed.field !== 'oifname') return spans.length > 0 ? text : '';
  return text
    .split(',')
    .filter((name) => name !== '')
    .join();
}

/** Numbers of type × 256 + code as people write them: `8`, `3/4`. */
function icmpText(range: string): string {
  const [first = 0, last = first] = range.split('-').map(Number);
  if (first % 256 === 0 && last % 256 === 255)
    return first >> 8 === last >> 8 ? String(first >> 8) : `${first >> 8}-${last >> 8}`;
  const one = (value: number) => `${value >> 8}/${value & 255}`;
  return first === last ? one(first) : `${one(first)}-${one(last)}`;
}

const known = new WeakMap<PacketSpace, ReadonlyMap<string, string>>();

/** What ordinary packets have on an axis: not worth a word. */
function usualSpans(space: PacketSpace): ReadonlyMap<string, string> {
  const before = known.get(space);
  if (before) return before;
  const found = new Map<string, string>();
  for (const values of ordinaryValues()) {
    if (values.field === 'icmp') continue;
    for (const placed of space.axesOf(values.field)) {
      const ofAxis = {
        ...values,
        ranges: values.ranges.filter((range) => !('version' in range) || placed.name.endsWith(String(range.version))),
      };
      const spans = placed.axis.spansOf(ofAxis as typeof values);
      found.set(placed.name, spansText(placed, values.field === 'sport' ? spans : others(spans, placed.axis.count)));
    }
  }
  known.set(space, found);
  return found;
}

function others(spans: readonly Span[], count: number): readonly Span[] {
  const rest: Span[] = [];
  let next = 0;
  for (const { first, last } of spans) {
    if (first > next) rest.push({ first: next, last: first - 1 });
    next = last + 1;
  }
  if (next < count) rest.push({ first: next, last: count - 1 });
  return rest;
}

/** The name of a protocol, or its number. */
export function protocolName(number: number): string {
  return protocolNames.get(number) ?? String(number);
}
