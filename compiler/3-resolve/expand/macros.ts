/** Macros and inline actions: a line that names one becomes its lines, filled in by the columns of the line. */
import { parseFile } from '../../2-parse/parse.ts';
import { parseWithRule, placeIn } from '../../2-parse/value.ts';
import {
  addressAlreadyInMacro,
  expansionTooLong,
  macroRecursion,
  macroWithoutParameter,
  tooManyParameters,
  unknownModifier,
} from '../../diagnostics/catalogue/actions.ts';
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import { macro } from '../../language/files/rules.ts';
import type { Cell } from '../../language/schema.ts';
import type { ActionText, EndpointColumn } from '../../language/values.ts';
import { join, type Span, slice, spanOf, standsFor, type TracedText } from '../../source.ts';
import { soundLog } from '../columns/logging.ts';
import { withoutRawTarget } from '../iptables/targets.ts';
import { ofVersion, type RuleRow, ruleRow, withLog } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';
import { resolveHosts } from '../zones/hosts.ts';
import { behindName, type Callee, calleeOf } from './action-lookup.ts';
import { inlineLines, isDefaults, onlyItsPackets } from './actions.ts';
import { actionFromParameter, mergeEndpoint } from './macro-ends.ts';

/** How many lines one line may become: macros that use each other twice double at each step. */
const mostLines = 10_000;

/**
 * The rows that a row stands for; itself when it names no macro. `above` are the macros being expanded, `budget` the lines
 * that may still come of the outermost one.
 */
export function expandMacros(
  written: RuleRow,
  scope: Scope,
  above: readonly string[] = [],
  budget = { left: mostLines },
): readonly RuleRow[] {
  budget.left -= 1;
  if (budget.left < 0) {
    if (budget.left === -1) scope.report.add(expansionTooLong(outermost(written), mostLines));
    return [];
  }
  const targeted = withoutRawTarget(written, scope);
  const row = targeted && withoutInline(targeted, scope);
  if (!row) return [];
  const { action } = row.cells;
  const { name } = action.value;
  const callee = calleeOf(action.value, scope);
  if (!soundModifier(action, callee, scope)) return [];
  if (callee.kind === 'target' || callee.kind === 'nothing') return [row];
  const inlined = callee.kind === 'action' ? callee.action : undefined;
  if (inlined && !inlined.inline) return onlyItsPackets(row, inlined, scope);
  if (above.includes(name)) {
    scope.report.add(macroRecursion(action.span, [...above, name].join(' → ')));
    return [];
  }
  if (!soundLog(action, action.value.log, scope.report)) return [];
  return scope.report.usedBy([action.span], () => {
    const lines = inlined
      ? inlineLines(row, inlined, scope)
          .map((line) => ({ ...line, inlined: true }) as const)
          .flatMap((line) => filled(line, row, line.cells.action, scope) ?? [])
      : macroLines(row, scope);
    return lines.flatMap((line) => expandMacros(line, scope, [...above, name], budget));
  });
}

/** Where the configuration names what was expanded. */
function outermost({ cells, users }: RuleRow): Span {
  return users.at(-1) ?? cells.action.span;
}

/** `INLINE(target)` is the target with the raw matches of the line. */
function withoutInline(row: RuleRow, scope: Scope): RuleRow | undefined {
  const { action } = row.cells;
  const parameters = action.value.parameters ?? [];
  const [first] = parameters;
  const last = parameters.at(-1);
  if (action.value.name !== 'INLINE' || !first || !last || first.text === '') return row;
  const text = slice(action.text, first.at.start, last.at.end);
  const say = (span: Parameters<typeof badParameter>[0]) => badParameter(span, 'INLINE', text.text, 'a target');
  const value = parseWithRule('Action', text, say, scope.report) as ActionText | undefined;
  return (
    value && { ...row, cells: { ...row.cells, action: withLog({ value, text, span: spanOf(text) }, action.value.log) } }
  );
}

/** Signs behind the name belong to targets, and to the actions whose names end in `!`. */
function soundModifier(action: Cell<ActionText>, callee: Callee, scope: Scope): boolean {
  const { name, modifier } = action.value;
  if (!modifier || callee.kind === 'target' || callee.kind === 'nothing') return true;
  if (callee.kind === 'action' && callee.action.name === `${name}${modifier}`) return true;
  scope.report.add(unknownModifier(behindName(action), name, modifier, ''));
  return false;
}

function macroLines(row: RuleRow, scope: Scope): readonly RuleRow[] {
  const { action } = row.cells;
  const second = action.value.parameters?.[1];
  if (second) {
    scope.report.add(tooManyParameters(placeIn(action, second.at), action.value.name, 1));
    return [];
  }
  const body = bodyOf(action.value.name, scope).map((line) => ({ ...line, where: row.where }));
  const parameter = actionFromParameter(action, 0, scope) ?? defaultParameter(body, scope);
  return body
    .filter((line) => !isDefaults(line.cells.action))
    .flatMap((line) => {
      const does = actionOf(line, row, parameter, scope);
      return (does && filled(line, row, withLog(does, action.value.log), scope)) ?? [];
    });
}

const bodies = new WeakMap<Scope, Map<string, readonly RuleRow[]>>();

