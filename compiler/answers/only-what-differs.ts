/**
 * Two firewalls without the rules that have nothing to do with what differs between them. Most of two versions of one
 * configuration is the same; of a packet that meets none of the rules that changed, both do the same.
 *
 * Rules that stand in both chains in the same order are common; the others are changed. A packet that no changed rule
 * matches meets the same common rules first, so it fares the same. For a packet that some changed rule may match, a common
 * rule that has no packet in common with any changed rule never matches, and can be left out. What is left out may decide
 * the packets of the first kind otherwise, but in both firewalls alike.
 */
import type { Box, Extent, Field } from '../ir/fields.ts';
import { setsByName } from '../ir/flow.ts';
import { fits } from '../ir/interfaces.ts';
import { haveNoCommonPacket } from '../ir/matches/apart.ts';
import { extentOf } from '../ir/matches/index.ts';
import type { Chain, NftRule, NftSet, Ruleset } from '../ir/ruleset.ts';
import type { Model } from '../model/index.ts';
import type { InterfacePattern } from '../net/interface.ts';
import type { Firewall } from './firewall.ts';

/** More pairs of rules are not compared: then nothing is left out. */
const mostPairs = 5_000_000;

/** The firewalls, with as few rules as show every difference. */
export function onlyWhatDiffers(before: Firewall, after: Firewall): readonly [Firewall, Firewall] {
  const whole = [before, after] as const;
  if (text(frameOf(before.ruleset)) !== text(frameOf(after.ruleset))) return whole;
  const [old, young] = [new Signatures(before.ruleset), new Signatures(after.ruleset)];
  const changed = changedRules(old, young);
  const rules = [old, young].map(({ ruleset }) => ruleset.chains.reduce((sum, chain) => sum + chain.rules.length, 0));
  if (changed.length * Math.max(...rules) > mostPairs) return whole;
  const moved = [before, after];
  const fields = [
    ...fixedFields,
    ...(moved.some(({ model }) => translatesOwnSource(model)) ? [] : fromFields),
    ...(moved.some(({ ruleset }) => translates(ruleset)) ? [] : toFields),
  ];
  const asked = changed.map((extents) => onlyFields(extents, fields));
  return [
    { ...before, ruleset: without(old, asked, fields) },
    { ...after, ruleset: without(young, asked, fields) },
  ];
}

/** Fields that nothing on the way of a first packet changes before its last rule. */
const fixedFields: readonly Field[] = ['version', 'protocol', 'icmp', 'iifname', 'originalSaddr', 'originalDaddr'];

/** Fields that SNAT changes: after the last rule, but for what this machine sends to itself. */
const fromFields: readonly Field[] = ['saddr', 'sport'];

/** Fields that DNAT changes. */
const toFields: readonly Field[] = ['daddr', 'dport'];

/** Whether packets may leave by the loopback interface with another source: they come in by it again, and meet more rules. */
function translatesOwnSource({ snat, oneToOne, networkMaps }: Model): boolean {
  const isLoopback = ({ interfaces }: { readonly interfaces: readonly InterfacePattern[] }) =>
    interfaces.some((pattern) => fits(pattern, 'lo'));
  return [...snat, ...networkMaps].some(isLoopback) || oneToOne.some((each) => each.everyInterface || isLoopback(each));
}

function translates({ chains }: Ruleset): boolean {
  const kinds = ['dnat', 'redirect', 'netmap', 'tproxy', 'raw'];
  return chains.some(({ rules }) =>
    rules.some(({ statements }) => statements.some(({ kind }) => kinds.includes(kind))),
  );
}

/** What a ruleset is besides the rules of its chains. */
function frameOf({ chains, family }: Ruleset): unknown {
  return { family, chains: chains.flatMap(({ name, base }) => (base ? [{ name, base }] : [])) };
}

/** The rules of a ruleset by what they do; where they were written, and what they have counted, is no part of it. */
class Signatures {
  readonly ruleset: Ruleset;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly #sets: ReadonlyMap<string, NftSet>;
  readonly #known = new Map<NftRule, string>();
  readonly #extents = new Map<NftRule, readonly Extent[]>();

  constructor(ruleset: Ruleset) {
    this.ruleset = ruleset;
    this.chains = new Map(ruleset.chains.map((chain) => [chain.name, chain]));
    this.#sets = setsByName(ruleset);
  }

  of(rule: NftRule): string {
    const known = this.#known.get(rule);
    if (known !== undefined) return known;
    const signature = text([rule.matches, this.extents(rule), rule.statements, this.maps(rule)]);
    this.#known.set(rule, signature);
    return signature;
  }

