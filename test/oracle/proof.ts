/**
 * What can be said of rules without a packet: whether any can reach a rule, and what becomes of those that hold its
 * matches. Exact where it says something, silent where it cannot be sure: a match that remembers is never taken as sure.
 */
import type { AddressRange, Match, NftRule, Ruleset, Statement } from '../../compiler/ir/ruleset.ts';

/** A rule by its place. */
export interface Place {
  readonly chain: string;
  readonly rule: number;
}

type Facts = readonly Match[];
type Fates = ReadonlySet<string>;

/** The packet goes back to where the chain was called. */
const back = 'back';

/** Whether no packet comes to the rule: one in front of it certainly ends the way of all that would hold its matches. */
export function isShadowed(ruleset: Ruleset, place: Place): boolean {
  const rule = ruleOf(ruleset, place);
  return !reachable(ruleset, place, factsOf(rule?.matches ?? []), []);
}

/** Whether packets that hold the rule's matches fare the same without it. */
export function isRedundant(ruleset: Ruleset, place: Place): boolean {
  const rule = ruleOf(ruleset, place);
  if (!rule) return false;
  const facts = factsOf(rule.matches);
  const withIt = fatesOfStatements(ruleset, rule.statements, facts, 0);
  const [fate] = withIt;
  if (withIt.size !== 1 || fate === undefined || fate === back || fate === 'unknown') return false;
  const without = onwards(ruleset, place, facts, []);
  return without.size === 1 && without.has(fate);
}

/** Rules that call a chain, with what they ask. */
function callersOf(
  ruleset: Ruleset,
  name: string,
): readonly (Place & { readonly goes: boolean; readonly facts: Facts })[] {
  return ruleset.chains.flatMap((chain) =>
    chain.rules.flatMap((rule, index) =>
      rule.statements.flatMap((statement) =>
        callsIn(statement)
          .filter((call) => call.chain === name)
          .map((call) => ({
            chain: chain.name,
            rule: index,
            goes: call.goes,
            facts: factsOf([...rule.matches, ...call.matches]),
          })),
      ),
    ),
  );
}

/** The chains that a statement calls, and the matches of the entry of a dispatch. */
export function callsIn(
  statement: Statement,
): readonly { readonly chain: string; readonly goes: boolean; readonly matches: Facts }[] {
  if (statement.kind === 'verdict') {
    const { verdict } = statement;
    return 'chain' in verdict ? [{ chain: verdict.chain, goes: verdict.kind === 'goto', matches: [] }] : [];
  }
  if (statement.kind !== 'dispatch') return [];
  return statement.entries.flatMap(({ keys, verdict }) => {
    if (!('chain' in verdict)) return [];
    const matches = statement.fields.flatMap((field, index): Match[] => {
      const key = keys[index];
      if (key === undefined) return [];
      if (typeof key === 'string') return [{ kind: 'state', negated: false, states: [key] }];
      return field === 'state' ? [] : [{ kind: 'interface', field, negated: false, interfaces: [key] }];
    });
    return [{ chain: verdict.chain, goes: verdict.kind === 'goto', matches }];
  });
}

/** Multicasts that no router passes on (RFC 5771 section 4, RFC 4291 section 2.7). */
const staysOnTheLink: Match = {
  kind: 'address',
  field: 'daddr',
  negated: false,
  ranges: [
    { version: 4, first: 0xe0000000n, last: 0xe00000ffn },
    { version: 6, first: 0xff02n << 112n, last: (0xff03n << 112n) - 1n },
  ],
};

function reachable(ruleset: Ruleset, place: Place, facts: Facts, seen: readonly string[]): boolean {
  if (seen.includes(place.chain)) return false;
  const chain = ruleset.chains.find(({ name }) => name === place.chain);
  if (!chain) return false;
  for (const rule of chain.rules.slice(0, place.rule)) {
    if (holds(facts, rule.matches) !== 'always') continue;
    if (!fatesOfStatements(ruleset, rule.statements, facts, 0).has('onwards')) return false;
  }
  if (chain.base) return !(chain.base.hook === 'forward' && holdsOne(facts, staysOnTheLink) === 'always');
  return callersOf(ruleset, place.chain).some(
    (caller) =>
      holds(facts, caller.facts) !== 'never' &&
      reachable(ruleset, caller, [...facts, ...caller.facts], [...seen, place.chain]),
  );
}

