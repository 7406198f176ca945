/** Matches on named sets, and how the parts of their keys are read from a packet. */
import { invariant } from '../../invariant.ts';
import { prefixRange } from '../address.ts';
import { elementHolds } from '../elements.ts';
import { fits } from '../interfaces.ts';
import type { MatchKind, MatchOf, PrintContext, Situation } from '../kind.ts';
import { named } from '../names.ts';
import type { SetKeyField, Version } from '../ruleset.ts';
import { cutTo, headerOf } from './address.ts';

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
  protocol: 'meta l4proto',
  iifname: 'iifname',
  oifname: 'oifname',
  sourceMac: 'ether saddr',
  metaMark: 'meta mark',
} satisfies Record<Exclude<SetKeyField['field'], 'saddr' | 'daddr' | 'originalDaddr'>, string>;

/** One part of the key of this packet, as text of the same form that elements have; undefined when it has none. */
export type KeyValue = bigint | string;

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

export const setMatch: MatchKind<MatchOf<'set'>> = {
  print: ({ set, negated, key }, context) => `${printSetKey(key, context)} ${negated ? '!= ' : ''}@${named(set)}`,
  test({ set, negated, key }, situation) {
    const found = situation.sets.get(set);
    invariant(found, `no set ${set}`);
    const values = keyOf(key, situation);
    return values !== undefined && found.elements.some((element) => elementHolds(element, values, fits)) !== negated;
  },
};
