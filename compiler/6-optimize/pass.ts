/** What a pass is: the same verdict for every packet, said shorter. */
import type { NftRule, Ruleset, Statement } from '../ir/ruleset.ts';

/** A pass keeps the verdict, the translation, the helper, the mark and the log lines of every packet. */
export type Pass = (ruleset: Ruleset) => Ruleset;

/** The chains that a rule may send packets to. */
export function targetsOf({ statements }: NftRule): readonly string[] {
  return statements
    .flatMap((statement) => verdictsOf(statement))
    .flatMap((verdict) => ('chain' in verdict ? [verdict.chain] : []));
}

function verdictsOf(statement: Statement) {
  if (statement.kind === 'verdict') return [statement.verdict];
  return statement.kind === 'dispatch' ? statement.entries.map(({ verdict }) => verdict) : [];
}
