/** The axes of a space of packets: in which order fields are asked, and how the values of each are cut into segments. */

import type { AddressField, Field, FieldValues } from '../ir/fields.ts';
import { largest } from '../ir/fields.ts';
import { stateOrder } from '../ir/matches/connection.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import { type Axis, BitsAxis, flagAxis, groupsOfBits, NameAxis, RangeAxis, versionAxis, WordAxis } from './axes.ts';

/**
 * The order of the variables. First what splits a ruleset into parts that have nothing to do with each other and facts
 * that are asked of every packet before its rules: asked later, each of many rules would have them below it.
 */
const first: readonly Field[] = [
  'version',
  'state',
  'masterHelper',
  'iifname',
  'oifname',
  'dnat',
  'snat',
  'saddrType',
  'daddrType',
  'packetType',
  'reversePath',
  'fragment',
  'ipsecIn',
  'ipsecOut',
  'hopByHopHeader',
  'destinationHeader',
  'routingHeader',
  'fragmentHeader',
  'connectionMark',
  'packetMark',
  'protocol',
  'tcpFlags',
  'icmp',
];

/** Then what most rules ask: those that rules tell into few parts before those of many. */
const byCount: readonly (readonly [Field, ...Field[]])[] = [
  ['dport', 'originalDport'],
  ['daddr', 'originalDaddr'],
  ['saddr', 'originalSaddr'],
  ['sport'],
];

/** What only few rules ask, and questions seldom tell. */
const last: readonly Field[] = ['sourceMac', 'hopLimit', 'trafficClass', 'length', 'user', 'group'];

/** Fields that a packet may lack whatever its protocol is: only what its sender on this machine gives it. */
const mayBeAbsent: ReadonlySet<Field> = new Set(['user', 'group']);

/** Fields whose segments are the same, so that one can stand for the other. */
export const twins: Readonly<Partial<Record<Field, Field>>> = {
  originalDaddr: 'daddr',
  originalSaddr: 'saddr',
  originalDport: 'dport',
};

/** The ranges of values; none where they are something else. */
export function rangesIn(values: FieldValues): readonly (AddressRange | NumberRange)[] {
  return 'ranges' in values ? values.ranges : [];
}

function inBigints({ first, last }: AddressRange | NumberRange): { readonly first: bigint; readonly last: bigint } {
  return { first: BigInt(first), last: BigInt(last) };
}

const addressFields: readonly Field[] = ['saddr', 'daddr', 'originalSaddr', 'originalDaddr'] satisfies AddressField[];

/** Whether the values of a field are addresses. */
export function isAddressField(field: Field): boolean {
  return addressFields.includes(field);
}

/** The fields in the order of their variables. */
export function fieldOrder(named: ReadonlyMap<Field, readonly FieldValues[]>): readonly Field[] {
  const count = (fields: readonly Field[]) => Math.max(...fields.map((field) => rangesOf(named.get(field)).size));
  const sorted = [...byCount].sort((a, b) => count(a) - count(b));
  return [...first, ...sorted.flat(), ...last];
}

function rangesOf(values: readonly FieldValues[] = []): ReadonlySet<string> {
  return new Set(values.flatMap((each) => rangesIn(each).map((range) => `${range.first}-${range.last}`)));
}

/** What the twin of a field is cut by cuts the field, too. */
export function twinValues(field: Field, named: ReadonlyMap<Field, readonly FieldValues[]>): readonly FieldValues[] {
  return Object.entries(twins).flatMap(([other, of]) => (of === field ? (named.get(other as Field) ?? []) : []));
}

/** The axes of a field, by their names: one for each IP version, for each group of bits, or one. */
export function axesOf(
  field: Field,
  values: readonly FieldValues[],
): readonly { readonly name: string; readonly axis: Axis }[] {
  if (field === 'version') return [{ name: field, axis: versionAxis }];
  if (isAddressField(field)) {
    return ([4, 6] as const).map((version) => {
      const mine = values.flatMap(rangesIn).filter((range) => 'version' in range && range.version === version);
      const last = (1n << BigInt(version === 4 ? 32 : 128)) - 1n;
      return { name: `${field}${version}`, axis: new RangeAxis(mine.map(inBigints), last) };
    });
  }
  if (field === 'packetMark' || field === 'connectionMark') {
    const asked = values.flatMap((each) => ('mask' in each ? [each] : []));
    return groupsOfBits(asked.map(({ mask }) => mask)).map((bits, index) => ({
      name: `${field}/${index}`,
      axis: new BitsAxis(
        bits,
        asked.filter(({ mask }) => (mask & bits) !== 0).map(({ value }) => value),
      ),
    }));
  }
  return [{ name: field, axis: plainAxis(field, values) }];
}

function plainAxis(field: Field, values: readonly FieldValues[]): Axis {
  if (field === 'iifname' || field === 'oifname')
    return new NameAxis(values.flatMap((each) => ('patterns' in each ? each.patterns : [])));
  if (Object.hasOwn(largest, field)) {
    const ranges = values.flatMap(rangesIn).map(inBigints);
    return new RangeAxis(ranges, BigInt(largest[field as keyof typeof largest]), mayBeAbsent.has(field));
  }
  const known = allWords[field];
  if (!known) return flagAxis;
  const words = values.flatMap((each) => ('words' in each ? each.words : []));
  return new WordAxis([...known, ...words]);
}

const addressTypes = ['unicast', 'local', 'broadcast', 'anycast', 'multicast'];

/** The words that a field can have, whether a rule names them or not; helpers are those that rules name. */
const allWords: Readonly<Partial<Record<Field, readonly string[]>>> = {
  state: stateOrder,
  masterHelper: [],
  saddrType: addressTypes,
  daddrType: addressTypes,
  packetType: ['host', 'broadcast', 'multicast'],
};
