/** Whether two rulesets do the same to every packet: verdict, translation, mark, log lines, sets, in the same order. */
import { contextOf } from '../ir/context.ts';
import type { Ruleset, Statement } from '../ir/ruleset.ts';
import { printStatement } from '../ir/statements/index.ts';
import { ChainFunctions, type Labels } from './chain-functions.ts';
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
  try {
    const space = new PacketSpace([a, b], [], new Diagrams(budget));
    const outcomes = new Outcomes(space.diagrams);
    const [of, other] = [a, b].map((each) => new ChainFunctions(space, each, labelsOf(each), outcomes));
    if (!of || !other) return 'different';
    const names = new Set([...a.chains, ...b.chains].flatMap(({ name, base }) => (base ? [name] : [])));
    for (const name of names) {
      if (![a, b].every(({ chains }) => chains.some((chain) => chain.name === name))) return 'different';
      if (of.of(name) !== other.of(name)) return 'different';
    }
    return 'equal';
  } catch (error) {
    if (error instanceof TooLarge) return 'undecided';
    throw error;
  }
}

/** Rules are told apart by what they do alone. */
function labelsOf({ family }: Ruleset): Labels {
  const text = (statement: Statement) =>
    printStatement(statement, contextOf({ matches: [], statements: [statement] }, family));
  return {
    by: () => '',
    effect: (statement) => (statement.kind === 'counter' ? undefined : text(statement)),
    translation: text,
  };
}
