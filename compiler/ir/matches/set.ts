/** Matches on named sets, and how the parts of their keys are read from a packet. */
import { invariant } from '../../invariant.ts';
import { bitsOf, prefixRange } from '../../net/address.ts';
import type { Version } from '../../net/version.ts';
import { elementHolds, type KeyValue, printVerdict } from '../elements.ts';
import { type Box, type Extent, type FieldValues, opaqueExtent } from '../fields.ts';
import type { MatchKind, MatchOf, PrintContext } from '../kind.ts';
import { named } from '../names.ts';
import type { ElementPart, NftSet, SetElement, SetKeyField, Verdict } from '../ruleset.ts';
import type { Situation } from '../situation.ts';
import { cutTo, headerOf, isTracked, versionIs } from './address.ts';

/** The key in the syntax of nft: `ip saddr . th dport`. */
export function printSetKey(key: readonly SetKeyField[], context: PrintContext): string {
  invariant(key.length > 0, 'a set without a key');
  return key.map((part) => printField(part, context)).join(' . ');
}

function printField(part: SetKeyField, context: PrintContext): string {
  if (part.field === 'saddr' || part.field === 'daddr')
    return cutTo(part.prefix, part.version, `${headerOf(part.version, context)} ${part.field}`);
  if (part.field === 'originalDaddr')
    return cutTo(part.prefix, part.version, `ct original ${headerOf(part.version, context)} daddr`);
  return fieldWords[part.field];
}

const fieldWords = {
  sport: 'th sport',
  dport: 'th dport',
  originalDport: 'ct original proto-dst',
  protocol: 'meta l4proto',
  iifname: 'iifname',
  oifname: 'oifname',
  sourceMac: 'ether saddr',
  metaMark: 'meta mark',
} satisfies Record<Exclude<SetKeyField['field'], 'saddr' | 'daddr' | 'originalDaddr'>, string>;

/** The key of a packet, or undefined when it lacks a part: then neither `@set` nor `!= @set` holds. */
export function keyOf(key: readonly SetKeyField[], situation: Situation): readonly KeyValue[] | undefined {
  const values = key.map((part) => keyPart(part, situation));
  return values.every((value) => value !== undefined) ? values : undefined;
}

function keyPart(part: SetKeyField, { packet, oif, packetMark, tracked }: Situation): KeyValue | undefined {
  switch (part.field) {
    case 'saddr':
    case 'daddr':
      return part.version === packet.version ? networkOf(packet[part.field], part) : undefined;
    case 'originalDaddr':
      return part.version === packet.version && tracked ? networkOf(tracked.original.daddr, part) : undefined;
    case 'sport':
    case 'dport': {
      const port = packet[part.field];
      return port === undefined ? undefined : BigInt(port);
    }
    case 'originalDport':
      return tracked?.original.dport === undefined ? undefined : BigInt(tracked.original.dport);
    case 'protocol':
      return BigInt(packet.protocol);
    case 'iifname':
      return packet.iif ?? '';
    case 'oifname':
      return oif ?? '';
    case 'sourceMac':
      return packet.sourceMac === undefined ? undefined : BigInt(`0x${packet.sourceMac.replaceAll(':', '')}`);
    case 'metaMark':
      return BigInt(packetMark >>> 0);
  }
}

function networkOf(
  address: bigint,
  { version, prefix }: { readonly version: Version; readonly prefix?: number },
): bigint {
  return prefix === undefined ? address : prefixRange(version, address, prefix).first;
}

/** Fields that hold a number, by the part of a key that reads them. */
const numberFields = {
  sport: 'sport',
  dport: 'dport',
  originalDport: 'originalDport',
  protocol: 'protocol',
  sourceMac: 'sourceMac',
} as const;

/** What must hold for a packet to have the part of a key. */
export function requiredForPart(part: SetKeyField): Box {
  if (part.field === 'originalDport') return [isTracked];
  if (!('version' in part)) return [];
  return part.field === 'originalDaddr' ? [versionIs(part.version), isTracked] : [versionIs(part.version)];
}

/** The values of a field that a part of an element stands for. An address that is cut to a prefix is any of its network. */
function valuesOfPart(field: SetKeyField, part: ElementPart): FieldValues {
  if ('name' in part) return { field: field.field === 'oifname' ? 'oifname' : 'iifname', patterns: [part] };
  if ('version' in field) {
    const { version, prefix = bitsOf(version) } = field;
    const { last } = prefixRange(version, part.last, prefix);
    return { field: field.field, ranges: [{ version, first: part.first, last }] };
  }
  if (field.field === 'metaMark') return { field: 'packetMark', mask: 0xffffffff, value: Number(part.first) };
  const ranges = [{ first: Number(part.first), last: Number(part.last) }];
  return { field: numberFields[field.field as keyof typeof numberFields], ranges };
}

/** The packets whose key is in an element, if they have such a key. */
export function boxOfElement(key: readonly SetKeyField[], { key: parts }: SetElement): Box {
  return key.flatMap((field, index) => {
    const part = parts[index];
    return part ? [valuesOfPart(field, part)] : [];
  });
}

function isFilled({ dynamic, timeout }: NftSet): boolean {
  return dynamic || timeout !== undefined;
}

function fieldsOf(key: readonly SetKeyField[]): string {
  return key.map(({ field }) => field).join('.');
}

/** What a look-up in a map that fills while the firewall runs may come to: for each verdict the packets with such an element. */
export function casesOfFilled(
  key: readonly SetKeyField[],
  map: NftSet | undefined,
): readonly { readonly extent: Extent; readonly verdict: Verdict }[] {
  if (!map?.verdicts || !isFilled(map)) return [];
  const requires = key.flatMap(requiredForPart);
  return map.verdicts.map((verdict) => ({
    extent: opaqueExtent(`map ${map.name} (${fieldsOf(key)}) to ${printVerdict(verdict)}`, true, requires),
    verdict,
  }));
}

/** A set that fills while the firewall runs is what nobody can tell of a packet; any other is its elements. */
function extentOfKey(key: readonly SetKeyField[], found: NftSet | undefined, name: string, negated: boolean): Extent {
  const requires = key.flatMap(requiredForPart);
  if (!found || isFilled(found))
    return opaqueExtent(`${negated ? 'not in ' : ''}set ${name} (${fieldsOf(key)})`, true, requires);
  return { requires, boxes: found.elements.map((element) => boxOfElement(key, element)), negated };
}

export const setMatch: MatchKind<MatchOf<'set'>> = {
  print: ({ set, negated, key }, context) => `${printSetKey(key, context)} ${negated ? '!= ' : ''}@${named(set)}`,
  extent: ({ set, negated, key }, sets) => extentOfKey(key, sets.get(set), set, negated),
  test({ set, negated, key }, situation) {
    const found = situation.sets.get(set);
    invariant(found, `no set ${set}`);
    const values = keyOf(key, situation);
    return values !== undefined && found.elements.some((element) => elementHolds(element, values)) !== negated;
  },
};