  /** What the maps hold that a rule looks into. */
  maps({ statements }: NftRule): readonly unknown[] {
    return statements.flatMap((statement) =>
      statement.kind === 'lookup' ? [this.#sets.get(statement.map)?.elements] : [],
    );
  }

  extents(rule: NftRule): readonly Extent[] {
    const known = this.#extents.get(rule);
    if (known) return known;
    const extents = rule.matches.map((match) => extentOf(match, this.#sets));
    this.#extents.set(rule, extents);
    return extents;
  }
}

/** Whether the signatures of two rules are the same, found without making them: most rules of two versions are. */
function doSame(one: NftRule, own: Signatures, two: NftRule, other: Signatures): boolean {
  return (
    isSame(one.matches, two.matches) &&
    isSame(one.statements, two.statements) &&
    isSame(own.extents(one), other.extents(two)) &&
    isSame(own.maps(one), other.maps(two))
  );
}

/** What is no part of what a rule does. */
const besides: ReadonlySet<string> = new Set(['origin', 'comment', 'packets', 'bytes']);

/** Names of lines in what is logged, `rules:12`, are no difference. */
function withoutLines(prefix: string): string {
  return prefix.replace(/\b[\w.]+:\d+\b/g, '');
}

/** Data as text. */
function text(data: unknown): string {
  return JSON.stringify(data, (name, value: unknown) => {
    if (typeof value === 'bigint') return `n${value}`;
    if (besides.has(name)) return undefined;
    return name === 'prefix' && typeof value === 'string' ? withoutLines(value) : value;
  });
}

/** Whether two data have the same text. */
function isSame(one: unknown, two: unknown, name = ''): boolean {
  if (one === two) return true;
  if (typeof one === 'string' && typeof two === 'string')
    return name === 'prefix' && withoutLines(one) === withoutLines(two);
  if (typeof one !== 'object' || typeof two !== 'object' || one === null || two === null) return false;
  if (Array.isArray(one) || Array.isArray(two))
    return (
      Array.isArray(one) &&
      Array.isArray(two) &&
      one.length === two.length &&
      one.every((each, index) => isSame(each, two[index]))
    );
  const [mine, theirs] = [one, two] as readonly Readonly<Record<string, unknown>>[];
  for (const each in one) if (!besides.has(each) && !isSame(mine?.[each], theirs?.[each], each)) return false;
  for (const each in two) if (!(each in one) && !besides.has(each) && theirs?.[each] !== undefined) return false;
  return true;
}

/** What the rules ask that one of two rulesets has and the other has not, or not in this order. */
function changedRules(old: Signatures, young: Signatures): readonly (readonly Extent[])[] {
  const names = new Set([...old.chains.keys(), ...young.chains.keys()]);
  return [...names].flatMap((name) => {
    const [before, after] = [old, young].map(({ chains }) => chains.get(name)?.rules ?? []) as [Rules, Rules];
    const common = commonOf(before, after, old, young);
    return [
      ...before.filter((rule) => !common.has(rule)).map((rule) => old.extents(rule)),
      ...after.filter((rule) => !common.has(rule)).map((rule) => young.extents(rule)),
    ];
  });
}

type Rules = readonly NftRule[];

/** Rules of both lists that stand in both, in the same order: as many as the rules that each has once tell. */
function commonOf(rules: Rules, theirs: Rules, own: Signatures, other: Signatures): ReadonlySet<NftRule> {
  let start = 0;
  const same = (at: number, from: number) => {
    const [one, two] = [rules[at], theirs[from]];
    return one !== undefined && two !== undefined && doSame(one, own, two, other);
  };
  while (same(start, start)) start += 1;
  let end = 0;
  const left = Math.min(rules.length, theirs.length) - start;
  while (end < left && same(rules.length - 1 - end, theirs.length - 1 - end)) end += 1;
  const common = new Set<NftRule>();
  for (const list of [rules, theirs])
    for (const part of [list.slice(0, start), list.slice(list.length - end)]) for (const rule of part) common.add(rule);
  const [middle, between] = [rules.slice(start, rules.length - end), theirs.slice(start, theirs.length - end)];
  const places = onceIn(between.map((rule) => other.of(rule)));
  const mine = onceIn(middle.map((rule) => own.of(rule)));
  const candidates = middle.flatMap((rule) => {
    const place = mine.has(own.of(rule)) ? places.get(own.of(rule)) : undefined;
    const partner = place === undefined ? undefined : between[place];
    return place === undefined || !partner ? [] : [{ pair: [rule, partner], place }];
  });
  for (const index of longestIncreasing(candidates.map(({ place }) => place)))
    for (const rule of candidates[index]?.pair ?? []) common.add(rule);
  return common;
}

/** The places of those that occur once. */
function onceIn(signatures: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const twice = new Set<string>();
  for (const [index, each] of signatures.entries()) {
    if (places.has(each)) twice.add(each);
    places.set(each, index);
  }
  for (const each of twice) places.delete(each);
  return places;
}

/** The indexes of a longest increasing part of the numbers (C. Schensted, 1961). */
function longestIncreasing(numbers: readonly number[]): readonly number[] {
  const tails: number[] = [];
  const previous: (number | undefined)[] = [];
  for (const [index, value] of numbers.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[tails[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? tails[low - 1] : undefined;
    tails[low] = index;
  }
  const found: number[] = [];
  for (let at = tails.at(-1); at !== undefined; at = previous[at]) found.push(at);
  return found.reverse();
}

/** What the extents say of some fields alone: never less than what they hold for. */
function onlyFields(extents: readonly Extent[], fields: readonly Field[]): readonly Extent[] {
  const only = (box: Box) => box.filter(({ field }) => fields.includes(field));
  return extents.flatMap(({ boxes, negated }) => (negated ? [] : [{ requires: [], boxes: boxes.map(only), negated }]));
}

/** The ruleset with the rules alone that may have a packet in common with one of these. */
function without(own: Signatures, asked: readonly (readonly Extent[])[], fields: readonly Field[]): Ruleset {
  const chains = own.ruleset.chains.map((chain) => ({
    ...chain,
    rules: chain.rules.filter((rule) => {
      const extents = onlyFields(own.extents(rule), fields);
      return asked.some((each) => !haveNoCommonPacket(each, extents));
    }),
  }));
  return { ...own.ruleset, chains };
}
