/**
 * What each chain of a ruleset does to every packet, as one function from packets to outcomes: rules from the last to the
 * first, where a rule holds what it does, elsewhere what the rules after it do. A chain that is called stands for itself,
 * with the rest of its caller where it returns.
 */
import { invariant } from '../invariant.ts';
import type { Box, FieldValues } from '../ir/fields.ts';
import { type FallsThrough, fallingThrough, type SetsByName, setsByName } from '../ir/flow.ts';
import { extentOf, kindOfMatch } from '../ir/matches/index.ts';
import { boxOfElement, casesOfFilled, requiredForPart } from '../ir/matches/set.ts';
import type { Chain, NftRule, Ruleset, SetElement, Statement, Verdict } from '../ir/ruleset.ts';
import { kindOfStatement, neededBy, requiredFor } from '../ir/statements/index.ts';
import { boxOfEntry } from '../ir/statements/verdict.ts';
import type { Node } from './diagram.ts';
import { type Change, type End, type Outcome, Outcomes, type Place } from './outcome.ts';
import type { PacketSpace } from './packet-space.ts';

/** What an analysis wants to tell apart. */
export interface Labels {
  /** The rule that decides: two rules of one label are one to the analysis. */
  by(place: Place, rule: NftRule, element?: SetElement): string;
  /** What a statement does besides a verdict, or nothing where the analysis does not ask. */
  effect(statement: Statement, place: Place, rule: NftRule): string | undefined;
  /** What an element of a map that counts does besides its verdict. */
  count(place: Place, rule: NftRule, element: SetElement): string | undefined;
  /** What a statement translates to. */
  translation(statement: Statement, place: Place): string;
  /** Names a rule where each use of a condition is one of its own: the same rule of another ruleset has the same name. */
  use?(place: Place, rule: NftRule): string;
  /** How the caller of a chain names what is decided in it; without this the rule in the chain is named. */
  called?(rule: NftRule): ((by: string) => string) | undefined;
}

/** The functions of the chains of one ruleset. */
export class ChainFunctions {
  readonly space: PacketSpace;
  readonly ruleset: Ruleset;
  readonly outcomes: Outcomes;
  readonly #labels: Labels;
  readonly sets: SetsByName;
  readonly #chains: ReadonlyMap<string, Chain>;
  readonly #known = new Map<string, Node>();
  readonly #remembering = new Map<string, readonly number[]>();
  readonly #returned: Node;
  readonly fallsThrough: FallsThrough;

  /** Functions that are to be compared share their outcomes. */
  constructor(space: PacketSpace, ruleset: Ruleset, labels: Labels, outcomes = new Outcomes(space.diagrams)) {
    this.space = space;
    this.ruleset = ruleset;
    this.outcomes = outcomes;
    this.#labels = labels;
    this.sets = setsByName(ruleset);
    this.fallsThrough = fallingThrough(ruleset);
    this.#chains = new Map(ruleset.chains.map((chain) => [chain.name, chain]));
    this.#returned = outcomes.leaf({ end: { kind: 'return' }, effects: [], changes: [] });
  }

  /** What a chain does; where it returns, a base chain follows its policy. */
  of(name: string): Node {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const chain = this.#chains.get(name);
    invariant(chain, `no chain ${name}`);
    const rules = this.#functionOf(chain);
    const { base } = chain;
    const result = base ? this.#then(rules, this.#leaf({ kind: base.policy, by: name, policy: true })) : rules;
    this.#known.set(name, result);
    return result;
  }

