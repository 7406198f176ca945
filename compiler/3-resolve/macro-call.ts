/** A macro where only a chain can stand: as a default action, or as the parameter of an action. */
import type { Cell } from '../language/schema.ts';
import type { ActionText } from '../language/values.ts';
import type { ActionCall } from '../model.ts';
import { actionRules } from './action-rules.ts';
import { chainName } from './actions.ts';
import { expandMacros, isMacro } from './macros.ts';
import type { Scope } from './scope.ts';

export { isMacro };

/** The macro's lines as a chain; undefined after a mistake. */
export function macroAsCall(cell: Cell<unknown>, action: ActionText, scope: Scope): ActionCall | undefined {
  const row = {
    cells: {
      action: { value: action, text: cell.text, span: cell.span },
      source: undefined,
      dest: undefined,
      proto: undefined,
      dport: undefined,
      sport: undefined,
      origdest: undefined,
      rate: undefined,
      user: undefined,
      mark: undefined,
      connlimit: undefined,
      time: undefined,
      headers: undefined,
      switch: undefined,
      helper: undefined,
    },
    origin: [cell.span] as const,
  };
  const rules = expandMacros(row, scope).flatMap((each) => actionRules(each, scope));
  return { chain: chainName(action), rules, origin: [cell.span] };
}
