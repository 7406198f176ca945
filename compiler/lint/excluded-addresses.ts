/** Lines in which the exceptions of a column leave none of its addresses: no rule is made of them. */
import { ruleMatchesNothing } from '../diagnostics/catalogue/checking.ts';
import type { Report } from '../diagnostics/report.ts';
import type { Rule } from '../model/rule.ts';
import type { HostMatch } from '../model/traffic.ts';
import { subtractRanges } from '../net/address.ts';
import type { Version } from '../net/version.ts';
import type { Span } from '../source.ts';
import { firstCell } from './first-cell.ts';

/** Warns of each such line once, and says which column it is. A line that is something to one of its rules is none. */
export function reportExcludedAddresses(rules: readonly Rule[], report: Report): void {
  const columns = new Map<Span, string | undefined>();
  for (const rule of rules) {
    const line = rule.origin.at(-1) ?? rule.origin[0];
    const column = emptyColumn(rule);
    columns.set(line, columns.has(line) && columns.get(line) !== column ? undefined : column);
  }
  for (const [line, column] of columns)
    if (column !== undefined) report.add(ruleMatchesNothing(firstCell(line), column));
}

/** The column that excludes all of its addresses. */
function emptyColumn({ traffic: { source, dest, originalDest, versions } }: Rule): string | undefined {
  if (isEmpty(source, versions)) return 'SOURCE';
  if (isEmpty(dest, versions)) return 'DEST';
  return isEmpty(originalDest, versions) ? 'ORIGDEST' : undefined;
}

/** Whether addresses are named, and each of them is excepted. Sets and addresses known at start may hold anything. */
function isEmpty(hosts: HostMatch | undefined, versions: readonly Version[]): boolean {
  if (!hosts?.ranges || hosts.except.length === 0 || hosts.sets.length > 0 || hosts.runtime) return false;
  return versions.every((version) => {
    const [named, except] = [hosts.ranges ?? [], hosts.except].map((list) =>
      list.filter((each) => each.version === version),
    );
    return subtractRanges(named ?? [], except ?? []).length === 0;
  });
}