  /** Of each rule of a chain, from the last to the first, what the rules after it do, and what they do with it. */
  *rulesOf(name: string): Generator<{ readonly rule: NftRule; readonly without: Node; readonly within: Node }> {
    const rules = this.#chains.get(name)?.rules ?? [];
    let without = this.#returned;
    for (const [index, rule] of [...rules.entries()].reverse()) {
      const place = { chain: name, rule: index };
      const condition = this.conditionOf(rule, place);
      const within = this.space.diagrams.ifElse(condition, this.#doneBy(rule, place, without), without);
      yield { rule, without, within };
      without = within;
    }
  }

  /** The packets for which all of a rule's matches hold, and what nft puts before them. */
  conditionOf({ matches, statements }: NftRule, place: Place): Node {
    const { space } = this;
    const use = this.useOf({ matches, statements }, place);
    let node: Node = space.inBox(statements.flatMap(requiredFor));
    for (const match of matches) {
      node = space.diagrams.and(node, space.inExtent(extentOf(match, this.sets), use));
    }
    return node;
  }

  /** How a rule is named where each use of a condition is one of its own. */
  useOf(rule: NftRule, place: Place): string {
    return this.#labels.use?.(place, rule) ?? this.#useAt(place);
  }

  /**
   * How a rule is named where each use of a condition is one of its own: by its number among the rules of its chain that
   * remember, so that what stands between them may change.
   */
  #useAt({ chain, rule }: Place): string {
    const rules = this.#chains.get(chain)?.rules ?? [];
    let remembered = this.#remembering.get(chain);
    if (!remembered) {
      let count = 0;
      remembered = rules.map(({ matches, statements }) => {
        const remembers = matches.some((match) => kindOfMatch(match).stateful);
        if (remembers || statements.some((each) => this.#isOpaque(each))) count += 1;
        return count;
      });
      this.#remembering.set(chain, remembered);
    }
    return `${chain} ${remembered[rule] ?? 0}`;
  }

  /** Words of nft, and a look-up in a map that fills while the firewall runs. */
  #isOpaque(statement: Statement): boolean {
    if (statement.kind !== 'lookup') return statement.kind === 'raw';
    return casesOfFilled(statement.key, this.sets.get(statement.map)).length > 0;
  }

  #functionOf({ name, rules }: Chain): Node {
    let next = this.#returned;
    for (let index = rules.length - 1; index >= 0; ) {
      const start = this.#startOfPlainRules(rules, index);
      if (start <= index) {
        next = this.space.choose(this.#casesOf(name, rules, start, index + 1, next), next);
        index = start - 1;
        continue;
      }
      const rule = rules[index] as NftRule;
      const place = { chain: name, rule: index };
      const condition = this.conditionOf(rule, place);
      next = this.space.diagrams.ifElse(condition, this.#doneBy(rule, place, next), next);
      index -= 1;
    }
    return next;
  }

  /** The first of the rules up to `last` that are boxes of packets with an end of their own. */
  #startOfPlainRules(rules: readonly NftRule[], last: number): number {
    let start = last + 1;
    while (start > 0 && this.#plainBox(rules[start - 1] as NftRule)) start -= 1;
    return start;
  }

  #casesOf(chain: string, rules: readonly NftRule[], start: number, end: number, next: Node) {
    return rules.slice(start, end).flatMap((rule, offset) => {
      const box = this.#plainBox(rule);
      return box ? [{ box, node: this.#doneBy(rule, { chain, rule: start + offset }, next) }] : [];
    });
  }

  /** The box of a rule that holds for all packets in it and lets none go on; undefined for any other. */
  #plainBox({ matches, statements }: NftRule): Box | undefined {
    const last = statements.at(-1);
    const ends = last?.kind === 'verdict' && (last.verdict.kind === 'accept' || last.verdict.kind === 'drop');
    if (!ends || statements.some((statement) => neededBy(statement).length > 0)) return undefined;
    const box: FieldValues[] = statements.flatMap(requiredFor);
    for (const match of matches) {
      if (kindOfMatch(match).stateful) return undefined;
      const { requires, boxes, negated, condition } = extentOf(match, this.sets);
      const [only, ...more] = boxes;
      if (!only || more.length > 0 || negated || condition) return undefined;
      box.push(...requires, ...only);
    }
    return box;
  }

  /** What a rule whose matches hold does, statement by statement from the last. */
  #doneBy(rule: NftRule, place: Place, next: Node): Node {
    let node = next;
    for (const statement of [...rule.statements].reverse()) {
      node = this.#statement(statement, { rule, place }, node, next);
      const needed = neededBy(statement);
      if (needed.length > 0) node = this.space.diagrams.ifElse(this.space.inBox(needed), node, next);
    }
    return node;
  }

  #statement(
    statement: Statement,
    { rule, place }: { readonly rule: NftRule; readonly place: Place },
    after: Node,
    next: Node,
  ): Node {
    const by = () => this.#labels.by(place, rule);
    switch (statement.kind) {
      case 'verdict':
        return this.#verdict(statement.verdict, { rule, place }, by, next);
      case 'dispatch':
        return statement.entries.reduceRight<Node>((rest, entry) => {
          const box = this.space.inBox(boxOfEntry(entry, statement.fields));
          return this.space.diagrams.ifElse(box, this.#verdict(entry.verdict, { rule, place }, by, next), rest);
        }, next);
      case 'lookup':
        return this.#lookup(statement, { rule, place }, next);
      case 'reject':
        return this.#leaf({ kind: 'reject', by: by(), reject: statement.with });
      case 'queue':
        return this.#leaf({ kind: 'queue', by: by() });
      case 'dnat':
      case 'snat':
      case 'netmap':
      case 'masquerade':
      case 'redirect':
        return this.#leaf({ kind: 'accept', by: by(), translation: this.#labels.translation(statement, place) });
      case 'setMark':
        return this.#changed(
          { field: markField[statement.target], ...maskOf(statement) },
          this.#with(statement, place, rule, after),
        );
      case 'notrack':
        return this.#changed({ field: 'state', untracked: true }, this.#with(statement, place, rule, after));
      case 'raw':
        if (kindOfStatement(statement).isOpaque?.(statement)) {
          const condition = { name: statement.text, shared: false };
          const holds = this.space.condition(condition, this.useOf(rule, place));
          return this.space.diagrams.ifElse(holds, this.#leaf({ kind: 'unknown', by: by() }), after);
        }
        return this.#with(statement, place, rule, after);
      default:
        return this.#with(statement, place, rule, after);
    }
  }

  /** The elements of a map are disjoint, so their order does not matter. */
  #lookup(
    { map, key }: Extract<Statement, { kind: 'lookup' }>,
    { rule, place }: { readonly rule: NftRule; readonly place: Place },
    next: Node,
  ): Node {
    const found = this.sets.get(map);
    const cases = (found?.elements ?? []).flatMap((element) => {
      const { verdict } = element;
      if (!verdict) return [];
      const node = this.#verdict(verdict, { rule, place }, () => this.#labels.by(place, rule, element), next);
      const counted = found?.counted ? this.#labels.count(place, rule, element) : undefined;
      const done = counted === undefined ? node : this.#after({ effects: [counted], changes: [] }, node);
      return [{ box: boxOfElement(key, element), node: done }];
    });
    const inside = casesOfFilled(key, found).reduceRight<Node>(
      (rest, { extent, verdict }) => {
        const node = this.#verdict(verdict, { rule, place }, () => this.#labels.by(place, rule), next);
        return this.space.diagrams.ifElse(this.space.inExtent(extent, this.useOf(rule, place)), node, rest);
      },
      this.space.choose(cases, next),
    );
    return this.space.diagrams.ifElse(this.space.inBox(key.flatMap(requiredForPart)), inside, next);
  }

