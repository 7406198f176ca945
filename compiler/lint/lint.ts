/** What is right by every law and yet not what somebody meant, told from the rules that were made of it. A new one is a file and a line here. */
import type { Report } from '../diagnostics/report.ts';
import type { Ruleset } from '../ir/ruleset.ts';
import type { Model } from '../model/index.ts';
import { reportExcludedAddresses } from './excluded-addresses.ts';
import { reportLinesNeverReached } from './never-reached.ts';

/** Warns; nothing here refuses to build. `largest`: how many nodes of diagrams may be used. */
export function lint({ rules }: Model, running: Ruleset, report: Report, largest?: number): void {
  reportExcludedAddresses(rules, report);
  reportLinesNeverReached(running, report, largest);
}
