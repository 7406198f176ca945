/** A line of rules before it has a meaning: its cells, where it stands, and what a macro makes of it. */

import { type macro, ruleColumns, type rules } from '../../language/files/rules.ts';
import { type Cell, type Row, withValue } from '../../language/schema.ts';
import type { ActionText, LogText } from '../../language/values.ts';
import type { Log } from '../../model/log.ts';
import type { ConnectionState } from '../../net/state.ts';
import type { Version } from '../../net/version.ts';
import type { Origin, Span, TracedText } from '../../source.ts';

type Cells = Row<typeof rules>['cells'];

/** The columns of a line that has none but ACTION. */
export const noCells = Object.fromEntries(
  Object.keys(ruleColumns)
    .filter((name) => name !== 'action')
    .map((name) => [name, undefined]),
) as Omit<Cells, 'action'>;

/** In which file, and for which section of it, a line acts: a target can mean different things. */
export interface Where {
  readonly file: 'rules' | 'blrules';
  readonly section: string;
}

/** Where most lines act. */
export const newConnections: Where = { file: 'rules', section: 'NEW' };

/** The cells of a line of `rules`, of a macro or of an action, with the origin that its messages name. */
export interface RuleRow {
  readonly cells: Cells;
  readonly where: Where;
  readonly origin: Origin;
  /** The ACTION columns that led here, innermost first: of the lines that name this macro or action. */
  readonly users: readonly Span[];
  readonly comment?: string;
  readonly inlineMatches?: TracedText;
  /** What log lines call the decision of the line, where its action says so. */
  readonly disposition?: string;
  /** It stands in an inline action. */
  readonly inlined?: true;
  /** The IP version that the line is about, where only one reads it. */
  readonly version?: Version;
  /** The chain that the line calls, where its action is one; `failed` after a message. */
  readonly call?: ExpandedCall | 'failed';
}

/** An action with its parameters filled in: a chain of lines that are expanded themselves. Equal calls are one. */
export interface ExpandedCall {
  /** What log lines call it: the action's own name. */
  readonly name: string;
  /** The name of the chain: made of the action's name and parameters. */
  readonly chain: string;
  /** The states that the action is about, when it says so (`Invalid` …). */
  readonly states?: readonly ConnectionState[];
  /** The line that calls it logs, and its own lines do not (`logjump`). */
  readonly logsCall: boolean;
  readonly rows: readonly RuleRow[];
  readonly origin: Origin;
}

/** The IP version of a line as a part of something else. */
export function ofVersion({ version }: { readonly version?: Version }): { readonly version?: Version } {
  return version === undefined ? {} : { version };
}

/** What the user wrote about a line (?COMMENT), as a part of something else. */
export function remarkOf({ comment }: { readonly comment?: string }): { readonly remark?: string } {
  return comment === undefined ? {} : { remark: comment };
}

/** A line of another file that asks for what rules ask for: the same columns, read the same way. */
export function asRuleRow(
  cells: Partial<Cells> & Pick<Cells, 'action'>,
  { origin, inlineMatches, line }: Pick<Row<typeof rules>, 'origin' | 'inlineMatches' | 'line'>,
): RuleRow {
  return {
    cells: { ...noCells, ...cells },
    where: newConnections,
    origin,
    users: [],
    ...(inlineMatches ? { inlineMatches } : {}),
    ...ofVersion(line),
  };
}

/** A row as it was parsed. */
export function ruleRow(
  row: Row<typeof rules> | Row<typeof macro>,
  where: Where,
  users: readonly Span[] = [],
): RuleRow {
  const plain = { cells: row.cells, where, origin: row.origin, users };
  const { disposition, version } = row.line;
  if (row.comment === undefined && !row.inlineMatches && disposition === undefined && version === undefined)
    return plain;
  return {
    ...plain,
    ...(row.comment === undefined ? {} : { comment: row.comment }),
    ...(row.inlineMatches ? { inlineMatches: row.inlineMatches } : {}),
    ...(disposition === undefined ? {} : { disposition }),
    ...ofVersion(row.line),
  };
}

/** The action with the log level of the line that led to it, unless it has one of its own and that is not forced by `!`. */
export function withLog(cell: Cell<ActionText>, log: LogText | undefined): Cell<ActionText> {
  if (!log || cell.value.name === 'NFLOG' || (cell.value.log && !log.level.forced)) return cell;
  return withValue(cell, { ...cell.value, log });
}

/** The log of a line as a part of something else, with the name that its action gives to decisions. */
export function logOf(log: Log | undefined, { disposition, inlined }: RuleRow): { readonly log?: Log } {
  if (!log) return {};
  return {
    log: { ...log, ...(disposition === undefined ? {} : { disposition }), ...(inlined ? { ofPair: true } : {}) },
  };
}

/** A line of an action: `LOG` without a level logs at that of the line that names the action, if it has one. */
export function withLogOfAction(cell: Cell<ActionText>, log: LogText | undefined): Cell<ActionText> {
  return withLog(cell, log ?? (cell.value.name === 'LOG' ? noLog : undefined));
}

const noLog: LogText = { level: { name: 'none', at: { start: 0, end: 0 }, parameters: [], forced: false } };
