/** A macro or an action where only a chain can stand: as a default action of a policy. */
import { placeIn } from '../../2-parse/value.ts';
import { translatingAction } from '../../diagnostics/catalogue/actions.ts';
import type { Cell } from '../../language/schema.ts';
import type { ActionText } from '../../language/values.ts';
import type { ActionCall } from '../../model/rule.ts';
import { calleeOf } from '../expand/action-lookup.ts';
import { chainName } from '../expand/actions.ts';
import { expandCall, expandRow } from '../expand/calls.ts';
import { resolveCall, rulesOfAction } from '../rules/action-rules.ts';
import { newConnections, noCells, type RuleRow } from '../rules/rule-row.ts';
import { isTranslation } from '../rules/translation.ts';
import type { Scope } from '../scope.ts';

/** The chain that a default action stands for; undefined after a mistake. */
export function defaultCall(cell: Cell<unknown>, action: ActionText, scope: Scope): ActionCall | undefined {
  if (calleeOf(action, scope).kind !== 'macro') {
    const expanded = expandCall(cell, action, newConnections, scope);
    const call = expanded && resolveCall(expanded, scope);
    if (!call?.translates) return call;
    scope.report.add(translatingAction(placeIn(cell, action.at), action.name));
    return undefined;
  }
  const row: RuleRow = {
    cells: { ...noCells, action: { value: action, text: cell.text, span: cell.span } },
    where: newConnections,
    origin: [cell.span],
    users: [],
  };
  const rules = rulesOfAction(expandRow(row, scope), scope);
  const translating = rules.find((each) => isTranslation(each.action));
  if (translating) {
    scope.report.add(translatingAction(cell.span, action.name));
    return undefined;
  }
  return { name: action.name, chain: chainName(action), rules, origin: [cell.span] };
}
