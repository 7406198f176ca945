/** Expansion of a line: macros and inline actions become lines, and each line that names an action gets its chain. */
import { placeIn } from '../../2-parse/value.ts';
import { macroRecursion, tooManyActionChains } from '../../diagnostics/catalogue/actions.ts';
import { valueTooLong } from '../../diagnostics/catalogue/reading.ts';
import type { Cell } from '../../language/schema.ts';
import { targets } from '../../language/targets.ts';
import type { ActionText } from '../../language/values.ts';
import { soundLog } from '../columns/logging.ts';
import type { ExpandedCall, RuleRow, Where } from '../rules/rule-row.ts';
import { linesApart } from '../rules/split-lines.ts';
import type { Scope } from '../scope.ts';
import { calleeOf } from './action-lookup.ts';
import { chainName, linesOf, reportUnknownAction } from './actions.ts';
import { expandMacros } from './macros.ts';

interface Frame {
  readonly calls: Map<string, ExpandedCall>;
  readonly open: string[];
  /** Chains that may still be made. */
  left: number;
}

/** How many chains all actions may become: a call with other parameters has one of its own. */
const mostChains = 5000;

/** How many characters a parameter may have: one that is made of itself doubles at each step. */
const longestParameter = 16_384;

const frames = new WeakMap<Scope, Frame>();

/** The lines that a line stands for, each about one thing; none after a mistake that leaves nothing. */
export function expandRow(written: RuleRow, scope: Scope): readonly RuleRow[] {
  if (isAlone(written)) return [written];
  const lines: RuleRow[] = [];
  for (const expanded of expandMacros(written, scope))
    for (const row of linesApart(expanded)) lines.push(withCall(row, scope));
  return lines;
}

/** Targets that name another one in their parameters, or behind `;;`. */
const ofOtherTargets: ReadonlySet<string> = new Set(['INLINE', 'IPTABLES', 'IP6TABLES']);

/** Whether a line is all that it stands for, as most are: it has a target, and no column of which lines are made. */
function isAlone({ cells: { action, user, time } }: RuleRow): boolean {
  const { name } = action.value;
  return !user && !time && Object.hasOwn(targets, name) && !ofOtherTargets.has(name);
}

function withCall(row: RuleRow, scope: Scope): RuleRow {
  const { action } = row.cells;
  if (Object.hasOwn(targets, action.value.name)) return row;
  const call = scope.report.usedBy(row.users, () => expandCall(action, action.value, row.where, scope));
  return { ...row, call: call ?? 'failed' };
}

/** The chain of an action with its parameters; calls that are equal share it. Undefined after a message. */
export function expandCall(
  cell: Cell<unknown>,
  action: ActionText,
  where: Where,
  scope: Scope,
): ExpandedCall | undefined {
  const endless = action.parameters?.find(({ text }) => text.length > longestParameter);
  if (endless) {
    scope.report.add(valueTooLong(placeIn(cell, endless.at), longestParameter));
    return undefined;
  }
  const callee = calleeOf(action, scope);
  if (callee.kind !== 'action') {
    reportUnknownAction(cell, action, scope);
    return undefined;
  }
  const frame = frames.get(scope) ?? { calls: new Map<string, ExpandedCall>(), open: [] as string[], left: mostChains };
  frames.set(scope, frame);
  const chain = `${chainName(action)}${where.file === 'blrules' ? '-blrules' : ''}`;
  const known = frame.calls.get(chain);
  if (known) return known;
  if (!mayOpen(chain, frame, cell, action, scope)) return undefined;
  frame.open.push(chain);
  const rows = scope.report
    .usedBy([cell.span], () => linesOf({ cell, action, where, described: callee.action }, chain, scope))
    ?.flatMap((row) => expandRow(row, scope));
  frame.open.pop();
  if (!rows) return undefined;
  const { states, logjump } = callee.action;
  const call: ExpandedCall = {
    name: action.name,
    chain,
    ...(states ? { states } : {}),
    logsCall: logjump === true,
    rows,
    origin: [cell.span],
  };
  frame.calls.set(chain, call);
  return call;
}

/** Whether a chain may be begun: none that is being made, and not too many. */
function mayOpen(chain: string, frame: Frame, cell: Cell<unknown>, action: ActionText, { report }: Scope): boolean {
  if (frame.open.includes(chain)) {
    report.add(macroRecursion(placeIn(cell, action.at), [...frame.open, chain].join(' → ')));
    return false;
  }
  if (!soundLog(cell, action.log, report)) return false;
  frame.left -= 1;
  if (frame.left === -1) report.add(tooManyActionChains(placeIn(cell, action.at), mostChains));
  return frame.left >= 0;
}