function bodyOf(name: string, scope: Scope): readonly RuleRow[] {
  const cache = bodies.get(scope) ?? new Map<string, readonly RuleRow[]>();
  bodies.set(scope, cache);
  const known = cache.get(name);
  if (known) return known;
  const body = parseFile(macro, scope.read.library('macro', name), scope.report)
    .map((row) => ruleRow(row, { file: 'rules', section: 'NEW' }))
    .filter((row) => soundHosts(row.cells.source, scope) && soundHosts(row.cells.dest, scope));
  cache.set(name, body);
  return body;
}

/** Addresses of the macro are judged where they stand: later they belong to a column of the caller's. */
function soundHosts(cell: Cell<EndpointColumn> | undefined, scope: Scope): boolean {
  if (cell?.value.kind === 'hosts')
    return resolveHosts(cell, cell.value.hosts, { ...scope, namesInline: 'addresses' }) !== undefined;
  if (cell?.value.kind !== 'endpoints') return true;
  return cell.value.endpoints.every(
    ({ hosts }) => !hosts || resolveHosts(cell, hosts, { ...scope, namesInline: 'addresses' }) !== undefined,
  );
}

/** `DEFAULT ACCEPT`: what PARAM is when the caller gives none. */
function defaultParameter(body: readonly RuleRow[], scope: Scope): Cell<ActionText> | undefined {
  const cell = body.find((line) => isDefaults(line.cells.action))?.cells.source;
  if (!cell) return undefined;
  const say = (span: Parameters<typeof badParameter>[0]) => badParameter(span, 'DEFAULT', cell.text.text, 'a target');
  const value = parseWithRule('Action', cell.text, say, scope.report) as ActionText | undefined;
  return value && { value, text: cell.text, span: cell.span };
}

/** One line of a macro with the caller's columns: what the caller writes counts, what it leaves out the macro says. */
function filled(line: RuleRow, caller: RuleRow, action: Cell<ActionText>, scope: Scope): RuleRow | undefined {
  const { cells } = caller;
  const source = mergeEndpoint(line.cells.source, cells, 'source', scope);
  const dest = mergeEndpoint(line.cells.dest, cells, 'dest', scope);
  for (const end of [source, dest]) {
    if (!end || !('conflict' in end)) continue;
    scope.report.add(addressAlreadyInMacro(end.conflict.span, cells.action.value.name));
    return undefined;
  }
  // What the caller is not about is no mistake of the macro's.
  if (caller.version !== undefined && line.version !== undefined && caller.version !== line.version) return undefined;
  const inlineMatches = bothMatches(caller.inlineMatches, line.inlineMatches);
  const comment = caller.comment ?? line.comment;
  const disposition = line.disposition ?? caller.disposition;
  const columns = Object.fromEntries(
    Object.keys(macro.columns).map((name) => [
      name,
      cells[name as keyof typeof cells] ?? line.cells[name as keyof typeof cells],
    ]),
  );
  return {
    cells: {
      ...(columns as unknown as RuleRow['cells']),
      action,
      source: source as Cell<EndpointColumn> | undefined,
      dest: dest as Cell<EndpointColumn> | undefined,
    },
    where: caller.where,
    origin: [...line.origin, ...caller.origin],
    users: [cells.action.span, ...caller.users],
    ...(comment === undefined ? {} : { comment }),
    ...(inlineMatches ? { inlineMatches } : {}),
    ...(disposition === undefined ? {} : { disposition }),
    ...(line.inlined || caller.inlined ? { inlined: true } : {}),
    ...ofVersion({ ...line, ...ofVersion(caller) }),
  };
}

/** The raw matches of the line that names the macro and of the macro's own line must all hold. */
function bothMatches(outer: TracedText | undefined, inner: TracedText | undefined): TracedText | undefined {
  if (!outer || !inner) return inner ?? outer;
  return join([outer, standsFor(' ', spanOf(inner)), inner]);
}

function actionOf(
  line: RuleRow,
  caller: RuleRow,
  parameter: Cell<ActionText> | undefined,
  scope: Scope,
): Cell<ActionText> | undefined {
  const own = line.cells.action;
  if (own.value.name !== 'PARAM') return passParameter(own, parameter, scope);
  if (parameter) return withLog(parameter, own.value.log);
  scope.report.add(macroWithoutParameter(caller.cells.action.span, caller.cells.action.value.name));
  return undefined;
}

/** `DNS` or `DNS(PARAM)` inside a macro: the parameter goes on. */
function passParameter(
  cell: Cell<ActionText>,
  parameter: Cell<ActionText> | undefined,
  scope: Scope,
): Cell<ActionText> {
  const first = cell.value.parameters?.[0]?.text;
  const passed = first === 'PARAM' || (first === undefined && calleeOf(cell.value, scope).kind === 'macro');
  if (!passed || !parameter) return cell;
  const { at } = cell.value;
  const name = slice(cell.text, at.start, at.end);
  const [open, close] = ['(', ')'].map((sign) => standsFor(sign, cell.span));
  const text = join([name, open ?? name, parameter.text, close ?? name]);
  const start = name.text.length + 1;
  const inside = { text: parameter.text.text, at: { start, end: start + parameter.text.text.length } };
  const value = { ...cell.value, at: { start: 0, end: name.text.length }, parameters: [inside] };
  return { value, text, span: cell.span };
}
