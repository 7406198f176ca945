/** What a name in ACTION stands for: a target, an action of the user's or of the standard library, or a macro. */

import type { ReadConfiguration } from '../../1-read/logical-line.ts';
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { actionNameTaken, missingActionFile } from '../../diagnostics/catalogue/actions.ts';
import { badOptionValue, unknownOption } from '../../diagnostics/catalogue/options.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Environment } from '../../environment.ts';
import { connectionStates } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import { type ActionOptions, actionOptions, plainAction, standardActions } from '../../language/standard-actions.ts';
import { targets } from '../../language/targets.ts';
import type { ActionText, Option } from '../../language/values.ts';
import type { Span } from '../../source.ts';

/** An action, as its line in `actions` or the standard library describes it. */
export interface DescribedAction extends ActionOptions {
  /** The name with the `!` that may belong to it. */
  readonly name: string;
  /** Its line in `actions`. */
  readonly declared?: Span;
}

/** What a name stands for; nothing when nobody knows it. */
export type Callee =
  | { readonly kind: 'target' | 'macro' | 'nothing' }
  | { readonly kind: 'action'; readonly action: DescribedAction };

interface CalleeContext {
  readonly environment: Environment;
  readonly read: ReadConfiguration;
  readonly actions: ReadonlyMap<string, DescribedAction>;
}

/** Names count in Shorewall's order: targets, actions that `actions` or the standard library declares, macros, other files. */
export function calleeOf({ name, modifier }: ActionText, { environment, read, actions }: CalleeContext): Callee {
  if (Object.hasOwn(targets, name)) return { kind: 'target' };
  for (const full of modifier === '!' ? [`${name}!`, name] : [name]) {
    const declared = actions.get(full);
    if (declared) return { kind: 'action', action: declared };
    if (environment.readLibrary(`action.${full}`))
      return { kind: 'action', action: { ...plainAction, ...standardActions[name], name: full } };
  }
  if (read.libraryFile('macro', name)) return { kind: 'macro' };
  return read.libraryFile('action', name) ? { kind: 'action', action: { ...plainAction, name } } : { kind: 'nothing' };
}

/** The place of the sign behind the name. */
export function behindName(cell: Cell<ActionText>): Span {
  const { end } = cell.value.at;
  return placeIn(cell, { start: end, end: end + 1 });
}

/** The lines of `actions`. */
export function resolveActions(
  rows: Config['actions'],
  read: ReadConfiguration,
  report: Report,
): ReadonlyMap<string, DescribedAction> {
  const found = new Map<string, DescribedAction>();
  for (const row of rows) {
    const { action, options } = row.cells;
    const { name } = action.value;
    if (Object.hasOwn(targets, name)) {
      report.add(actionNameTaken(action.span, name));
      continue;
    }
    const names = new Set((options?.value ?? []).map((option) => option.name));
    const described = describe(name, options, report);
    if (names.has('builtin')) continue;
    if (read.libraryFile('action', name)) found.set(name, { ...described, declared: row.span });
    else {
      report.add(missingActionFile(action.span, name));
      report.leftOut.line('actions', name);
    }
  }
  return found;
}

function describe(name: string, cell: Cell<readonly Option[]> | undefined, report: Report): DescribedAction {
  const known: DescribedAction = {
    ...plainAction,
    ...(Object.hasOwn(standardActions, name) ? standardActions[name] : {}),
    name,
  };
  return (cell?.value ?? []).reduce(
    (described, option) => (cell ? withOption(described, option, cell, report) : described),
    known,
  );
}

function withOption(action: DescribedAction, option: Option, cell: Cell<unknown>, report: Report): DescribedAction {
  const at = placeIn(cell, option.at);
  const { name, value } = option;
  switch (name) {
    case 'inline':
    case 'nolog':
    case 'logjump':
    case 'audit':
    case 'section':
      return { ...action, [name]: true };
    case 'nat':
      return { ...action, file: 'snat' };
    case 'mangle':
      return { ...action, file: 'mangle' };
    case 'proto':
    case 'dport':
      if (value) return { ...action, [name]: value };
      report.add(badOptionValue(at, name, name === 'proto' ? 'a protocol' : 'a port'));
      return action;
    case 'state': {
      const state = connectionStates[value ?? ''];
      if (state) return { ...action, states: [state] };
      report.add(badOptionValue(at, name, 'a state such as `INVALID`'));
      return action;
    }
    default:
      if (!Object.hasOwn(actionOptions, name))
        report.add(unknownOption(at, name, nearest(name, Object.keys(actionOptions))));
      return action;
  }
}
