/** Which packets come to each rule of a ruleset, and which of them it holds for: from the base chains down. */

import type { Box, Extent, FieldValues } from '../ir/fields.ts';
import { ends, type SetsByName, targetsOf } from '../ir/flow.ts';
import { stateOrder } from '../ir/matches/connection.ts';
import { boxOfElement, casesOfFilled, requiredForPart } from '../ir/matches/set.ts';
import type { Chain, Hook, NftRule, Statement, Verdict } from '../ir/ruleset.ts';
import { neededBy } from '../ir/statements/index.ts';
import { boxOfEntry } from '../ir/statements/verdict.ts';
import type { ChainFunctions } from './chain-functions.ts';
import { type Node, never } from './diagram.ts';
import type { Change, Place } from './outcome.ts';
import type { PacketSpace } from './packet-space.ts';

/** Of one rule the packets that come to it, and those of them for which all its matches hold. */
export interface Met {
  readonly place: Place;
  readonly rule: NftRule;
  readonly comes: Node;
  /** The packets for which its matches would hold, wherever they come from. */
  readonly condition: Node;
  readonly holds: Node;
}

/**
 * Every rule that can be reached, chain by chain. Packets are those of the moment: a mark that was set on the way is set.
 * With `asked` only what tells of these rules: chains that have to do with none are left out, and where a chain only has
 * some of them, just the packets for which their matches hold are followed through it.
 */
export function rulesMet(functions: ChainFunctions, asked?: Asked): readonly Met[] {
  const { space, ruleset } = functions;
  const byName = new Map(ruleset.chains.map((chain) => [chain.name, chain]));
  const arriving = new Map<string, Node>();
  const arrive = (chain: string, packets: Node) =>
    arriving.set(chain, space.diagrams.or(arriving.get(chain) ?? never, packets));
  const met: Met[] = [];
  const parts = asked && new Parts(functions, asked);
  for (const chain of callersFirst(ruleset.chains, byName, functions.sets)) {
    if (chain.base) arrive(chain.name, packetsOfHook(space, chain.base));
    const part = parts?.of(chain) ?? wholeChain;
    let packets = part.among(arriving.get(chain.name) ?? never);
    for (const [index, rule] of chain.rules.entries()) {
      if (!part.has(rule)) continue;
      const place = { chain: chain.name, rule: index };
      const condition = functions.conditionOf(rule, place);
      const holds = space.diagrams.and(packets, condition);
      met.push({ place, rule, comes: packets, condition, holds });
      if (holds === never) continue;
      packets = space.diagrams.or(
        space.diagrams.minus(packets, holds),
        throughRule(functions, { rule, place }, holds, arrive),
      );
    }
  }
  return met;
}

/** Rules that somebody asks about, and which others can have no packet in common with them. */
export interface Asked {
  readonly rules: ReadonlySet<NftRule>;
  isApart(one: NftRule, other: NftRule): boolean;
}

/** What of a chain has to be looked at: which rules, and which of the packets that come to it. */
interface Part {
  has(rule: NftRule): boolean;
  among(packets: Node): Node;
}

const wholeChain: Part = { has: () => true, among: (packets) => packets };
const nothing: Part = { has: () => false, among: () => never };

/** More pairs of rules are not compared: then all rules of a chain are looked at. */
const mostPairs = 2_000_000;

/** The parts of the chains that tell of some rules. */
class Parts {
  readonly #functions: ChainFunctions;
  readonly #asked: Asked;
  readonly #leading = new Map<string, boolean>();
  readonly #chains: ReadonlyMap<string, Chain>;

  constructor(functions: ChainFunctions, asked: Asked) {
    this.#functions = functions;
    this.#asked = asked;
    this.#chains = new Map(functions.ruleset.chains.map((chain) => [chain.name, chain]));
  }