/** What becomes of packets behind a rule, back through every caller. */
function onwards(ruleset: Ruleset, place: Place, facts: Facts, seen: readonly string[]): Fates {
  if (seen.includes(place.chain)) return new Set(['unknown']);
  const fates = new Set(fatesFrom(ruleset, place.chain, place.rule + 1, facts, 0));
  if (!fates.delete(back)) return fates;
  for (const caller of callersOf(ruleset, place.chain)) {
    if (holds(facts, caller.facts) === 'never') continue;
    const more = [...facts, ...caller.facts];
    const from = caller.goes ? { chain: caller.chain, rule: Number.MAX_SAFE_INTEGER - 1 } : caller;
    for (const fate of onwards(ruleset, from, more, [...seen, place.chain])) fates.add(fate);
  }
  return fates;
}

function fatesFrom(ruleset: Ruleset, name: string, start: number, facts: Facts, depth: number): Fates {
  const chain = ruleset.chains.find((each) => each.name === name);
  if (!chain || depth > 20) return new Set(['unknown']);
  const fates = new Set<string>();
  for (const rule of chain.rules.slice(start)) {
    const sure = holds(facts, rule.matches);
    if (sure === 'never') continue;
    const own = new Set(fatesOfStatements(ruleset, rule.statements, [...facts, ...factsOf(rule.matches)], depth));
    const goesOn = own.delete('onwards');
    for (const fate of own) fates.add(fate);
    if (sure === 'always' && !goesOn) return fates;
  }
  fates.add(chain.base ? (chain.base.policy ?? 'accept') : back);
  return fates;
}

/** `onwards` is among them when the next rule may be asked. */
function fatesOfStatements(ruleset: Ruleset, statements: readonly Statement[], facts: Facts, depth: number): Fates {
  const fates = new Set<string>();
  for (const statement of statements) {
    const goesOn = add(fates, fatesOf(ruleset, statement, facts, depth));
    if (!goesOn) return fates;
  }
  fates.add('onwards');
  return fates;
}

function add(fates: Set<string>, more: Fates): boolean {
  for (const fate of more) if (fate !== 'onwards') fates.add(fate);
  return more.has('onwards');
}

function fatesOf(ruleset: Ruleset, statement: Statement, facts: Facts, depth: number): Fates {
  if (statement.kind === 'counter' || statement.kind === 'log') return new Set(['onwards']);
  if (statement.kind === 'reject') return new Set([`reject ${JSON.stringify(statement.with)}`]);
  if (statement.kind === 'verdict') {
    const { verdict } = statement;
    if (verdict.kind === 'accept' || verdict.kind === 'drop') return new Set([verdict.kind]);
    if (verdict.kind === 'return') return new Set([back]);
    if (verdict.kind === 'continue') return new Set(['onwards']);
  }
  const calls = callsIn(statement);
  // What changes the packet, its connection or a set is more than a verdict.
  if (calls.length === 0 && statement.kind !== 'dispatch') return new Set(['unknown', 'onwards']);
  const fates = new Set<string>(statement.kind === 'dispatch' ? ['onwards', 'unknown'] : []);
  for (const call of calls) {
    const inside = new Set(fatesFrom(ruleset, call.chain, 0, [...facts, ...factsOf(call.matches)], depth + 1));
    // A chain that does more than judge is one fate as a whole: whoever goes there fares the same.
    if (call.goes && inside.has('unknown') && !inside.has(back)) {
      fates.add(`goto ${call.chain}`);
      continue;
    }
    if (inside.delete(back)) fates.add(call.goes ? back : 'onwards');
    for (const fate of inside) fates.add(fate);
  }
  return fates;
}

