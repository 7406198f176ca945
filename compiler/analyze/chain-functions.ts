/**
 * What each chain of a ruleset does to every packet, as one function from packets to outcomes: rules from the last to the
 * first, where a rule holds what it does, elsewhere what the rules after it do. A chain that is called stands for itself,
 * with the rest of its caller where it returns.
 */
import { invariant } from '../invariant.ts';
import { extentOf } from '../ir/matches/index.ts';
import type { Chain, NftRule, NftSet, Ruleset, Statement, Verdict } from '../ir/ruleset.ts';
import { kindOfStatement, neededBy, requiredFor } from '../ir/statements/index.ts';
import { boxOfEntry } from '../ir/statements/verdict.ts';
import type { Node } from './diagram.ts';
import { type Change, type End, type Outcome, Outcomes, type Place } from './outcome.ts';
import { type PacketSpace, setsOf } from './packet-space.ts';

/** What an analysis wants to tell apart. */
export interface Labels {
  /** The rule that decides: two rules of one label are one to the analysis. */
  by(place: Place, rule: NftRule): string;
  /** What a statement does besides a verdict, or nothing where the analysis does not ask. */
  effect(statement: Statement, place: Place, rule: NftRule): string | undefined;
  /** What a statement translates to. */
  translation(statement: Statement, place: Place): string;
}

/** The functions of the chains of one ruleset. */
export class ChainFunctions {
  readonly space: PacketSpace;
  readonly ruleset: Ruleset;
  readonly outcomes: Outcomes;
  readonly #labels: Labels;
  readonly #sets: ReadonlyMap<string, NftSet>;
  readonly #chains: ReadonlyMap<string, Chain>;
  readonly #known = new Map<string, Node>();
  readonly #returned: Node;

  /** Functions that are to be compared share their outcomes. */
  constructor(space: PacketSpace, ruleset: Ruleset, labels: Labels, outcomes = new Outcomes(space.diagrams)) {
    this.space = space;
    this.ruleset = ruleset;
    this.outcomes = outcomes;
    this.#labels = labels;
    this.#sets = setsOf(ruleset);
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

  /** The packets for which all of a rule's matches hold, and what nft puts before them. */
  conditionOf({ matches, statements }: NftRule, place: Place): Node {
    const { space } = this;
    let node: Node = space.inBox(statements.flatMap(requiredFor));
    for (const [index, match] of matches.entries()) {
      const use = `${place.chain} ${place.rule} ${index}`;
      node = space.diagrams.and(node, space.inExtent(extentOf(match, this.#sets), use));
    }
    return node;
  }

  #functionOf({ name, rules }: Chain): Node {
    let next = this.#returned;
    for (let index = rules.length - 1; index >= 0; index -= 1) {
      const rule = rules[index] as NftRule;
      const place = { chain: name, rule: index };
      const condition = this.conditionOf(rule, place);
      next = this.space.diagrams.ifElse(condition, this.#doneBy(rule, place, next), next);
    }
    return next;
  }

  /** What a rule whose matches hold does, statement by statement from the last. */
  #doneBy(rule: NftRule, place: Place, next: Node): Node {
    let node = next;
    for (const statement of rule.statements.toReversed()) {
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
        return this.#verdict(statement.verdict, by, next);
      case 'dispatch':
        return statement.entries.reduceRight<Node>((rest, entry) => {
          const box = this.space.inBox(boxOfEntry(entry, statement.fields));
          return this.space.diagrams.ifElse(box, this.#verdict(entry.verdict, by, next), rest);
        }, next);
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
          const holds = this.space.condition(condition, `${place.chain} ${place.rule}`);
          return this.space.diagrams.ifElse(holds, this.#leaf({ kind: 'unknown', by: by() }), after);
        }
        return this.#with(statement, place, rule, after);
      default:
        return this.#with(statement, place, rule, after);
    }
  }

  #verdict(verdict: Verdict, by: () => string, next: Node): Node {
    switch (verdict.kind) {
      case 'accept':
      case 'drop':
        return this.#leaf({ kind: verdict.kind, by: by() });
      case 'return':
        return this.#returned;
      case 'continue':
        return next;
      case 'jump':
        return this.#then(this.of(verdict.chain), next);
      case 'goto':
        return this.of(verdict.chain);
    }
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
        effects: [...effects, ...outcome.effects],
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

const markField = { connection: 'connectionMark', packet: 'packetMark' } as const;

function maskOf({ mask, value }: { readonly mask: number; readonly value: number }) {
  return { mask: mask >>> 0, value: value >>> 0 };
}
