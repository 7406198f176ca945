/** A rule as an entry of a map: the values of the fields it asks for, and what happens to its packets. */

import { versionOf } from '../../ir/context.ts';
import { isEvery } from '../../ir/interfaces.ts';
import { kindOfMatch } from '../../ir/matches/index.ts';
import type { ElementPart, Match, NftRule, SetKeyField, SetType } from '../../ir/ruleset.ts';
import { everyAddress, joinNumbers, joinRanges, subtractRanges } from '../../net/address.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import { placeOf, type Span } from '../../source.ts';

/** A field that a key can have, with the type of its values. */
export interface KeyField {
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
  /** By the name of the field, such as `saddr4`. */
  readonly keys: ReadonlyMap<string, KeyValues>;
  /** Conditions that stay in front of the map. */
  readonly rest: readonly Match[];
  /** The IP version of its packets, where its conditions say it. */
  readonly version?: Version;
  /** The rules of one shape can share a map. */
  readonly shape: string;
}

/** The rule by the values that it asks for; undefined for one that has none that a key can hold. */
export function foldRuleOf(rule: NftRule): FoldRule | undefined {
  const keys = new Map<string, KeyValues>();
  const rest: Match[] = [];
  for (const match of rule.matches) {
    const { stateful, opaque } = kindOfMatch(match);
    if (stateful || opaque) return undefined;
    const found = keysOfMatch(match);
    if (!found) rest.push(match);
    else if (!found.every((each) => addKey(keys, each))) return undefined;
  }
  if (keys.size === 0 || !protocolBeforeOriginalPort(keys, rest)) return undefined;
  const version = versionOf(rule.matches);
  return { rule, keys, rest, shape: shapeOf(keys, rest, rule), ...(version !== undefined && { version }) };
}

/** Of rules that ask for the original port the protocol stands before the map: nft wants it there. False where they name several. */
function protocolBeforeOriginalPort(keys: Map<string, KeyValues>, rest: Match[]): boolean {
  if (!keys.has('originalDport')) return true;
  const [only, ...more] = keys.get('protocol')?.values ?? [];
  if (!only || more.length > 0 || 'name' in only) return false;
  keys.delete('protocol');
  rest.push({ kind: 'protocol', negated: false, protocols: [Number(only.first)] });
  return true;
}

/** Adds what a match says of a field to what others say of it; false when no value is left, or they cannot be joined. */
function addKey(keys: Map<string, KeyValues>, { field, values }: KeyValues): boolean {
  const name = nameOf(field);
  const before = keys.get(name);
  if (!before) {
    keys.set(name, { field, values });
    return values.length > 0;
  }
  const common = before.values.flatMap((a) => values.flatMap((b) => intersectionOf(a, b)));
  keys.set(name, { field, values: common });
  return common.length > 0;
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

/** `saddr4`, `dport`. */
export function nameOf({ key }: KeyField): string {
  return 'version' in key ? `${key.field}${key.version}` : key.field;
}

/** The fields in the order of a key. */
export function fieldsOf({ keys }: Pick<FoldRule, 'keys'>): readonly KeyField[] {
  return [...keys.values()].map(({ field }) => field).sort((a, b) => a.rank - b.rank);
}

/** How many elements of a map the rule makes. */
export function elementsOf({ keys }: FoldRule): number {
  return [...keys.values()].reduce((count, { values }) => count * values.length, 1);
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

function shapeOf(keys: ReadonlyMap<string, KeyValues>, rest: readonly Match[], rule: NftRule): string {
  const fields = [...keys].map(([name, { values }]) => `${name}${values.every(isSingle) ? '' : '-'}`).sort();
  const counted = rule.statements[0]?.kind === 'counter';
  return `${fields.join('.')} ${counted ? 'counted' : ''} ${JSON.stringify(rest, bigints)}`;
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
      return [{ field: addressField(match.field, versionIn(match.ranges)), values: addressValues(match) }];
    case 'originalAddress':
      if (match.field !== 'daddr') return undefined;
      return [{ field: addressField('originalDaddr', versionIn(match.ranges)), values: addressValues(match) }];
    case 'protocol':
      return match.negated ? undefined : [{ field: protocolField, values: [...new Set(match.protocols)].map(single) }];
    case 'port': {
      if (match.negated || match.protocol === 'any') return undefined;
      const field = {
        key: { field: match.field },
        type: 'inet_service',
        rank: match.field === 'dport' ? 4 : 5,
      } as const;
      const values = joinNumbers(match.ranges).map(({ first, last }) => ({ first: BigInt(first), last: BigInt(last) }));
      return [
        { field, values },
        { field: protocolField, values: [single(match.protocol)] },
      ];
    }
    case 'originalPort': {
      if (match.negated) return undefined;
      const values = joinNumbers(match.ranges).map(({ first, last }) => ({ first: BigInt(first), last: BigInt(last) }));
      return [{ field: originalPortField, values }];
    }
    case 'interface': {
      if (match.negated || match.interfaces.some((each) => each.wildcard || isEvery(each))) return undefined;
      const field = { key: { field: match.field }, type: 'ifname', rank: match.field === 'iifname' ? 6 : 7 } as const;
      return [{ field, values: match.interfaces }];
    }
    case 'sourceMac': {
      if (match.negated) return undefined;
      const field = { key: { field: 'sourceMac' }, type: 'ether_addr', rank: 8 } as const;
      return [{ field, values: match.addresses.map((mac) => single(Number.parseInt(mac.replaceAll(':', ''), 16))) }];
    }
    default:
      return undefined;
  }
}

const originalPortField: KeyField = { key: { field: 'originalDport' }, type: 'inet_service', rank: 5 };
const protocolField: KeyField = { key: { field: 'protocol' }, type: 'inet_proto', rank: 9 };
const ranks = { daddr: 1, saddr: 2, originalDaddr: 3 } as const;

function addressField(field: 'saddr' | 'daddr' | 'originalDaddr', version: Version): KeyField {
  return { key: { field, version }, type: version === 4 ? 'ipv4_addr' : 'ipv6_addr', rank: ranks[field] };
}

function versionIn([range]: readonly AddressRange[]): Version {
  return range?.version ?? 4;
}

/** All but some addresses are the ranges between them. */
function addressValues({
  negated,
  ranges,
}: {
  readonly negated: boolean;
  readonly ranges: readonly AddressRange[];
}): readonly ElementPart[] {
  const meant = negated ? subtractRanges([everyAddress(versionIn(ranges))], ranges) : joinRanges(ranges);
  return meant.map(({ first, last }) => ({ first, last }));
}

function single(value: number): ElementPart {
  return { first: BigInt(value), last: BigInt(value) };
}
