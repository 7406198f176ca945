/** A set of packets in words: as boxes of values, with how many packets they are and one of them. */
import { BitsAxis, NameAxis, RangeAxis, type Span, WordAxis } from '../analyze/axes.ts';
import { type Node, never } from '../analyze/diagram.ts';
import type { PacketSpace, PlacedAxis } from '../analyze/packet-space.ts';
import type { Field } from '../ir/fields.ts';
import { printAddress } from '../net/address.ts';
import type { Version } from '../net/version.ts';

/** Packets that have one of the values in each of these fields; any in all others. */
export type NamedBox = ReadonlyMap<PlacedAxis, readonly Span[]>;

/**
 * Up to `most` boxes that share nothing and together are the set, or as many of it; `all` says whether they are all.
 * Conditions that no packet tells are left out: the set is of packets for which some answer to them holds.
 */
export function boxesOf(
  space: PacketSpace,
  node: Node,
  most: number,
): { readonly boxes: readonly NamedBox[]; readonly all: boolean } {
  const boxes: NamedBox[] = [];
  let all = true;
  const visit = (each: Node, box: NamedBox): void => {
    if (each === never) return;
    if (boxes.length >= most) {
      all = false;
      return;
    }
    const placed = axisOfNode(space, each);
    if (!placed) {
      boxes.push(box);
      return;
    }
    for (const [part, spans] of partsOf(space, each, placed)) visit(part, new Map([...box, [placed, spans]]));
  };
  visit(node, new Map());
  return { boxes, all };
}

/** The axis that a function asks first; none for one that asks conditions alone, or nothing. */
export function axisOfNode(space: PacketSpace, node: Node): PlacedAxis | undefined {
  if (space.diagrams.valueOf(node) !== undefined) return undefined;
  const meaning = space.meaningOf(space.diagrams.levelOf(node));
  return 'axis' in meaning ? meaning.axis : undefined;
}

/** The functions that remain for the segments of an axis, each with its segments. */
export function partsOf(space: PacketSpace, node: Node, placed: PlacedAxis): ReadonlyMap<Node, readonly Span[]> {
  const { level, bits, axis } = placed;
  const { diagrams } = space;
  const count = axis.count + (axis.absent ? 1 : 0);
  const parts = new Map<Node, { first: number; last: number }[]>();
  const visit = (each: Node, bit: number, first: number): void => {
    if (first >= count) return;
    const at = diagrams.levelOf(each);
    const isDone = bit === bits || at >= level + bits;
    if (isDone) {
      const last = Math.min(first + 2 ** (bits - bit) - 1, count - 1);
      const spans = parts.get(each) ?? [];
      const before = spans.at(-1);
      if (before && before.last + 1 === first) before.last = last;
      else spans.push({ first, last });
      parts.set(each, spans);
      return;
    }
    const half = 2 ** (bits - bit - 1);
    const asks = at === level + bit;
    visit(asks ? diagrams.branch(each, false) : each, bit + 1, first);
    visit(asks ? diagrams.branch(each, true) : each, bit + 1, first + half);
  };
  visit(node, 0, 0);
  return parts;
}

/** How many packets a set holds: combinations of addresses, protocol and ports of one IP version each; a rough figure. */
export function sizeOf(space: PacketSpace, node: Node): number {
  const known = new Map<Node, number>();
  const counted = space.axes.filter(({ field }) => countedFields.has(field));
  const weight = (from: number, to: number) =>
    counted
      .filter(
        ({ level, bits, known: fixed }) => fixed === undefined && level >= from && level + Math.max(bits, 1) - 1 < to,
      )
      .reduce((product, placed) => product * sizeOfAxis(placed), 1);
  const visit = (each: Node): number => {
    if (each === never) return 0;
    const before = known.get(each);
    if (before !== undefined) return before;
    const placed = axisOfNode(space, each);
    let size = 1;
    if (placed) {
      size = 0;
      for (const [part, spans] of partsOf(space, each, placed)) {
        const next = axisOfNode(space, part);
        const between = weight(placed.level + placed.bits, next?.level ?? Number.MAX_SAFE_INTEGER);
        size += (countedFields.has(placed.field) ? sizeOfSpans(placed, spans) : 1) * between * visit(part);
      }
    }
    known.set(each, size);
    return size;
  };
  const first = axisOfNode(space, node);
  return node === never ? 0 : weight(0, first?.level ?? Number.MAX_SAFE_INTEGER) * visit(node);
}

const countedFields: ReadonlySet<Field> = new Set(['saddr', 'daddr', 'protocol', 'sport', 'dport', 'icmp']);

function sizeOfAxis(placed: PlacedAxis): number {
  return sizeOfSpans(placed, [{ first: 0, last: placed.axis.count - 1 }]);
}

function sizeOfSpans({ axis }: PlacedAxis, spans: readonly Span[]): number {
  if (!(axis instanceof RangeAxis)) return 1;
  return spans.reduce(
    (sum, { first, last }) => sum + Number(axis.valuesAt(last).last - axis.valuesAt(first).first + 1n),
    0,
  );
}

/** The version of the addresses on an axis. */
function versionOf({ name }: PlacedAxis): Version {
  return name.endsWith('6') ? 6 : 4;
}

/** Spans in the words of a configuration. */
export function spansText(placed: PlacedAxis, spans: readonly Span[]): string {
  return spans.map((span) => spanText(placed, span)).join(',');
}

function spanText(placed: PlacedAxis, { first, last }: Span): string {
  const { axis, field } = placed;
  if (axis instanceof RangeAxis) {
    if (first >= axis.count) return 'none';
    const { first: low } = axis.valuesAt(first);
    const { last: high } = axis.valuesAt(Math.min(last, axis.count - 1));
    return rangeText(placed, low, high);
  }
  const each = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  if (axis instanceof NameAxis)
    return each
      .map((segment) => axis.patternAt(segment))
      .map(({ name, wildcard }) => (wildcard ? `${name}+` : name))
      .join(',');
  if (axis instanceof WordAxis) return each.map((segment) => axis.words[segment] ?? 'other').join(',');
  if (axis instanceof BitsAxis)
    return each
      .map((segment) => (axis.values[segment] === undefined ? 'other' : `0x${axis.values[segment]?.toString(16)}`))
      .join(',');
  return field === 'version'
    ? each.map((segment) => (segment === 0 ? '4' : '6')).join(',')
    : each.map((segment) => (segment === 1 ? 'yes' : 'no')).join(',');
}

function rangeText(placed: PlacedAxis, first: bigint, last: bigint): string {
  if (placed.field === 'sourceMac') return macText(first) + (first === last ? '' : `-${macText(last)}`);
  if (!placed.field.toLowerCase().endsWith('addr')) return first === last ? String(first) : `${first}-${last}`;
  const version = versionOf(placed);
  const prefix = prefixOf(version, first, last);
  if (first === last) return printAddress(version, first);
  return prefix === undefined
    ? `${printAddress(version, first)}-${printAddress(version, last)}`
    : `${printAddress(version, first)}/${prefix}`;
}

function prefixOf(version: Version, first: bigint, last: bigint): number | undefined {
  const size = last - first + 1n;
  if ((size & (size - 1n)) !== 0n || first % size !== 0n) return undefined;
  return (version === 4 ? 32 : 128) - (size.toString(2).length - 1);
}

function macText(value: bigint): string {
  return value
    .toString(16)
    .padStart(12, '0')
    .replace(/(..)(?=.)/g, '$1:');
}
