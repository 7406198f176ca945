/**
 * What elements of sets mean: boxes of addresses, protocols and ports, with the time that is left to them. Only
 * arithmetic. The kernel is given boxes that share nothing: it refuses one that lies in another, and takes out a
 * neighbour where two overlap (net/netfilter/nft_set_pipapo.c, Linux 6.18).
 */

import { macNumber } from '../../compiler/ir/fields.ts';
import type { ElementPart, SetElement, SetType } from '../../compiler/ir/ruleset.ts';
import { joinRanges, parseAddress, prefixRange, printNumbers, printRange } from '../../compiler/net/address.ts';
import { openDatabases } from '../environment/databases.ts';

/** From the first to the last number of one part of an element. */
export interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

/** All that an element holds: a span for each part of the type of its set. */
export interface Box {
  readonly spans: readonly Span[];
  /** The seconds that are left to it; `Infinity` when it stays. */
  readonly seconds: number;
}

type Type = readonly SetType[];

/** Reads an element as nft lists it; undefined when the type of the set is none that commands fill. */
export function boxOf(element: string, type: Type, seconds: number): Box | undefined {
  const parts = element.split(' . ');
  const spans = type.map((each, index) => spanOf(parts[index] ?? '', each));
  if (parts.length !== type.length || !spans.every((span) => span !== undefined)) return undefined;
  return { spans, seconds: seconds === 0 ? Number.POSITIVE_INFINITY : seconds };
}

function spanOf(text: string, type: SetType): Span | undefined {
  const [address = '', length] = text.split('/');
  const network = length === undefined ? undefined : parseAddress(address);
  if (network) return prefixRange(network.version, network.value, Number(length));
  const [first = '', last = first] = text.split('-');
  const [from, to] = [first, last].map((each) => numberOf(each, type));
  return from === undefined || to === undefined ? undefined : { first: from, last: to };
}

function numberOf(text: string, type: SetType): bigint | undefined {
  if (type === 'ipv4_addr' || type === 'ipv6_addr') return parseAddress(text)?.value;
  if (type === 'ether_addr') return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(text) ? BigInt(macNumber(text)) : undefined;
  if (type === 'mark') return /^(0x[0-9a-f]+|\d+)$/.test(text) ? BigInt(text) : undefined;
  if (type !== 'inet_proto' && type !== 'inet_service') return undefined;
  const number = /^\d+$/.test(text) ? Number(text) : openDatabases().protocolNumber(text);
  return number === undefined ? undefined : BigInt(number);
}

/** Reads an element as data, of whatever type its set is; undefined when nft lists no such element. */
export function readElement(element: string, type: Type): SetElement | undefined {
  const parts = element.split(' . ');
  const key = type.map((each, index) => partOf(parts[index] ?? '', each));
  return parts.length === type.length && key.every((part) => part !== undefined) ? { key } : undefined;
}

function partOf(text: string, type: SetType): ElementPart | undefined {
  return type === 'ifname' ? interfacePart(text.replaceAll('"', '')) : spanOf(text, type);
}

function interfacePart(name: string): ElementPart {
  return { name: name.replace(/\*$/, ''), wildcard: name.endsWith('*') };
}

/** The box as nft takes it. */
export function elementOf({ spans }: Pick<Box, 'spans'>, type: Type): string {
  return type.map((each, index) => printSpan(spans[index] ?? { first: 0n, last: 0n }, each)).join(' . ');
}

function printSpan({ first, last }: Span, type: SetType): string {
  if (type === 'ipv4_addr') return printRange({ version: 4, first, last });
  if (type === 'ipv6_addr') return printRange({ version: 6, first, last });
  return printNumbers({ first: Number(first), last: Number(last) });
}

/** Whether two boxes hold the same. */
export function equals(a: Box, b: Box): boolean {
  return contains(a, b) && contains(b, a);
}

/** Whether all of `b` is in `a`. */
export function contains(a: Box, b: Box): boolean {
  return a.spans.every(({ first, last }, index) => {
    const other = b.spans[index];
    return other !== undefined && first <= other.first && other.last <= last;
  });
}

/** Whether something is in both. */
export function overlap(a: Box, b: Box): boolean {
  return a.spans.every(({ first, last }, index) => {
    const other = b.spans[index];
    return other !== undefined && first <= other.last && other.first <= last;
  });
}

/** What of `box` is not in `without`, as boxes that share nothing. */
export function subtract(box: Box, without: Box): readonly Box[] {
  if (!overlap(box, without)) return [box];
  const parts: Box[] = [];
  let rest = box;
  without.spans.forEach((hole, index) => {
    const span = rest.spans[index];
    if (span === undefined) return;
    const part = (first: bigint, last: bigint): Box => ({
      ...rest,
      spans: rest.spans.map((each, at) => (at === index ? { first, last } : each)),
    });
    if (span.first < hole.first) parts.push(part(span.first, hole.first - 1n));
    if (span.last > hole.last) parts.push(part(hole.last + 1n, span.last));
    rest = part(larger(span.first, hole.first), smaller(span.last, hole.last));
  });
  return parts;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** What of `box` is in none of the others. */
export function subtractAll(box: Box, others: readonly Box[]): readonly Box[] {
  return others.reduce<readonly Box[]>((rest, other) => rest.flatMap((each) => subtract(each, other)), [box]);
}

/** The same addresses, protocols and ports as boxes that share nothing; one that no other touches stays as it is. */
export function disjoint(boxes: readonly Box[]): readonly Box[] {
  if (boxes.every(({ spans }) => spans.length === 1)) return joined(boxes);
  const widestFirst = [...boxes].sort((a, b) => (volume(a) > volume(b) ? -1 : volume(a) < volume(b) ? 1 : 0));
  const done: Box[] = [];
  for (const box of widestFirst) done.push(...subtractAll(box, done));
  return done;
}

function volume({ spans }: Box): bigint {
  return spans.reduce((product, { first, last }) => product * (last - first + 1n), 1n);
}

function joined(boxes: readonly Box[]): readonly Box[] {
  const ranges = joinRanges(
    boxes.flatMap(({ spans }) => spans.map(({ first, last }) => ({ version: 6 as const, first, last }))),
  );
  return ranges.map(({ first, last }) => ({ spans: [{ first, last }], seconds: Number.POSITIVE_INFINITY }));
}