  of(chain: Chain): Part {
    if (this.#leads(chain)) return wholeChain;
    const asked = chain.rules.filter((rule) => this.#asked.rules.has(rule));
    if (asked.length === 0) return nothing;
    const { space } = this.#functions;
    const conditions = chain.rules.flatMap((rule, index) =>
      this.#asked.rules.has(rule) ? [this.#functions.conditionOf(rule, { chain: chain.name, rule: index })] : [],
    );
    const wanted = conditions.reduce<Node>((all, each) => space.diagrams.or(all, each), never);
    const among = (packets: Node) => space.diagrams.and(packets, wanted);
    if (asked.length * chain.rules.length > mostPairs) return { has: () => true, among };
    const has = (rule: NftRule) =>
      this.#asked.rules.has(rule) || asked.some((each) => !this.#asked.isApart(rule, each));
    return { has, among };
  }

  /** Whether packets go from the chain to a rule of another chain that is asked about. */
  #leads(chain: Chain): boolean {
    const known = this.#leading.get(chain.name);
    if (known !== undefined) return known;
    this.#leading.set(chain.name, false);
    const targets = chain.rules.flatMap((rule) => targetsOf(rule, this.#functions.sets));
    const leads = [...new Set(targets)].some((name) => {
      const target = this.#chains.get(name);
      return target && (target.rules.some((rule) => this.#asked.rules.has(rule)) || this.#leads(target));
    });
    this.#leading.set(chain.name, leads);
    return leads;
  }
}

/** The packets that each hook can see, each in one of the states that there are. */
function packetsOfHook(space: PacketSpace, hook: Hook): Node {
  return space.diagrams.and(packetsByWay(space, hook), space.having({ field: 'state', words: stateOrder }));
}

/** Those that arrive have no way out yet, those that we send came by none. */
function packetsByWay(space: PacketSpace, { hook }: Hook): Node {
  const none = [{ name: '', wildcard: false }];
  const cameIn = space.diagrams.not(space.having({ field: 'iifname', patterns: none }));
  const goesOut = space.diagrams.not(space.having({ field: 'oifname', patterns: none }));
  switch (hook) {
    case 'prerouting':
    case 'input':
      return space.diagrams.minus(cameIn, goesOut);
    case 'forward':
      return space.diagrams.and(cameIn, goesOut);
    case 'output':
      return space.diagrams.minus(goesOut, cameIn);
    case 'postrouting':
      return goesOut;
  }
}

/** Callers before the chains that they call; the kernel refuses circles. */
function callersFirst(
  chains: readonly Chain[],
  byName: ReadonlyMap<string, Chain>,
  sets: SetsByName,
): readonly Chain[] {
  const done = new Set<string>();
  const order: Chain[] = [];
  const visit = (chain: Chain): void => {
    if (done.has(chain.name)) return;
    done.add(chain.name);
    for (const target of chain.rules.flatMap((rule) => targetsOf(rule, sets))) {
      const called = byName.get(target);
      if (called) visit(called);
    }
    order.push(chain);
  };
  for (const chain of chains) if (chain.base) visit(chain);
  return order.reverse();
}

type RuleAt = Pick<Met, 'rule' | 'place'>;
type Deciding = Extract<Statement, { kind: 'verdict' | 'dispatch' | 'lookup' }>;
type Arrive = (chain: string, packets: Node) => void;

/** Sends the packets of a rule on their way; returns those that go on with the next rule. */
function throughRule(functions: ChainFunctions, at: RuleAt, holds: Node, arrive: Arrive): Node {
  const { space } = functions;
  let packets = holds;
  let onwards: Node = never;
  for (const statement of at.rule.statements) {
    const able = space.diagrams.and(packets, space.inBox(neededBy(statement)));
    onwards = space.diagrams.or(onwards, space.diagrams.minus(packets, able));
    const change = changeOf(statement);
    packets = change ? changed(space, able, change) : withoutField(space, able, statement);
    if (ends(statement)) return onwards;
    if (statement.kind === 'verdict' || statement.kind === 'dispatch' || statement.kind === 'lookup')
      return space.diagrams.or(onwards, throughVerdicts(functions, { ...at, statement }, packets, arrive));
  }
  return space.diagrams.or(onwards, packets);
}

function throughVerdicts(
  functions: ChainFunctions,
  { statement, rule, place }: RuleAt & { readonly statement: Deciding },
  packets: Node,
  arrive: Arrive,
): Node {
  const { space } = functions;
  let rest = packets;
  let onwards: Node = never;
  for (const { extent, verdict } of partsOf(statement, functions.sets)) {
    const part = space.diagrams.and(rest, space.inExtent(extent, functions.useOf(rule, place)));
    rest = space.diagrams.minus(rest, part);
    if (part === never) continue;
    if ('chain' in verdict) arrive(verdict.chain, part);
    if (verdict.kind === 'continue') onwards = space.diagrams.or(onwards, part);
    if (verdict.kind === 'jump') onwards = space.diagrams.or(onwards, returning(functions, verdict, part));
  }
  return space.diagrams.or(onwards, statement.kind === 'verdict' ? never : rest);
}

function partsOf(
  statement: Deciding,
  sets: SetsByName,
): readonly { readonly extent: Extent; readonly verdict: Verdict }[] {
  if (statement.kind === 'verdict') return [{ extent: inBox([]), verdict: statement.verdict }];
  if (statement.kind === 'lookup') {
    const { key } = statement;
    const map = sets.get(statement.map);
    const required = key.flatMap(requiredForPart);
    const known = (map?.elements ?? []).flatMap((element) =>
      element.verdict
        ? [{ extent: inBox([...required, ...boxOfElement(key, element)]), verdict: element.verdict }]
        : [],
    );
    return [...known, ...casesOfFilled(key, map)];
  }
  return statement.entries.map((entry) => ({
    extent: inBox(boxOfEntry(entry, statement.fields)),
    verdict: entry.verdict,
  }));
}

function inBox(box: Box): Extent {
  return { requires: box, boxes: [[]], negated: false };
}

/** The packets that come back from a chain, with what it has changed of them. */
function returning(functions: ChainFunctions, verdict: Extract<Verdict, { chain: string }>, packets: Node): Node {
  if (!functions.fallsThrough(verdict)) return never;
  const { chain } = verdict;
  const { space, outcomes } = functions;
  const node = functions.of(chain);
  let all: Node = never;
  for (const value of space.diagrams.answers(node)) {
    const { end, changes } = outcomes.of(value);
    if (end.kind !== 'return') continue;
    const some = space.diagrams.and(
      packets,
      space.diagrams.where(node, (each) => each === value),
    );
    all = space.diagrams.or(
      all,
      changes.reduce((set, change) => changed(space, set, change), some),
    );
  }
  return all;
}

function changeOf(statement: Statement): Change | undefined {
  if (statement.kind === 'notrack') return { field: 'state', untracked: true };
  if (statement.kind !== 'setMark') return undefined;
  const field = statement.target === 'connection' ? 'connectionMark' : 'packetMark';
  return { field, mask: statement.mask >>> 0, value: statement.value >>> 0 };
}

/** The packets as they are after the change. */
function changed(space: PacketSpace, packets: Node, change: Change): Node {
  const values =
    change.field === 'state'
      ? ({ field: 'state', words: ['untracked'] } as const)
      : ({ field: change.field, mask: change.mask, value: change.value } as const);
  return space.diagrams.and(forgotten(space, packets, values), space.having(values));
}

/** The packets, with any value in the field. */
function forgotten(space: PacketSpace, packets: Node, values: FieldValues): Node {
  const axes = [...space.spansOf(values).keys()];
  return space.diagrams.exists(packets, (level) =>
    axes.some(({ level: first, bits }) => level >= first && level < first + bits),
  );
}

/** Of a field of the header that a statement sets in part, every value may follow. */
function withoutField(space: PacketSpace, packets: Node, statement: Statement): Node {
  if (statement.kind !== 'setField') return packets;
  const field = statement.field === 'hopLimit' ? 'hopLimit' : 'trafficClass';
  return forgotten(space, packets, { field, ranges: [{ first: 0, last: 255 }] });
}