  #verdict(verdict: Verdict, caller: Caller, by: () => string, next: Node): Node {
    switch (verdict.kind) {
      case 'accept':
      case 'drop':
        return this.#leaf({ kind: verdict.kind, by: by() });
      case 'return':
        return this.#returned;
      case 'continue':
        return next;
      case 'jump':
        return this.fallsThrough(verdict)
          ? this.#then(this.#called(verdict.chain, caller), next)
          : this.#called(verdict.chain, caller);
      case 'goto':
        return this.#called(verdict.chain, caller);
    }
  }

  /** What a chain does, with what it decides named as its caller wants it. */
  #called(chain: string, { rule }: Caller): Node {
    const node = this.of(chain);
    const nameFor = this.#labels.called?.(rule);
    if (!nameFor) return node;
    return this.space.diagrams.mapLeaves(node, (value) => {
      const outcome = this.outcomes.of(value);
      if (!('by' in outcome.end)) return this.space.diagrams.leaf(value);
      return this.outcomes.leaf({ ...outcome, end: { ...outcome.end, by: nameFor(outcome.end.by) } });
    });
  }

  #leaf(end: End): Node {
    return this.outcomes.leaf({ end, effects: [], changes: [] });
  }

  /** Where the function returns, `next` with all that was done before. */
  #then(node: Node, next: Node): Node {
    const { diagrams } = this.space;
    return diagrams.mapLeaves(node, (value) => {
      const outcome = this.outcomes.of(value);
      return outcome.end.kind === 'return' ? this.#after(outcome, next) : diagrams.leaf(value);
    });
  }

  /** The function, for packets with which that has been done. */
  #after({ effects, changes }: Pick<Outcome, 'effects' | 'changes'>, next: Node): Node {
    if (effects.length === 0 && changes.length === 0) return next;
    const changed = changes.reduce((node, change) => this.#fixed(node, change), next);
    return this.space.diagrams.mapLeaves(changed, (value) => {
      const outcome = this.outcomes.of(value);
      return this.outcomes.leaf({
        end: outcome.end,
        effects: countsFirst([...effects, ...outcome.effects]),
        changes: [...changes, ...outcome.changes],
      });
    });
  }

  #with(statement: Statement, place: Place, rule: NftRule, after: Node): Node {
    const effect = this.#labels.effect(statement, place, rule);
    return effect === undefined ? after : this.#after({ effects: [effect], changes: [] }, after);
  }

  #changed(change: Change, after: Node): Node {
    return this.#after({ effects: [], changes: [change] }, after);
  }

  /** The function for packets whose field has been changed before. */
  #fixed(node: Node, change: Change): Node {
    const box =
      change.field === 'state'
        ? this.space.spansOf({ field: 'state', words: ['untracked'] })
        : this.space.spansOf({ field: change.field, mask: change.mask, value: change.value });
    return this.space.fixSpans(node, box);
  }
}

/** The rule that calls a chain. */
interface Caller {
  readonly rule: NftRule;
  readonly place: Place;
}

/** What counts a packet counts it wherever it stands: only what else is done has an order. */
function countsFirst(effects: readonly string[]): readonly string[] {
  const counts = effects.filter((effect) => effect.startsWith(counting)).sort();
  return [...counts, ...effects.filter((effect) => !effect.startsWith(counting))];
}

/** How the labels of counters begin. */
export const counting = 'count ';

const markField = { connection: 'connectionMark', packet: 'packetMark' } as const;

function maskOf({ mask, value }: { readonly mask: number; readonly value: number }) {
  return { mask: mask >>> 0, value: value >>> 0 };
}
