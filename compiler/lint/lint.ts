/** What is right by every law and yet not what somebody meant, told from the rules that were made of it. A new one is a file and a line here. */
import type { Report } from '../diagnostics/report.ts';
import type { Ruleset } from '../ir/ruleset.ts';
import { reportLinesNeverReached } from './never-reached.ts';

/** Warns; nothing here refuses to build. `largest`: how many nodes of diagrams may be used. */
export function lint(running: Ruleset, report: Report, largest?: number): void {
  reportLinesNeverReached(running, report, largest);
}
