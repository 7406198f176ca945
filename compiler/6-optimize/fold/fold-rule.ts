/** A rule as an entry of a map: the values of the fields it asks for, and what happens to its packets. */

import { versionOf } from '../../ir/context.ts';
import { kindOfMatch } from '../../ir/matches/index.ts';
import type { ElementPart, Match, NftRule } from '../../ir/ruleset.ts';
import type { Version } from '../../net/version.ts';
import { placeOf, type Span } from '../../source.ts';
import {
  addKeysOf,
  asksForOriginalPort,
  highestRank,
  isSingle,
  type KeyField,
  type KeyValues,
  takeProtocol,
  textOfSingle,
} from './key-values.ts';

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
  let rest: readonly Match[] = nothing;
  const remembering = rememberingOf(rule);
  if (!remembering) return undefined;
  const asked = rule.matches.length - remembering.length;
  for (let at = 0; at < asked; at += 1) {
    const match = rule.matches[at] as Match;
    const added = addKeysOf(match, keys);
    if (added === 'none left') return undefined;
    if (added === 'none') rest = [...rest, match];
  }
  if (asksForOriginalPort(keys)) {
    const protocol = takeProtocol(keys);
    if (!protocol) return undefined;
    rest = [...rest, protocol];
  }
  if (keys.length === 0) return undefined;
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

/** The fields that the rule asks for, in the order of its conditions. */
export function fieldsAsked({ matches }: NftRule): readonly KeyField[] {
  return matches.flatMap((match) => {
    const keys: KeyValues[] = [];
    addKeysOf(match, keys);
    return keys.map(({ field }) => field);
  });
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

/** BigInt has no JSON of its own, and of an origin only the places count, not the whole text of its file. */
export function bigints(name: string, value: unknown): unknown {
  if (name === 'origin' && Array.isArray(value)) return (value as Span[]).map(placeOf);
  return typeof value === 'bigint' ? String(value) : value;
}
