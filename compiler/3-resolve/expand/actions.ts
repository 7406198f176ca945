/** Actions: chains of rules with parameters, from `action.NAME` of the user or of the standard library. */
import type { ReadFile } from '../../1-read/logical-line.ts';
import { parseFile } from '../../2-parse/parse.ts';
import { parseValue, placeIn } from '../../2-parse/value.ts';
import { actionNotHere, actionProtocol, tooManyParameters } from '../../diagnostics/catalogue/actions.ts';
import {
  actionOfOtherFile,
  badParameter,
  foreignKeyword,
  levelAsAction,
  noEquivalent,
  unknownAction,
} from '../../diagnostics/catalogue/targets.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { action as actionTable } from '../../language/files/rules.ts';
import { inlineSnatActions, type LineFeatures, snatActions } from '../../language/line-features.ts';
import { logLevels } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import { fileOfAction, habits, targets } from '../../language/targets.ts';
import type { ActionText, LogText, ParameterText } from '../../language/values.ts';
import { standsFor } from '../../source.ts';
import { protocolNumber } from '../columns/protocols.ts';
import { type RuleRow, ruleRow, type Where, withLogOfAction } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';
import type { DescribedAction } from './action-lookup.ts';
import { macroWith } from './macro-with.ts';

/** A line that names an action. */
export interface Naming {
  readonly cell: Cell<unknown>;
  readonly action: ActionText;
  readonly where: Where;
  readonly described: DescribedAction;
}

/** The lines of an action, its parameters filled in; undefined after a message. */
export function linesOf(naming: Naming, chain: string, scope: Scope): readonly RuleRow[] | undefined {
  const body = readAction(naming, 'rules', chain, scope);
  return (
    body &&
    parseFile(actionTable, body.file, scope.report)
      .filter((row) => !isDefaults(row.cells.action))
      .map((row) => ruleRow(row, naming.where, [naming.cell.span]))
      .map((row) => ({ ...row, cells: { ...row.cells, action: withLogOfAction(row.cells.action, body.log) } }))
  );
}

/** Whether a line gives the parameters of its action what they are when they are left out. */
export function isDefaults({ value }: Cell<ActionText>): boolean {
  return /^DEFAULTS?$/.test(value.name);
}

/** The text of an action, its parameters filled in, and the log level that its lines get; undefined after a message. */
export function readAction(
  naming: Naming,
  file: DescribedAction['file'],
  chain: string,
  scope: Scope,
): { readonly file: ReadFile; readonly log: LogText | undefined } | undefined {
  const { cell, action, described } = naming;
  if (described.file !== file) {
    const declared = described.declared && { span: described.declared, text: 'declared here' };
    scope.report.add(actionNotHere(placeIn(cell, action.at), action.name, described.file, declared));
    return undefined;
  }
  const parameters = parametersOf(naming, scope);
  const body =
    parameters &&
    scope.read.library('action', described.name, variablesOf(action, parameters, chain), featuresOf(described));
  if (!body) return undefined;
  const most = body.defaults?.length ?? parameters.length;
  const extra = parameters[most];
  if (extra) {
    scope.report.add(tooManyParameters(placeIn(cell, extra.at), action.name, most - (described.section ? 1 : 0)));
    return undefined;
  }
  const log = described.nolog || described.logjump ? undefined : logOfLines(action, parameters, described);
  return { file: body, log };
}

function featuresOf({ file, inline }: DescribedAction): LineFeatures | undefined {
  if (file !== 'snat') return undefined;
  return inline ? inlineSnatActions : snatActions;
}

/** The level of the line that names the action; of a tag that holds parameters only the first is a tag. */
function logOfLines(
  { log }: ActionText,
  [first]: readonly ParameterText[],
  described: DescribedAction,
): LogText | undefined {
  return log?.tag && described.tagHasParameters && first ? { ...log, tag: first.text } : log;
}

/** The lines of an inline action, not yet filled with the columns of the line that names it. */
export function inlineLines({ cells, where }: RuleRow, described: DescribedAction, scope: Scope): readonly RuleRow[] {
  const { value } = cells.action;
  return linesOf({ cell: cells.action, action: value, where, described }, chainName(value), scope) ?? [];
}

/** Parameters as the action sees them: the section first, where it wants that; `audit` makes the verdict one that is told. */
function parametersOf({ cell, action, where, described }: Naming, scope: Scope): readonly ParameterText[] | undefined {
  const inTag = described.tagHasParameters && !action.parameters ? action.log?.tag?.split(',') : undefined;
  const given = inTag?.map((text) => ({ text, at: action.at })) ?? action.parameters ?? [];
  const [verdict, second] = given;
  if (described.section)
    return [{ text: where.file === 'blrules' ? 'BLACKLIST' : where.section, at: action.at }, ...given];
  if (!described.audit || !second || second.text === '' || second.text === '-') return given;
  if (second.text !== 'audit') {
    scope.report.add(badParameter(placeIn(cell, second.at), action.name, second.text, '`audit`, or nothing'));
    return undefined;
  }
  if (verdict && /^(ACCEPT|DROP|REJECT)$/.test(verdict.text))
    return [{ ...verdict, text: `A_${verdict.text}` }, ...given.slice(1)];
  scope.report.add(
    badParameter(
      placeIn(cell, action.at),
      action.name,
      verdict?.text ?? '',
      '`ACCEPT`, `DROP` or `REJECT` before `audit`',
    ),
  );
  return undefined;
}