function ruleOf(ruleset: Ruleset, { chain, rule }: Place): NftRule | undefined {
  return ruleset.chains.find(({ name }) => name === chain)?.rules[rule];
}

/** The matches, and what they say besides: a port says the protocol. */
function factsOf(matches: readonly Match[]): Facts {
  return matches.flatMap((match): readonly Match[] => {
    const protocol =
      match.kind === 'icmp' ? (match.version === 4 ? 1 : 58) : match.kind === 'port' ? match.protocol : 'any';
    return protocol === 'any' ? [match] : [{ kind: 'protocol', negated: false, protocols: [protocol] }, match];
  });
}

type Sureness = 'always' | 'never' | 'perhaps';

function holds(facts: Facts, matches: readonly Match[]): Sureness {
  const each = factsOf(matches).map((match) => holdsOne(facts, match));
  if (each.includes('never')) return 'never';
  return each.every((sure) => sure === 'always') ? 'always' : 'perhaps';
}

function holdsOne(facts: Facts, match: Match): Sureness {
  const asked = extentOf(match);
  if (!asked) return 'perhaps';
  let sure: Sureness = 'perhaps';
  for (const fact of facts) {
    const known = extentOf(fact);
    if (!known || known.of !== asked.of) continue;
    const inside = isInside(known.parts, asked.parts);
    const apart = !known.parts.some((one) => asked.parts.some((other) => touches(one, other)));
    if (!known.negated && !asked.negated && apart) return 'never';
    if (!known.negated && asked.negated && inside) return 'never';
    if (known.negated && !asked.negated && isInside(asked.parts, known.parts)) return 'never';
    if (!known.negated && (asked.negated ? apart : inside)) sure = 'always';
    if (known.negated && asked.negated && isInside(asked.parts, known.parts)) sure = 'always';
  }
  return sure;
}

interface Part {
  readonly first: bigint | string;
  readonly last: bigint | string;
  readonly sort?: unknown;
}

/** What a match compares and with which values; undefined for matches that are never sure. */
function extentOf(
  match: Match,
): { readonly of: string; readonly negated: boolean; readonly parts: readonly Part[] } | undefined {
  const { kind } = match;
  if (kind === 'address') {
    const part = ({ version, first, last }: AddressRange) => ({ first, last, sort: version });
    return { of: match.field, negated: match.negated, parts: match.ranges.map(part) };
  }
  if (kind === 'port') return { of: match.field, negated: match.negated, parts: match.ranges.map(numbers) };
  if (kind === 'protocol')
    return {
      of: kind,
      negated: match.negated,
      parts: match.protocols.map((each) => numbers({ first: each, last: each })),
    };
  if (kind === 'state') return { of: kind, negated: match.negated, parts: match.states.map(word) };
  // A pattern may hold others: only plain names are compared.
  if (kind === 'interface' && match.interfaces.every(({ wildcard }) => !wildcard))
    return { of: match.field, negated: match.negated, parts: match.interfaces.map(({ name }) => word(name)) };
  if (kind === 'icmp')
    return {
      of: `icmp${match.version}`,
      negated: match.negated,
      parts: match.types.map(({ type, code }) =>
        numbers({ first: type * 256 + (code ?? 0), last: type * 256 + (code ?? 255) }),
      ),
    };
  return undefined;
}

function numbers({ first, last }: { readonly first: number; readonly last: number }): Part {
  return { first: BigInt(first), last: BigInt(last) };
}

function word(text: string): Part {
  return { first: text, last: text };
}

function isInside(inner: readonly Part[], outer: readonly Part[]): boolean {
  return inner.every((one) =>
    outer.some((other) => one.sort === other.sort && other.first <= one.first && one.last <= other.last),
  );
}

function touches(one: Part, other: Part): boolean {
  return one.sort === other.sort && one.first <= other.last && other.first <= one.last;
}
