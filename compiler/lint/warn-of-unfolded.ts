/** Reports the chains of which it was not shown that they may be folded. */
import { chainNotFolded } from '../diagnostics/catalogue/checking.ts';
import type { Report } from '../diagnostics/report.ts';
import type { Chain } from '../ir/ruleset.ts';

/** One line for each such chain, at the first line of the configuration that is in it. */
export function warnOfUnfolded(
  unproved: readonly { readonly chain: Chain; readonly equality: 'different' | 'undecided' }[],
  report: Report,
): void {
  for (const { chain, equality } of unproved) {
    const span = chain.rules.flatMap(({ origin }) => origin?.at(-1) ?? [])[0];
    if (span) report.add(chainNotFolded(span, chain.name, equality));
  }
}
