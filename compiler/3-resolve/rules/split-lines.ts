/** A line that says several things at once, of which one is enough, as lines that each say one. */

import { withValue } from '../../language/schema.ts';
import { timesApart } from '../columns/time.ts';
import type { RuleRow } from './rule-row.ts';

/** The lines that together are about the same packets; the line itself where it says one thing. */
export function linesApart(row: RuleRow): readonly RuleRow[] {
  if (!row.cells.user && !row.cells.time) return [row];
  return usersApart(row).flatMap((each) => {
    const { time } = each.cells;
    if (!time) return [each];
    return timesApart(time.value).map((value) => ({ ...each, cells: { ...each.cells, time: withValue(time, value) } }));
  });
}

/**
 * A line whose USER names groups, as lines that each name one kind: who fits one entry of the list fits the line, as in
 * Shorewall, where each entry is a rule.
 */
function usersApart(row: RuleRow): readonly RuleRow[] {
  const { user } = row.cells;
  if (!user || user.value.length < 2 || !user.value.some((each) => each.group)) return [row];
  const plain = user.value.filter((each) => !each.group);
  const lists = [
    ...(plain.length > 0 ? [plain] : []),
    ...user.value.filter((each) => each.group).map((each) => [each]),
  ];
  // Said once, of the whole list.
  if (user.value.some((each) => each.negated)) return [row];
  return lists.map((value) => ({ ...row, cells: { ...row.cells, user: withValue(user, value) } }));
}
