/** What is right by every law and yet not what somebody meant, told from the rules that were made of it. A new one is a file and a line here. */
import type { Report } from '../diagnostics/report.ts';
import type { Ruleset } from '../ir/ruleset.ts';
import { reportLinesNeverReached } from './never-reached.ts';

/** Warns; nothing here refuses to build. */
export function lint(running: Ruleset, report: Report): void {
  reportLinesNeverReached(running, report);
}
