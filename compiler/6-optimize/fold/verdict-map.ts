/** A layer of rules as a map of verdicts, and the rule that looks into it. */

import type { Box } from '../../ir/fields.ts';
import { longest } from '../../ir/names.ts';
import type { Chain, ElementPart, Match, NftRule, NftSet, SetElement, Statement, Verdict } from '../../ir/ruleset.ts';
import { neededBy, requiredFor } from '../../ir/statements/index.ts';
import { placeOf } from '../../source.ts';
import { bigints, elementsOf, type FoldRule, hasRanges, valuesIn } from './fold-rule.ts';
import { ContentHash } from './hash.ts';
import type { KeyField } from './key-values.ts';

/** What the pass adds to a ruleset: maps, and chains for what elements do besides a verdict. */
export class Additions {
  readonly sets: NftSet[] = [];
  readonly chains: Chain[] = [];
  readonly #chains = new Map<string, string>();
  readonly #taken: Set<string>;
  /** The number that was last put behind a name. */
  readonly #last = new Map<string, number>();

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /**
   * Adds a map under a name that says its purpose and its content; one of the same content is there already. `keys` are
   * the keys of its elements as texts, where the caller has them.
   */
  map(purpose: string, map: Omit<NftSet, 'name'>, keys: readonly (string | undefined)[] = []): string {
    const name = `${purpose.slice(0, longest.name - 9)}-${hashOf(map, keys)}`;
    if (!this.sets.some((set) => set.name === name)) this.sets.push({ ...map, name });
    return name;
  }

  /** A chain of the same rules, made once. */
  chain(wanted: string, chain: Omit<Chain, 'name'>): string {
    const key = JSON.stringify(chain.rules, bigints);
    const known = this.#chains.get(key);
    if (known !== undefined) return known;
    const name = this.ownChain(wanted, chain);
    this.#chains.set(key, name);
    return name;
  }

  /** A chain for one caller: rules that remember packets, such as limits, are not shared. */
  ownChain(wanted: string, chain: Omit<Chain, 'name'>): string {
    const short = wanted.slice(0, longest.name - 6);
    let name = short;
    let number = this.#last.get(short) ?? 1;
    while (this.#taken.has(name)) {
      number += 1;
      name = `${short}.${number}`;
    }
    this.#last.set(short, number);
    this.#taken.add(name);
    this.chains.push({ name, ...chain });
    return name;
  }
}

/** The hash of all that is in a map: maps of the same text are the same. */
function hashOf(
  { type, to, counted, interval, elements }: Omit<NftSet, 'name'>,
  keys: readonly (string | undefined)[],
): string {
  const hash = new ContentHash();
  hash.add(`${type.join(' ')}|${to ?? ''}|${counted ?? false}|${interval}\n`);
  elements.forEach((element, index) => {
    if (index > 0) hash.add('\n');
    hash.add(keys[index] ?? textOfKey(element.key));
    hash.add(textOfOthers(element));
  });
  return hash.name;
}

function textOfKey(key: SetElement['key']): string {
  let parts = '';
  for (const part of key) {
    if (parts !== '') parts += ' ';
    parts += 'name' in part ? `${part.name}${part.wildcard ? '+' : ''}` : numbersOf(part);
  }
  return parts;
}

function textOfOthers({ verdict, origin, comment = '', remark = '' }: SetElement): string {
  const does = verdict === undefined ? '' : `${verdict.kind} ${'chain' in verdict ? verdict.chain : ''}`;
  return `|${does}|${placesOf(origin)}|${comment}|${remark}`;
}

function placesOf(origin: SetElement['origin']): string {
  if (!origin) return '';
  return origin.length === 1 ? placeOf(origin[0]) : origin.map(placeOf).join(' ');
}

