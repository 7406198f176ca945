/** What a rule asks for of each field that a key can have, as values. */
import { isEvery } from '../../ir/interfaces.ts';
import type { ElementPart, Match, SetKeyField, SetType } from '../../ir/ruleset.ts';
import { everyAddress, joinNumbers, joinRanges, subtractRanges } from '../../net/address.ts';
import type { AddressRange, NumberRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';

/** A field that a key can have, with the type of its values. */
export interface KeyField {
  /** `saddr4`, `dport`. */
  readonly name: string;
  readonly key: SetKeyField;
  readonly type: SetType;
  /** The place in a key: what tells most packets apart first, the protocol last (measured for intervals of several fields). */
  readonly rank: number;
}

/** The values of one field, none of which overlap. */
export interface KeyValues {
  readonly field: KeyField;
  readonly values: readonly ElementPart[];
}

/** Adds what a match says of fields that keys have to the keys of its rule. */
export function addKeysOf(match: Match, keys: KeyValues[]): Added {
  switch (match.kind) {
    case 'address':
      return addKey(keys, fieldsOfAddresses[match.field][versionIn(match.ranges)], addressValues(match));
    case 'originalAddress':
      if (match.field !== 'daddr') return 'none';
      return addKey(keys, fieldsOfAddresses.originalDaddr[versionIn(match.ranges)], addressValues(match));
    case 'protocol':
      return match.negated ? 'none' : addKey(keys, protocolField, [...new Set(match.protocols)].map(single));
    case 'port': {
      if (match.negated || match.protocol === 'any') return 'none';
      const added = addKey(keys, portFields[match.field], numbers(match.ranges));
      return added === 'values' ? addKeyValues(keys, onlyProtocol(match.protocol)) : added;
    }
    case 'originalPort':
      return match.negated ? 'none' : addKey(keys, originalPortField, numbers(match.ranges));
    case 'interface':
      if (match.negated || match.interfaces.some((each) => each.wildcard || isEvery(each))) return 'none';
      return addKey(keys, interfaceFields[match.field], match.interfaces);
    case 'sourceMac':
      if (match.negated) return 'none';
      return addKey(keys, macField, match.addresses.map(numberOfMac));
    default:
      return 'none';
  }
}

function numberOfMac(mac: string): ElementPart {
  return single(Number.parseInt(mac.replaceAll(':', ''), 16));
}

/** The highest rank of a field; behind it are those of IPv6 addresses, which have the ranks 1 to 3. */
export const highestRank = 10;

const portFields = {
  dport: { name: 'dport', key: { field: 'dport' }, type: 'inet_service', rank: 4 },
  sport: { name: 'sport', key: { field: 'sport' }, type: 'inet_service', rank: 5 },
} as const satisfies Readonly<Record<string, KeyField>>;
const originalPortField: KeyField = {
  name: 'originalDport',
  key: { field: 'originalDport' },
  type: 'inet_service',
  rank: 6,
};
const interfaceFields = {
  iifname: { name: 'iifname', key: { field: 'iifname' }, type: 'ifname', rank: 7 },
  oifname: { name: 'oifname', key: { field: 'oifname' }, type: 'ifname', rank: 8 },
} as const satisfies Readonly<Record<string, KeyField>>;
const macField: KeyField = { name: 'sourceMac', key: { field: 'sourceMac' }, type: 'ether_addr', rank: 9 };
const protocolField: KeyField = {
  name: 'protocol',
  key: { field: 'protocol' },
  type: 'inet_proto',
  rank: highestRank,
};

function addressFields(field: 'saddr' | 'daddr' | 'originalDaddr', rank: number): Readonly<Record<Version, KeyField>> {
  return {
    4: { name: `${field}4`, key: { field, version: 4 }, type: 'ipv4_addr', rank },
    6: { name: `${field}6`, key: { field, version: 6 }, type: 'ipv6_addr', rank },
  };
}

const fieldsOfAddresses = {
  daddr: addressFields('daddr', 1),
  saddr: addressFields('saddr', 2),
  originalDaddr: addressFields('originalDaddr', 3),
} as const;

function versionIn(ranges: readonly AddressRange[]): Version {
  return ranges[0]?.version ?? 4;
}

/** All but some addresses are the ranges between them. */
function addressValues({
  negated,
  ranges,
}: {
  readonly negated: boolean;
  readonly ranges: readonly AddressRange[];
}): readonly ElementPart[] {
  if (!negated && ranges.length === 1) return ranges;
  const meant = negated ? subtractRanges([everyAddress(versionIn(ranges))], ranges) : joinRanges(ranges);
  return meant.map(({ first, last }) => ({ first, last }));
}

function numbers(ranges: readonly NumberRange[]): readonly ElementPart[] {
  const only = ranges[0];
  if (only && ranges.length === 1) return [numberPart(only)];
  return joinNumbers(ranges).map(numberPart);
}

function numberPart({ first, last }: NumberRange): ElementPart {
  return first === last ? single(first) : { first: BigInt(first), last: BigInt(last) };
}

function single(value: number): ElementPart {
  const number = BigInt(value);
  return { first: number, last: number };
}

const protocolKeys = new Map<number, KeyValues>();

/** The key of one protocol: the same for all rules, as most long lists are of one or two. */
function onlyProtocol(protocol: number): KeyValues {
  const known = protocolKeys.get(protocol);
  if (known) return known;
  const key: KeyValues = { field: protocolField, values: [single(protocol)] };
  protocolKeys.set(protocol, key);
  return key;
}

/** Whether the rule asks for the port before DNAT. */
export function asksForOriginalPort(keys: readonly KeyValues[]): boolean {
  for (let at = 0; at < keys.length; at += 1) if (keys[at]?.field === originalPortField) return true;
  return false;
}

/**
 * Takes the protocol out of the keys of a rule that asks for the original port, as the condition that nft wants to stand
 * before the map; undefined where the rule names none or several.
 */
export function takeProtocol(keys: KeyValues[]): Match | undefined {
  const at = keys.findIndex(({ field }) => field === protocolField);
  const [only, ...more] = keys[at]?.values ?? [];
  if (!only || more.length > 0 || 'name' in only) return undefined;
  keys.splice(at, 1);
  return { kind: 'protocol', negated: false, protocols: [Number(only.first)] };
}

/** What a match has added to the keys of its rule: nothing, values, or so that none is left. */
type Added = 'none' | 'values' | 'none left';

/**
 * Adds what is said of a field to what the rule says of it besides, in the order of a key; `none left` too where the two
 * cannot be joined.
 */
function addKey(keys: KeyValues[], field: KeyField, values: readonly ElementPart[]): Added {
  return addKeyValues(keys, { field, values });
}

function addKeyValues(keys: KeyValues[], added: KeyValues): Added {
  const { field, values } = added;
  let at = 0;
  for (; at < keys.length; at += 1) {
    const before = keys[at] as KeyValues;
    if (before.field.rank > field.rank) break;
    if (before.field !== field) continue;
    const common = before.values.flatMap((a) => values.flatMap((b) => intersectionOf(a, b)));
    keys[at] = { field, values: common };
    return common.length > 0 ? 'values' : 'none left';
  }
  // By hand: splice() makes an array of what it takes out.
  keys.push(added);
  for (let behind = keys.length - 1; behind > at; behind -= 1) keys[behind] = keys[behind - 1] as KeyValues;
  keys[at] = added;
  return values.length > 0 ? 'values' : 'none left';
}

function intersectionOf(a: ElementPart, b: ElementPart): readonly ElementPart[] {
  if (!overlaps(a, b)) return [];
  if ('name' in a || 'name' in b) return [a];
  return [{ first: larger(a.first, b.first), last: smaller(a.last, b.last) }];
}

function larger(a: bigint, b: bigint): bigint {
  return a < b ? b : a;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** Whether a value stands for one alone. */
export function isSingle(part: ElementPart): boolean {
  return 'name' in part ? !part.wildcard : part.first === part.last;
}

/** Whether two values have one in common. */
export function overlaps(a: ElementPart, b: ElementPart): boolean {
  if ('name' in a || 'name' in b) return 'name' in a && 'name' in b && a.name === b.name;
  return a.first <= b.last && b.first <= a.last;
}

/** A value that stands for one alone, as text. */
export function textOfSingle(part: ElementPart): string {
  return 'name' in part ? part.name : String(part.first);
}
