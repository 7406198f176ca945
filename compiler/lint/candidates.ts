/**
 * Rules that may be without effect, told by one packet of each: if no earlier rule matches that packet, the rule decides
 * it. Most configurations have no such rule, and need no analysis of all packets. Rules are looked up by the values that
 * they ask for, so that many of them cost little more each than few.
 */
import type { Extent, FieldValues } from '../ir/fields.ts';
import { mayEnd, type SetsByName, setsByName, targetsOf } from '../ir/flow.ts';
import { haveNoCommonPacket } from '../ir/matches/apart.ts';
import { extentOf } from '../ir/matches/index.ts';
import type { Chain, NftRule, Ruleset } from '../ir/ruleset.ts';
import { userLine } from '../ir/user-line.ts';
import { placeOf } from '../source.ts';
import { type AnyNetwork, mayMatch, packetOf, type Sample } from './sample-packet.ts';

/** Rules that may decide nothing, and what packets may have met before they come to them. */
export class Candidates {
  /** The rules that somebody's line became and that may decide nothing. */
  readonly rules: ReadonlySet<NftRule>;
  readonly #order: Order;

  constructor(ruleset: Ruleset) {
    const sets = setsByName(ruleset);
    const chains = new Map(ruleset.chains.map((chain) => [chain.name, askedIn(chain, sets)]));
    this.#order = new Order(ruleset.chains, chains, sets);
    this.rules = new Set([...chains].flatMap(([name, rules]) => this.#in(name, rules)));
  }

  /** Rules of other lines, in chains before this one and in it, that decide and may match packets of a rule of it. */
  linesBefore(rule: NftRule, chain: string, extents: (rule: NftRule) => readonly Extent[]): readonly NftRule[] {
    const own = lineOf(rule);
    return [...this.#order.linesBefore(chain).flatMap(({ rules }) => rules), ...this.#order.earlierIn(chain, rule)]
      .filter((other) => other.decides && other.line !== own && !haveNoCommonPacket(extents(rule), other.extents))
      .map((other) => other.rule);
  }

  #in(chain: string, rules: readonly Asked[]): readonly NftRule[] {
    if (rules.every(({ line }) => line === undefined)) return [];
    const before = this.#order.linesBefore(chain);
    const own = new ByValue(rules);
    return rules.flatMap((asked) => {
      const candidate = asked.line !== undefined && isCandidate(asked, own, before);
      own.add(asked);
      return candidate ? [asked.rule] : [];
    });
  }
}

function isCandidate(asked: Asked, own: ByValue, before: readonly ByValue[]): boolean {
  const packet = packetOf(asked.extents);
  if (!packet) return true;
  if (own.someMatches(packet, asked.line, 'maybe')) return true;
  return before.some((rules) => rules.someMatches(packet, asked.line, 'no'));
}

/** The line that somebody wrote; none of the library's. */
function lineOf(rule: NftRule): string | undefined {
  const span = userLine(rule);
  return span && placeOf(span);
}

/** A rule by what it asks. */
interface Asked {
  readonly rule: NftRule;
  /** The line that somebody wrote; rules of one line take nothing from each other. */
  readonly line: string | undefined;
  readonly extents: readonly Extent[];
  /** Whether a packet that it matches may go no further. */
  readonly decides: boolean;
}

function askedIn({ rules }: Chain, sets: SetsByName): readonly Asked[] {
  return rules.map((rule) => {
    const last = rule.statements.at(-1);
    return {
      rule,
      line: lineOf(rule),
      extents: rule.matches.map((match) => extentOf(match, sets)),
      decides: last !== undefined && mayEnd(last),
    };
  });
}

/** Which rules packets may have met before they come to a chain. */
class Order {
  readonly #asked: ReadonlyMap<string, readonly Asked[]>;
  readonly #sets: SetsByName;
  readonly #callers = new Map<string, { readonly chain: string; readonly rule: number }[]>();
  readonly #within = new Map<string, ReadonlySet<string>>();
  readonly #before = new Map<string, ReadonlyMap<string, number>>();
  readonly #lines = new Map<string, ByValue | undefined>();

  constructor(chains: readonly Chain[], asked: ReadonlyMap<string, readonly Asked[]>, sets: SetsByName) {
    this.#asked = asked;
    this.#sets = sets;
    for (const { name, rules } of chains) {
      for (const [rule, each] of rules.entries()) {
        for (const target of new Set(targetsOf(each, sets))) {
          const list = this.#callers.get(target);
          if (list) list.push({ chain: name, rule });
          else this.#callers.set(target, [{ chain: name, rule }]);
        }
      }
    }
  }

  /** What somebody's lines became in the chains before this one. */
  linesBefore(name: string): readonly ByValue[] {
    const ends = new Map<string, number>();
    for (const { chain, rule } of this.#callers.get(name) ?? []) {
      for (const [other, end] of this.#metBefore(chain, rule)) ends.set(other, Math.max(ends.get(other) ?? 0, end));
    }
    // What is called for all lines of a chain, as blacklists are where zones lie within others, stands before them.
    for (const { rule, line } of this.#asked.get(name) ?? []) {
      if (line !== undefined) continue;
      for (const target of targetsOf(rule, this.#sets))
        for (const other of this.#calledBy(target)) ends.set(other, Number.POSITIVE_INFINITY);
    }
    ends.delete(name);
    return [...ends].flatMap(([chain, end]) => this.#linesIn(chain, end) ?? []);
  }

  /** What somebody's lines became in a chain before a rule of it. */
  earlierIn(name: string, rule: NftRule): readonly Asked[] {
    const rules = this.#asked.get(name) ?? [];
    return rules
      .slice(
        0,
        rules.findIndex((each) => each.rule === rule),
      )
      .filter(({ line }) => line !== undefined);
  }

  /** Chains, and how many of their rules may come before a rule. */
  #metBefore(name: string, rule: number): ReadonlyMap<string, number> {
    const key = `${name} ${rule}`;
    const known = this.#before.get(key);
    if (known) return known;
    const ends = new Map<string, number>();
    this.#before.set(key, ends);
    const meet = (chain: string, end: number) => ends.set(chain, Math.max(ends.get(chain) ?? 0, end));
    meet(name, rule);
    const rules = this.#asked.get(name) ?? [];
    const own = rules[rule]?.extents ?? [];
    for (const { rule: earlier, extents } of rules.slice(0, rule)) {
      const targets = targetsOf(earlier, this.#sets);
      if (targets.length === 0 || haveNoCommonPacket(own, extents)) continue;
      for (const target of targets) for (const chain of this.#calledBy(target)) meet(chain, Number.POSITIVE_INFINITY);
    }
    for (const caller of this.#callers.get(name) ?? [])
      for (const [chain, end] of this.#metBefore(caller.chain, caller.rule)) meet(chain, end);
    return ends;
  }

  /** A chain and all that it may call. */
  #calledBy(name: string): ReadonlySet<string> {
    const known = this.#within.get(name);
    if (known) return known;
    const found = new Set([name]);
    this.#within.set(name, found);
    for (const { rule } of this.#asked.get(name) ?? []) {
      for (const target of targetsOf(rule, this.#sets)) for (const chain of this.#calledBy(target)) found.add(chain);
    }
    return found;
  }

  #linesIn(chain: string, end: number): ByValue | undefined {
    const key = `${chain} ${end}`;
    if (this.#lines.has(key)) return this.#lines.get(key);
    const rules = (this.#asked.get(chain) ?? []).slice(0, end).filter(({ line }) => line !== undefined);
    const lines = rules.length > 0 ? new ByValue(rules) : undefined;
    for (const each of rules) lines?.add(each);
    this.#lines.set(key, lines);
    return lines;
  }
}

/**
 * Rules that decide, found by the packets that they may match: each stands at the rarest of the single values that it asks
 * for, those that ask for none stand together.
 */
class ByValue {
  readonly rules: readonly Asked[];
  readonly #uses = new Map<string, number>();
  readonly #at = new Map<string, Asked[]>();
  readonly #others: Asked[] = [];

  /** `rules`: all that will be added. */
  constructor(rules: readonly Asked[]) {
    this.rules = rules;
    for (const { extents } of rules)
      for (const key of singleValues(extents)) this.#uses.set(key, (this.#uses.get(key) ?? 0) + 1);
  }

  add(asked: Asked): void {
    if (!asked.decides) return;
    let rarest: string | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const key of singleValues(asked.extents)) {
      const uses = this.#uses.get(key) ?? 0;
      if (uses < fewest) [rarest, fewest] = [key, uses];
    }
    const list = rarest === undefined ? this.#others : this.#at.get(rarest);
    if (list) list.push(asked);
    else if (rarest !== undefined) this.#at.set(rarest, [asked]);
  }

  /** Whether one of the rules, but for those of the line, may match the packet. */
  someMatches(packet: Sample, line: string | undefined, anyNetwork: AnyNetwork): boolean {
    const matches = (asked: Asked) =>
      (asked.line === undefined || asked.line !== line) && mayMatch(asked.extents, packet, anyNetwork);
    return this.#others.some(matches) || keysOf(packet).some((key) => this.#at.get(key)?.some(matches));
  }
}

/** The fields in which a rule asks for one value alone, with that value. A packet that it matches has it. */
function singleValues(extents: readonly Extent[]): readonly string[] {
  return extents.flatMap(({ boxes, negated }) => {
    const [box, ...more] = boxes;
    return box && more.length === 0 && !negated ? box.flatMap(singleValue) : [];
  });
}

function singleValue(values: FieldValues): readonly string[] {
  const [range, ...more] = 'ranges' in values ? values.ranges : [];
  return range && more.length === 0 && range.first === range.last ? [`${values.field} ${range.first}`] : [];
}

/** What a rule that asks for one value alone and matches the packet would stand at. */
function keysOf(packet: Sample): readonly string[] {
  return [...packet.values()].flatMap((values) => {
    const [range] = 'ranges' in values ? values.ranges : [];
    return range ? [`${values.field} ${range.first}`] : [];
  });
}
