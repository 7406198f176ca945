/** Macros: a line that names one becomes the lines of the macro, filled in by the caller. */
import { parseFile } from '../2-parse/parse.ts';
import { macroRecursion, macroWithoutParameter } from '../diagnostics/catalogue/resolving.ts';
import { macro } from '../language/files/rules.ts';
import type { Cell } from '../language/schema.ts';
import { targets } from '../language/targets.ts';
import type { ActionText } from '../language/values.ts';
import type { Origin } from '../source.ts';
import { actionFromParameter, mergeEndpoint, type RuleRow, ruleRow, withLog } from './rule-row.ts';
import type { Scope } from './scope.ts';

/** Whether a name is that of a macro: not a target, not an action. */
export function isMacro(name: string, scope: Scope): boolean {
  return !Object.hasOwn(targets, name) && scope.read.libraryFile('macro', name) !== undefined;
}

/** The rows that a row stands for; itself when it names no macro. `above` are the macros being expanded. */
export function expandMacros(row: RuleRow, scope: Scope, above: readonly string[] = []): readonly RuleRow[] {
  const { name } = row.cells.action.value;
  if (!isMacro(name, scope)) return [row];
  if (above.includes(name)) {
    scope.report.add(macroRecursion(row.origin, [...above, name].join(' → ')));
    return [];
  }
  const body = bodyOf(name, scope);
  const parameter = actionFromParameter(row.cells.action, 0, scope) ?? defaultParameter(body);
  const expanded = body
    .filter((line) => line.cells.action.value.name !== 'DEFAULT')
    .flatMap((line) => fill(line, row, parameter, scope) ?? []);
  return expanded.flatMap((line) => expandMacros(line, scope, [...above, name]));
}

function bodyOf(name: string, scope: Scope): readonly RuleRow[] {
  const cache = bodies.get(scope) ?? new Map<string, readonly RuleRow[]>();
  bodies.set(scope, cache);
  const known = cache.get(name);
  if (known) return known;
  const body = parseFile(macro, scope.read.library('macro', name), scope.report).map(ruleRow);
  cache.set(name, body);
  return body;
}

const bodies = new WeakMap<Scope, Map<string, readonly RuleRow[]>>();

/** `DEFAULT ACCEPT`: what PARAM is when the caller gives none. */
function defaultParameter(body: readonly RuleRow[]): Cell<ActionText> | undefined {
  const source = body.find((line) => line.cells.action.value.name === 'DEFAULT')?.cells.source;
  if (source?.value.kind !== 'endpoints') return undefined;
  return {
    value: { name: source.text.text, at: { start: 0, end: source.text.text.length } },
    text: source.text,
    span: source.span,
  };
}

/** One line of a macro with the caller's columns: what the caller writes counts, what it leaves out the macro says. */
function fill(
  line: RuleRow,
  caller: RuleRow,
  parameter: Cell<ActionText> | undefined,
  scope: Scope,
): RuleRow | undefined {
  const action = actionOf(line, caller, parameter, scope);
  if (!action) return undefined;
  const { cells } = caller;
  const origin: Origin = [...line.origin, ...caller.origin];
  const inlineMatches = line.inlineMatches ?? caller.inlineMatches;
  const comment = caller.comment ?? line.comment;
  const filled = Object.fromEntries(
    Object.keys(macro.columns).map((name) => [
      name,
      cells[name as keyof typeof cells] ?? line.cells[name as keyof typeof cells],
    ]),
  );
  return {
    cells: {
      ...(filled as unknown as RuleRow['cells']),
      action,
      source: mergeEndpoint(line.cells.source, cells, 'source'),
      dest: mergeEndpoint(line.cells.dest, cells, 'dest'),
    },
    origin,
    ...(comment === undefined ? {} : { comment }),
    ...(inlineMatches ? { inlineMatches } : {}),
  };
}

function actionOf(
  line: RuleRow,
  caller: RuleRow,
  parameter: Cell<ActionText> | undefined,
  scope: Scope,
): Cell<ActionText> | undefined {
  const own = line.cells.action;
  const { log } = caller.cells.action.value;
  if (own.value.name !== 'PARAM') return withLog(passParameter(own, parameter, scope), log);
  if (!parameter) {
    scope.report.add(macroWithoutParameter(caller.cells.action.span, caller.cells.action.value.name));
    return undefined;
  }
  return withLog(withLog(parameter, own.value.log), log);
}

/** `DNS` or `DNS(PARAM)` inside a macro: the parameter goes on. */
function passParameter(
  cell: Cell<ActionText>,
  parameter: Cell<ActionText> | undefined,
  scope: Scope,
): Cell<ActionText> {
  const first = cell.value.parameters?.[0]?.text;
  const passed = first === 'PARAM' || (first === undefined && isMacro(cell.value.name, scope));
  if (!passed || !parameter) return cell;
  const text = parameter.text;
  return {
    ...cell,
    text,
    value: {
      ...cell.value,
      at: { start: 0, end: text.text.length },
      parameters: [{ text: text.text, at: { start: 0, end: text.text.length } }],
    },
  };
}
