/** Marks that a line compares or sets. One bit of the connection mark is ours and stays out of both. */

import { markBitTaken } from '../../diagnostics/catalogue/matches.ts';
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import type { Match } from '../../ir/ruleset.ts';
import { helperMark, markNumber } from '../../language/mark-layout.ts';
import type { Cell } from '../../language/schema.ts';
import type { ActionText, MarkText } from '../../language/values.ts';
import type { RuleAction } from '../../model/rule.ts';
import type { Scope } from '../scope.ts';

type MarkMatch = Match & { readonly kind: 'connectionMark' | 'packetMark' };

const wholeMark = 0xffffffff;

/** MARK as a condition; undefined after a message. */
export function resolveMark(
  cell: Cell<MarkText>,
  { settings, report }: Pick<Scope, 'settings' | 'report'>,
): Match | undefined {
  const { negated, value, connection } = cell.value;
  const { mask = value <= settings.markMask ? settings.markMask : wholeMark } = cell.value;
  const match = markCompared({ kind: connection ? 'connectionMark' : 'packetMark', negated, mask, value });
  if (!match) report.add(markBitTaken(cell.span));
  return match;
}

/** The match without our bit, which a mask of all bits has by default; undefined where the user means that bit. */
export function markCompared(match: MarkMatch): MarkMatch | undefined {
  if (match.kind === 'packetMark') return match;
  const meant = match.mask === wholeMark ? match.value : match.mask | match.value;
  if ((meant & helperMark) !== 0) return undefined;
  return { ...match, mask: (match.mask & ~helperMark) >>> 0 };
}

/** How MARK(…) changes a mark: to the value, to one where the value has one, to zero where it has none. */
const changes = {
  // iptables sets bits of the value that the mask has not, too (xt_MARK, --set-mark).
  '': (value: number, mask: number) => ({ mask: (mask | value) >>> 0, value }),
  '|': (value: number) => ({ mask: value, value }),
  '&': (value: number) => ({ mask: ~value >>> 0, value: 0 }),
} as const;

/** MARK(…) and CONNMARK(…) as targets; undefined after a message. */
export function resolveMarkChange(
  target: 'MARK' | 'CONNMARK',
  cell: Cell<ActionText>,
  { report }: Pick<Scope, 'report'>,
): RuleAction | undefined {
  const text = cell.value.parameters?.[0]?.text ?? '';
  const [, how = '', number = '', limit] = /^([|&]?)([^/]*)(?:\/(.*))?$/.exec(text) ?? [];
  const [written, limited] = [markNumber(number), limit === undefined ? wholeMark : markNumber(limit)];
  if (written === undefined || limited === undefined || (limit !== undefined && how !== '')) {
    const wanted = 'a mark `value[/mask]` of at most 32 bits, `|value` or `&value`';
    report.add(badParameter(cell.span, target, text, wanted));
    return undefined;
  }
  const { mask, value } = changes[how as keyof typeof changes](written, limited);
  if (target === 'MARK') return { kind: 'mark', target: 'packet', mask, value };
  const meant = limit === undefined ? value : mask;
  if ((meant & helperMark) === 0)
    return { kind: 'mark', target: 'connection', mask: (mask & ~helperMark) >>> 0, value };
  report.add(markBitTaken(cell.span));
  return undefined;
}
