/** Elements of sets and maps as data: made of values, printed by the type of the set, compared with the key of a packet. */

import { printAddress, printNumbers, printRange } from '../net/address.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import type { Version } from '../net/version.ts';
import type { Origin } from '../source.ts';
import { fits, printInterface } from './interfaces.ts';
import { hex } from './matches/lists.ts';
import { longest, named, quoted } from './names.ts';
import type { ElementPart, NftSet, SetElement, SetType, Verdict } from './ruleset.ts';

/** What a key is compared by: a number, or the name of an interface. */
export type KeyValue = bigint | string;

/** The element that holds the addresses of a range, alone. */
export function elementOfRange({ first, last }: AddressRange): SetElement {
  return { key: [{ first, last }] };
}

/** A part that holds one number. */
export function singlePart(value: bigint | number): ElementPart {
  return { first: BigInt(value), last: BigInt(value) };
}

/** A part that holds a range of numbers. */
export function partOfNumbers({ first, last }: NumberRange): ElementPart {
  return { first: BigInt(first), last: BigInt(last) };
}

/** The Ethernet types by which a map tells the IP versions apart (IEEE 802 Numbers, IANA). */
export const etherTypes = { 4: 0x0800n, 6: 0x86ddn } as const;

/** A part that stands for the packets of an IP version (`meta protocol`). */
export function partOfVersion(version: Version): ElementPart {
  return singlePart(etherTypes[version]);
}

/** Whether a key is meant by an element: each part of it lies in the part of the element at its place. */
export function elementHolds({ key }: SetElement, values: readonly KeyValue[]): boolean {
  return key.length === values.length && key.every((part, index) => partHolds(part, values[index] ?? ''));
}

function partHolds(part: ElementPart, value: KeyValue): boolean {
  if ('name' in part) return typeof value === 'string' && fits(part, value);
  return typeof value === 'bigint' && part.first <= value && value <= part.last;
}

/** The number of the element that holds a key; undefined when none does. */
export function elementFor({ elements }: NftSet, values: readonly KeyValue[]): number | undefined {
  const index = elements.findIndex((element) => elementHolds(element, values));
  return index < 0 ? undefined : index;
}

/** What a map leads to for a key; undefined when it has no such key. */
export function valueFor({ elements }: NftSet, values: readonly KeyValue[]): readonly ElementPart[] | undefined {
  return elements.find((element) => elementHolds(element, values))?.to;
}

/** The element in the syntax of nft: `10.0.0.0/8 . 22 timeout 60s`, of a map `ip : 192.0.2.1`. */
export function printElement(
  { key, timeout, to, verdict, origin, comment }: SetElement,
  set: Pick<NftSet, 'type' | 'to'>,
  commentOf: (origin: Origin) => string = () => '',
): string {
  let text = '';
  for (let at = 0; at < key.length; at += 1) {
    const part = printPart(key[at] as ElementPart, set.type[at] ?? 'mark');
    text += at === 0 ? part : ` . ${part}`;
  }
  const time = timeout === undefined ? '' : ` timeout ${timeout}s`;
  const note = comment ?? (origin && commentOf(origin));
  const head = `${text}${time}${note ? ` comment ${quoted(note, longest.comment)}` : ''}`;
  if (verdict) return `${head} : ${printVerdict(verdict)}`;
  const target = set.to;
  if (to === undefined || target === undefined || target === 'verdict') return head;
  return `${head} : ${to.map((part) => printPart(part, target)).join(' . ')}`;
}

/** The verdict as nft reads it. */
export function printVerdict(verdict: Verdict): string {
  return 'chain' in verdict ? `${verdict.kind} ${named(verdict.chain)}` : verdict.kind;
}

function printPart(part: ElementPart, type: SetType): string {
  return 'name' in part ? printInterface(part) : printValues[type](part);
}

type Values = Exclude<ElementPart, { name: string }>;

const printValues: { readonly [T in SetType]: (values: Values) => string } = {
  ipv4_addr: ({ first, last }) => (first === last ? printAddress(4, first) : printRange({ version: 4, first, last })),
  ipv6_addr: ({ first, last }) => (first === last ? printAddress(6, first) : printRange({ version: 6, first, last })),
  inet_service: printPlain,
  inet_proto: printPlain,
  mark: ({ first, last }) => (first === last ? hex(Number(first)) : `${hex(Number(first))}-${hex(Number(last))}`),
  ifname: printPlain,
  ether_addr: ({ first }) => (first.toString(16).padStart(12, '0').match(/../g) ?? []).join(':'),
  ether_type: ({ first }) => (first === etherTypes[4] ? 'ip' : 'ip6'),
};

function printPlain({ first, last }: Values): string {
  return printNumbers({ first: Number(first), last: Number(last) });
}
