/** Whether two rulesets do the same to every packet: verdict, translation, mark, log lines, sets, in the same order. */
import { contextOf } from '../ir/context.ts';
import type { NftRule, Ruleset, SetElement, Statement } from '../ir/ruleset.ts';
import { printStatement } from '../ir/statements/index.ts';
import { placeOf } from '../source.ts';
import { ChainFunctions, counting, type Labels } from './chain-functions.ts';
import { Diagrams, TooLarge } from './diagram.ts';
import { Outcomes } from './outcome.ts';
import { PacketSpace } from './packet-space.ts';

/** `undecided` when the diagrams grow over their budget of nodes. */
export type Equality = 'equal' | 'different' | 'undecided';

/**
 * Compares the base chains of the same name and all that they call. What counts, and where the configuration says so, is
 * not compared; conditions that no packet tells must be asked by rules at the same places.
 */
export function compareRulesets(a: Ruleset, b: Ruleset, budget?: number): Equality {
  const names = new Set([...a.chains, ...b.chains].flatMap(({ name, base }) => (base ? [name] : [])));
  const compared = compareChains([a, b], [...names], behaviour, budget);
  return compared.some(([, equality]) => equality === 'different')
    ? 'different'
    : (compared.find(([, equality]) => equality === 'undecided')?.[1] ?? 'equal');
}

/**
 * The chains of `before` that do something else in `after`, or of which that could not be decided: also to counters, and
 * with the line of the configuration that decides.
 */
export function changedChains(
  before: Ruleset,
  after: Ruleset,
  names: readonly string[],
  budget?: number,
): readonly (readonly [chain: string, equality: Equality])[] {
  return compareChains([before, after], names, lines, budget).filter(([, equality]) => equality !== 'equal');
}

function compareChains(
  [a, b]: readonly [Ruleset, Ruleset],
  names: readonly string[],
  labels: (ruleset: Ruleset) => Labels,
  budget?: number,
): readonly (readonly [string, Equality])[] {
  const space = new PacketSpace([a, b], { diagrams: new Diagrams(budget) });
  const outcomes = new Outcomes(space.diagrams);
  const functions = [a, b].map((each) => new ChainFunctions(space, each, labels(each), outcomes));
  return names.map((name) => [name, compareChain(name, functions)]);
}

function compareChain(name: string, functions: readonly ChainFunctions[]): Equality {
  try {
    const [one, other] = functions.map((each) =>
      each.ruleset.chains.some((chain) => chain.name === name) ? each.of(name) : undefined,
    );
    return one !== undefined && one === other ? 'equal' : 'different';
  } catch (error) {
    if (error instanceof TooLarge) return 'undecided';
    throw error;
  }
}

/** Rules are told apart by what they do alone. */
function behaviour({ family }: Ruleset): Labels {
  const text = (statement: Statement) =>
    printStatement(statement, contextOf({ matches: [], statements: [statement] }, family));
  return {
    by: () => '',
    count: () => undefined,
    effect: (statement) => (statement.kind === 'counter' ? undefined : text(statement)),
    translation: text,
  };
}

/** Rules are told apart by the line that a listing shows beside them. */
function lines(ruleset: Ruleset): Labels {
  const plain = behaviour(ruleset);
  const count = (from: NftRule | SetElement) => `${counting}${lineOf(from)}`;
  return {
    ...plain,
    count: (_place, _rule, element) => count(element),
    effect: (statement, place, rule) =>
      statement.kind === 'counter' ? count(rule) : plain.effect(statement, place, rule),
  };
}

function lineOf({ comment, origin, remark }: NftRule | SetElement): string {
  return `${comment ?? origin?.map(placeOf).join(' ') ?? ''} ${remark ?? ''}`;
}