function numbersOf({ first, last }: { readonly first: bigint; readonly last: bigint }): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/** Whether what the rule does can be said by an element: it counts first if at all, and all that it needs its keys say. */
export function fitsElement(rule: FoldRule): boolean {
  const { statements } = rule.rule;
  if (rule.remembering) return elementsOf(rule) <= mostElements && mayBeCalled(rule);
  const [first, second] = statements;
  if (first?.kind === 'counter' && second?.kind === 'verdict' && statements.length === 2)
    return elementsOf(rule) <= mostElements;
  const counters = statements.filter(({ kind }) => kind === 'counter').length;
  if (counters > 1 || elementsOf(rule) > mostElements) return false;
  const at = statements.findIndex(({ kind }) => kind === 'counter');
  const before = at < 0 ? [] : statements.slice(0, at);
  if (!before.every((statement) => neededBy(statement).length === 0 && !decides(statement))) return false;
  return mayBeCalled(rule);
}

/** Whether a chain of its own can do what the rule does. */
function mayBeCalled(rule: FoldRule): boolean {
  const { statements } = rule.rule;
  if (statements.some(({ kind }) => kind === 'dispatch' || kind === 'lookup' || kind === 'raw')) return false;
  return isSaidByKeys(statements.flatMap(requiredFor), rule);
}

/** More elements from one line are left as the rule that they are. */
const mostElements = 256;

function decides({ kind }: Statement): boolean {
  return kind === 'verdict' || kind === 'reject' || kind === 'dispatch' || kind === 'queue';
}

/** Whether the fields that nft asks before the rule are among its own. */
function isSaidByKeys(required: Box, rule: FoldRule): boolean {
  return required.every((values) => {
    if (values.field === 'version') return rule.version === values.version;
    if (values.field !== 'protocol') return false;
    const asked = valuesIn(rule, 'protocol') ?? [];
    return (
      asked.length > 0 &&
      asked.every((part) => 'first' in part && values.ranges.some(({ first }) => BigInt(first) === part.first))
    );
  });
}

/** The rule that looks the rules of a layer up, all of one shape and without packets in common. */
export function lookupOf(chain: string, rules: readonly FoldRule[], additions: Additions): NftRule {
  const [first] = rules as readonly [FoldRule, ...FoldRule[]];
  const inOrder = first.keys.map(({ field }) => field);
  const interval = rules.some(hasRanges);
  const fields = interval ? mostTellingFirst(inOrder, rules) : inOrder;
  const isReordered = fields.some((field, index) => field !== inOrder[index]);
  const elements: SetElement[] = [];
  const texts: (string | undefined)[] = [];
  for (const rule of rules) {
    const verdict = verdictOf(chain, rule, additions);
    for (const key of keysOf(rule, fields)) {
      elements.push(elementOf(rule, key, verdict));
      texts.push(isReordered ? undefined : rule.only);
    }
  }
  const map = additions.map(
    chain,
    {
      type: fields.map(({ type }) => type),
      to: 'verdict',
      ...(counts(first) && { counted: true as const }),
      interval,
      dynamic: false,
      elements,
    },
    texts,
  );
  return { matches: first.rest, statements: [{ kind: 'lookup', map, key: fields.map(({ key }) => key) }] };
}

function counts({ rule, remembering }: FoldRule): boolean {
  return !remembering && rule.statements.some(({ kind }) => kind === 'counter');
}

/**
 * The order of a key with ranges: for each field the kernel follows every element that fits so far (`pipapo_refill` in
 * net/netfilter/nft_set_pipapo.c), so the field comes first of which the fewest elements share a value.
 */
function mostTellingFirst(fields: readonly KeyField[], rules: readonly FoldRule[]): readonly KeyField[] {
  const shared = new Map(fields.map((field) => [field, mostShared(field, rules)]));
  return [...fields].sort((a, b) => (shared.get(a) ?? 0) - (shared.get(b) ?? 0) || a.rank - b.rank);
}

/** How many rules ask for the value that most of them ask for. */
function mostShared({ name }: KeyField, rules: readonly FoldRule[]): number {
  const counts = new Map<string, number>();
  let most = 0;
  for (const rule of rules) {
    for (const part of valuesIn(rule, name) ?? []) {
      const value = 'name' in part ? part.name : numbersOf(part);
      const count = (counts.get(value) ?? 0) + 1;
      counts.set(value, count);
      if (count > most) most = count;
    }
  }
  return most;
}

