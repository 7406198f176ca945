/** A rule as an entry of a map: the values of the fields it asks for, and what happens to its packets. */

import { versionOf } from '../../ir/context.ts';
import { isEvery } from '../../ir/interfaces.ts';
import { kindOfMatch } from '../../ir/matches/index.ts';
import type { ElementPart, Match, NftRule, SetKeyField, SetType } from '../../ir/ruleset.ts';
import { everyAddress, joinNumbers, joinRanges, subtractRanges } from '../../net/address.ts';
import type { AddressRange, NumberRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import { placeOf, type Span } from '../../source.ts';

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

/** A rule that a map can hold. */
export interface FoldRule {
  readonly rule: NftRule;
  /** Its place among the rules of its chain, from 0. */
  readonly number: number;
  /** What is asked of each field, in the order of a key. */
  readonly keys: readonly KeyValues[];
  /** The key as text where each field has one value: rules of the same fields have a packet in common only if theirs are equal. */
  readonly only?: string;
  /** Conditions that stay in front of the map. */
  readonly rest: readonly Match[];
  /** Conditions that remember packets, such as limits; they are asked last, of packets for which all others hold. */
  readonly remembering?: readonly Match[];
  /** The IP version of its packets, where its conditions say it. */
  readonly version?: Version;
  /** The rules of one shape can share a map. */
  readonly shape: string;
}

/** The rule `number` of a chain by the values that it asks for; undefined for one that has none that a key can hold. */
export function foldRuleOf(rule: NftRule, number: number): FoldRule | undefined {
  const keys: KeyValues[] = [];
  const rest: Match[] = [];
  const remembering = rememberingOf(rule);
  if (!remembering) return undefined;
  const asked = rule.matches.length - remembering.length;
  for (let at = 0; at < asked; at += 1) {
    const match = rule.matches[at] as Match;
    const found = keysOfMatch(match);
    if (!found) rest.push(match);
    else for (const each of found) if (!addKey(keys, each)) return undefined;
  }
  if (keys.length === 0 || !protocolBeforeOriginalPort(keys, rest)) return undefined;
  // Assigned and not spread: of long files most of the time would go into making objects.
  const folded: Writable<FoldRule> = { rule, number, keys, rest, shape: shapeOf(keys, rest, remembering, rule) };
  if (remembering.length > 0) folded.remembering = remembering;
  const version = versionOf(rule.matches);
  if (version !== undefined) folded.version = version;
  const only = onlyKeyOf(keys);
  if (only !== undefined) folded.only = only;
  return folded;
}

const nothing: readonly Match[] = [];

/** The conditions that remember packets; undefined where another follows them, or where they are words of nft. */
function rememberingOf({ matches }: NftRule): readonly Match[] | undefined {
  let first = -1;
  for (let at = 0; at < matches.length; at += 1) {
    const { stateful, opaque } = kindOfMatch(matches[at] as Match);
    if (opaque || (first >= 0 && !stateful)) return undefined;
    if (stateful && first < 0) first = at;
  }
  return first < 0 ? nothing : matches.slice(first);
}

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** Of rules that ask for the original port the protocol stands before the map: nft wants it there. False where they name several. */
function protocolBeforeOriginalPort(keys: KeyValues[], rest: Match[]): boolean {
  if (!keys.some(({ field }) => field === originalPortField)) return true;
  const at = keys.findIndex(({ field }) => field === protocolField);
  const [only, ...more] = keys[at]?.values ?? [];
  if (!only || more.length > 0 || 'name' in only) return false;
  keys.splice(at, 1);
  rest.push({ kind: 'protocol', negated: false, protocols: [Number(only.first)] });
  return true;
}

/**
 * Adds what a match says of a field to what others say of it, in the order of a key; false when no value is left, or they
 * cannot be joined.
 */
function addKey(keys: KeyValues[], added: KeyValues): boolean {
  const { field, values } = added;
  let at = 0;
  for (let before = keys[at]; before && before.field.rank <= field.rank; before = keys[at]) {
    if (before.field === field) {
      const common = before.values.flatMap((a) => values.flatMap((b) => intersectionOf(a, b)));
      keys[at] = { field, values: common };
      return common.length > 0;
    }
    at += 1;
  }
  keys.splice(at, 0, added);
  return values.length > 0;
}

/** The fields that the rule asks for, in the order of its conditions. */
export function fieldsAsked({ matches }: NftRule): readonly KeyField[] {
  return matches.flatMap((match) => keysOfMatch(match)?.map(({ field }) => field) ?? []);
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

/** The values that the rule asks for in a field; undefined where it does not ask for it. */
export function valuesIn({ keys }: Pick<FoldRule, 'keys'>, name: string): readonly ElementPart[] | undefined {
  for (const { field, values } of keys) if (field.name === name) return values;
  return undefined;
}

/** How many elements of a map the rule makes. */
export function elementsOf({ keys }: FoldRule): number {
  return keys.reduce((count, { values }) => count * values.length, 1);
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

function shapeOf(
  keys: readonly KeyValues[],
  rest: readonly Match[],
  remembering: readonly Match[],
  rule: NftRule,
): string {
  let ranges = 0;
  let fields = 0;
  for (const { field, values } of keys) {
    if (!values.every(isSingle)) ranges |= 1 << field.rank;
    fields |= 1 << (field.type === 'ipv6_addr' ? field.rank + highestRank : field.rank);
  }
  // An element counts before anything is remembered.
  const counted = remembering.length === 0 && rule.statements[0]?.kind === 'counter';
  if (rest.length > 0) return `${ranges} ${fields} ${counted} ${JSON.stringify(rest, bigints)}`;
  const number = (fields << (highestRank + 2)) | (ranges << 1) | (counted ? 1 : 0);
  const known = shapes.get(number) ?? `${ranges} ${fields} ${counted} `;
  shapes.set(number, known);
  return known;
}

/** The highest rank of a field; behind it are those of IPv6 addresses, which have the ranks 1 to 3. */
const highestRank = 10;

/** The shapes of rules that keys say whole: the same text for the same shape. */
const shapes = new Map<number, string>();

/** Whether rules of the shape ask for more than one value of a field: a hash cannot hold them. */
export function hasRanges({ shape }: Pick<FoldRule, 'shape'>): boolean {
  return !shape.startsWith('0 ');
}

/** The shape but for which fields are ranges: a map of ranges can hold all rules of one form. */
export function formOf({ shape }: Pick<FoldRule, 'shape'>): string {
  return shape.slice(shape.indexOf(' '));
}

function onlyKeyOf(keys: readonly KeyValues[]): string | undefined {
  let text = '';
  for (const { values } of keys) {
    const value = values[0];
    if (!value || values.length > 1 || !isSingle(value)) return undefined;
    text += text === '' ? textOfSingle(value) : ` ${textOfSingle(value)}`;
  }
  return text;
}

/** A value that stands for one alone, as text. */
export function textOfSingle(part: ElementPart): string {
  return 'name' in part ? part.name : String(part.first);
}

/** BigInt has no JSON of its own, and of an origin only the places count, not the whole text of its file. */
export function bigints(name: string, value: unknown): unknown {
  if (name === 'origin' && Array.isArray(value)) return (value as Span[]).map(placeOf);
  return typeof value === 'bigint' ? String(value) : value;
}

/** What a match says of fields that keys have; undefined where it says anything else. */
function keysOfMatch(match: Match): readonly KeyValues[] | undefined {
  switch (match.kind) {
    case 'address':
      return [{ field: fieldsOfAddresses[match.field][versionIn(match.ranges)], values: addressValues(match) }];
    case 'originalAddress':
      if (match.field !== 'daddr') return undefined;
      return [{ field: fieldsOfAddresses.originalDaddr[versionIn(match.ranges)], values: addressValues(match) }];
    case 'protocol':
      return match.negated ? undefined : [{ field: protocolField, values: [...new Set(match.protocols)].map(single) }];
    case 'port': {
      if (match.negated || match.protocol === 'any') return undefined;
      return [{ field: portFields[match.field], values: numbers(match.ranges) }, onlyProtocol(match.protocol)];
    }
    case 'originalPort': {
      if (match.negated) return undefined;
      return [{ field: originalPortField, values: numbers(match.ranges) }];
    }
    case 'interface': {
      if (match.negated || match.interfaces.some((each) => each.wildcard || isEvery(each))) return undefined;
      return [{ field: interfaceFields[match.field], values: match.interfaces }];
    }
    case 'sourceMac': {
      if (match.negated) return undefined;
      return [
        { field: macField, values: match.addresses.map((mac) => single(Number.parseInt(mac.replaceAll(':', ''), 16))) },
      ];
    }
    default:
      return undefined;
  }
}

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
  const joined = ranges.length === 1 ? ranges : joinNumbers(ranges);
  return joined.map(({ first, last }) =>
    first === last ? single(first) : { first: BigInt(first), last: BigInt(last) },
  );
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