/** What `$1` and `@name` stand for. A parameter that is left out, or `-`, gets what the DEFAULTS line says; `--` is a `-`. */
function variablesOf(
  action: ActionText,
  parameters: readonly ParameterText[],
  chain: string,
): ReadonlyMap<string, string> {
  const { log } = action;
  const options = log && log.level.parameters.length > 0 ? `(${log.level.parameters.join(',')})` : '';
  const given = parameters.flatMap(({ text }, index) =>
    text === '' || text === '-' ? [] : [[String(index + 1), text === '--' ? '-' : text] as const],
  );
  return new Map([
    ['0', chain],
    ['chain', chain],
    ['action', action.name],
    ['disposition', ''],
    ['caller', ''],
    ['loglevel', log ? `${log.level.name}${options}${log.level.forced ? '!' : ''}` : 'none'],
    ['logtag', log?.tag ?? ''],
    ...given,
  ]);
}

/** A line that names an action for one protocol has that protocol and port in its columns; another one is a mistake. */
export function onlyItsPackets<Line extends { readonly cells: Pick<RuleRow['cells'], 'action' | 'proto' | 'dport'> }>(
  row: Line,
  described: DescribedAction,
  scope: Scope,
): readonly Line[] {
  if (described.proto === undefined) return [row];
  const { action, proto, dport } = row.cells;
  const { report } = scope;
  const wanted = parseValue('protocols', 'proto', standsFor(described.proto, action.span), report);
  const port =
    described.dport === undefined
      ? undefined
      : parseValue('ports', 'dport', standsFor(described.dport, action.span), report);
  const numbers = (wanted?.value ?? []).map(({ name }) => protocolNumber(name, scope));
  if (proto && !proto.value.every((each) => !each.negated && numbers.includes(protocolNumber(each.name, scope)))) {
    report.add(actionProtocol(proto.span, described.name, described.proto));
    return [];
  }
  if (dport && port && dport.text.text !== described.dport) {
    report.add(actionProtocol(dport.span, described.name, `port ${described.dport}`));
    return [];
  }
  return [{ ...row, cells: { ...row.cells, proto: proto ?? wanted, dport: dport ?? port } }];
}

/** A name for the chain, made of the action, its parameters and its log level; the same for equal calls. */
export function chainName(action: ActionText): string {
  const parameters = (action.parameters ?? []).map((parameter) => parameter.text);
  const log = action.log ? [action.log.level.name, ...action.log.level.parameters, action.log.tag ?? ''] : [];
  const words = [action.name + (action.modifier === '!' ? '-bang' : ''), ...parameters, ...log]
    .join('-')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/[-_]+$/, '');
  return words.length <= 60 ? words : `${words.slice(0, 50)}-${checksum(words)}`;
}

/** A short number that tells long names apart (FNV-1a). */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16);
}

/** Reports that a name is no target, action or macro; with the word for it where another tool calls it so. */
export function reportUnknownAction(cell: Cell<unknown>, action: ActionText, scope: Scope): void {
  const at = placeIn(cell, action.at);
  const { name } = action;
  const { leftOut } = scope.report;
  if (leftOut.mayDeclare(name, 'actions') || leftOut.isPartOf(`macro.${name}`, `action.${name}`)) {
    scope.report.passOver();
    return;
  }
  const instead = habits[name.toUpperCase()];
  if (instead && Object.hasOwn(targets, instead)) {
    const turned = macroWith(action, instead, scope);
    scope.report.add(turned ? foreignKeyword(cell.span, name, turned) : foreignKeyword(at, name, instead));
    return;
  }
  if (name === 'ACCOUNT' || name === 'NFACCT') {
    scope.report.add(noEquivalent(at, name, 'a module outside the kernel'));
    return;
  }
  if (Object.hasOwn(logLevels, name.toLowerCase())) {
    scope.report.add(levelAsAction(at, name));
    return;
  }
  const file = fileOfAction(name);
  if (file) {
    scope.report.addAlone(actionOfOtherFile(at, name, file));
    return;
  }
  const names = [...Object.keys(targets), ...scope.read.libraryNames('macro'), ...scope.read.libraryNames('action')];
  scope.report.add(unknownAction(at, name, nearest(name, names)));
}