function elementOf({ rule }: FoldRule, key: readonly ElementPart[], verdict: Verdict): SetElement {
  const { origin, comment, remark } = rule;
  // Assigned and not spread, as rules of long files become as many elements.
  const element: { -readonly [Name in keyof SetElement]: SetElement[Name] } = { key, verdict };
  if (origin) element.origin = origin;
  if (comment !== undefined) element.comment = comment;
  if (remark !== undefined) element.remark = remark;
  return element;
}

/** Each combination of the values that the rule has in the fields. */
function keysOf(rule: FoldRule, fields: readonly KeyField[]): readonly (readonly ElementPart[])[] {
  if (rule.only !== undefined) return [singleKeyOf(rule, fields)];
  let keys: readonly (readonly ElementPart[])[] = [[]];
  for (const { name } of fields) {
    const values = valuesIn(rule, name) ?? [];
    keys = keys.flatMap((key) => values.map((value) => [...key, value]));
  }
  return keys;
}

/** The key of a rule that has one. */
function singleKeyOf(rule: FoldRule, fields: readonly KeyField[]): readonly ElementPart[] {
  if (isInOrder(rule, fields)) return rule.keys.map(({ values }) => values[0] as ElementPart);
  return fields.map(({ name }) => valuesIn(rule, name)?.[0] as ElementPart);
}

function isInOrder({ keys }: FoldRule, fields: readonly KeyField[]): boolean {
  if (keys.length !== fields.length) return false;
  for (let at = 0; at < fields.length; at += 1) if (keys[at]?.field !== fields[at]) return false;
  return true;
}

/** The verdict of an element: that of the rule, or a chain that does what the rule does. */
function verdictOf(chain: string, rule: FoldRule, additions: Additions): Verdict {
  if (rule.remembering) return rememberedIn(chain, rule, rule.remembering, additions);
  const [first, second] = rule.rule.statements;
  if (first?.kind === 'counter' && second?.kind === 'verdict' && rule.rule.statements.length === 2)
    return second.verdict;
  const statements = rule.rule.statements.filter(({ kind }) => kind !== 'counter');
  const [only, ...more] = statements;
  if (!only) return { kind: 'continue' };
  if (only.kind === 'verdict' && more.length === 0) return only.verdict;
  const last = statements.at(-1);
  const ends = last !== undefined && isFinal(last) && statements.every((each) => neededBy(each).length === 0);
  const called = additions.chain(`${chain}.do`, {
    comment: `what lines of ${chain} do`,
    rules: [{ matches: contextOf(rule), statements }],
  });
  return { kind: ends ? 'goto' : 'jump', chain: called };
}

/** A chain of its own that remembers packets as the rule did, counts those that it holds for, and lets the others go on. */
function rememberedIn(chain: string, rule: FoldRule, remembering: readonly Match[], additions: Additions): Verdict {
  const matches = [...said(rule), ...remembering];
  const comment = `a line of ${chain}`;
  return { kind: 'jump', chain: additions.ownChain(`${chain}.do`, { comment, rules: [{ ...rule.rule, matches }] }) };
}

function isFinal(statement: Statement): boolean {
  if (statement.kind === 'verdict') return statement.verdict.kind === 'accept' || statement.verdict.kind === 'drop';
  return ['reject', 'queue', 'dnat', 'snat', 'masquerade', 'redirect'].includes(statement.kind);
}

/** The version and protocol that nft wants to read in a rule that refuses, translates or logs by them. */
function contextOf(folded: FoldRule): NftRule['matches'] {
  const asks = folded.rule.statements.some((each) => requiredFor(each).length > 0 || 'ports' in each || 'to' in each);
  return asks ? said(folded) : [];
}

/** The version and the protocols that the keys of the rule say. */
function said(folded: FoldRule): NftRule['matches'] {
  const { version } = folded;
  const protocols = (valuesIn(folded, 'protocol') ?? []).flatMap((part) =>
    'first' in part ? [Number(part.first)] : [],
  );
  return [
    ...(version === undefined ? [] : [{ kind: 'version', version } as const]),
    ...(protocols.length === 0 ? [] : [{ kind: 'protocol', negated: false, protocols } as const]),
  ];
}
