/** Refuses lines that lead packets through more chains than the kernel allows. */
import { chainsTooDeep } from '../diagnostics/catalogue/checking.ts';
import type { Report } from '../diagnostics/report.ts';
import { mostChains, rulesTooDeep } from '../ir/depth.ts';
import type { Ruleset } from '../ir/ruleset.ts';

/** One message for each such line, with the lines that led to it. */
export function refuseDeepChains(ruleset: Ruleset, report: Report): void {
  for (const { origin } of rulesTooDeep(ruleset)) {
    if (!origin) continue;
    const [span, ...users] = origin;
    report.usedBy(users, () => report.add(chainsTooDeep(span, mostChains)));
  }
}
