/** PROBABILITY: the share of packets, or of connections, that a line is for. */
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import type { Report } from '../../diagnostics/report.ts';
import type { Match } from '../../ir/ruleset.ts';
import type { Cell } from '../../language/schema.ts';
import type { Name } from '../../language/values.ts';

/** PROBABILITY as a condition; undefined after a message. */
export function chanceOf(cell: Cell<Name> | undefined, report: Report): readonly Match[] | undefined {
  if (!cell) return [];
  const { name } = cell.value;
  const share = Number(name);
  if (!/^(0?\.\d{1,8}|1(\.0+)?|1)$/.test(name) || share === 0) {
    const wanted = 'a number above 0 and up to 1, such as `.25`';
    report.add(badParameter(cell.span, 'PROBABILITY', name, wanted));
    return undefined;
  }
  return share < 1 ? [{ kind: 'random', modulus: 1_000_000, below: Math.max(1, Math.round(share * 1_000_000)) }] : [];
}
