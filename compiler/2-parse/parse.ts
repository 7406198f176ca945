/** Stage 2: logical lines become typed rows, by the column tables. */
import type { LogicalLine, ReadConfiguration, ReadFile } from '../1-read/logical-line.ts';
import {
  columnTwice,
  extraColumn,
  inlineMatchesNotHere,
  iptablesOption,
  missingColumn,
  missingFile,
  notSupportedYet,
  perFamilyLine,
  unknownColumn,
} from '../diagnostics/catalogue/parsing.ts';
import { commentNotHere } from '../diagnostics/catalogue/reading.ts';
import type { Report } from '../diagnostics/report.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { type CompiledFileName, compiledFiles } from '../language/files/index.ts';
import { laterFiles } from '../language/files/later.ts';
import { lineFeatures } from '../language/line-features.ts';
import type { Cell, FileTable, Row } from '../language/schema.ts';
import { join, spanOf, type TracedText } from '../source.ts';
import { type SplitLine, splitLine } from './split.ts';
import { parseValue } from './value.ts';

/** The rows of each file; a file that is absent has none. */
export type Config = { readonly [Name in CompiledFileName]: readonly Row<(typeof compiledFiles)[Name]>[] };

/** Reads the columns of every line. Lines with mistakes are reported and left out. */
export function parse(read: ReadConfiguration, report: Report): Config {
  for (const table of laterFiles) if (isWanted(table, read)) refuseLaterFile(table, read, report);
  const config: Record<string, readonly Row<FileTable>[]> = {};
  for (const [name, table] of Object.entries(compiledFiles)) config[name] = parseRequired(table, read, report);
  return config as unknown as Config;
}

function parseRequired(table: FileTable, read: ReadConfiguration, report: Report): readonly Row<FileTable>[] {
  const file = read.files.get(table.name);
  if (table.required && (file?.lines.length ?? 0) === 0) {
    const source = file?.source ?? { path: table.name, text: '' };
    report.add(missingFile({ source, start: 0, end: 0 }, table.name, table.summary));
  }
  return parseFile(table, file, report);
}

/** The rows of one file. */
export function parseFile<Table extends FileTable>(
  table: Table,
  read: ReadFile | undefined,
  report: Report,
): readonly Row<Table>[] {
  const rows: Row<Table>[] = [];
  for (const line of read?.lines ?? []) {
    const row = parseLine(table, line, report);
    if (row) rows.push(row);
  }
  return rows;
}

/** Reads the lines by their columns, and refuses the file at the first of them. */
function refuseLaterFile(table: FileTable, read: ReadConfiguration, report: Report): void {
  const file = read.files.get(table.name);
  const [first] = file?.lines ?? [];
  if (first) report.add(notSupportedYet(spanOf(first.text), table.name, table.summary));
  parseFile(table, file, report);
}

/** ACCOUNTING=No: the file is not looked at (shorewall.conf(5)). */
function isWanted({ name }: FileTable, { settings }: ReadConfiguration): boolean {
  return (
    name !== 'accounting' || !settings.some((line) => line.name.text === 'ACCOUNTING' && /^no$/i.test(line.value.text))
  );
}

function parseLine<Table extends FileTable>(table: Table, line: LogicalLine, report: Report): Row<Table> | undefined {
  if (line.version !== undefined && !table.byVersion)
    report.add(perFamilyLine(spanOf(line.text), table.name, line.version));
  const split = splitLine(line, report);
  if (!split) return undefined;
  const option = split.cells.find((cell) => /^--?[a-z]/.test(cell.text));
  if (option) {
    report.add(iptablesOption(spanOf(option), option.text, table.name, orderOf(table, line)));
    return undefined;
  }
  const texts = assignColumns(table, line, split, report);
  if (!texts) return undefined;
  if (split.inlineMatches && !table.inlineMatches) {
    const at = split.inlineMatches.text.search(/\S|$/);
    report.add(inlineMatchesNotHere(spanOf(split.inlineMatches, at), table.name));
    return undefined;
  }
  const cells = parseCells(table, texts, spanOf(line.text), report);
  if (!cells) return undefined;
  const span = spanOf(line.text);
  const comment = commentOf(table, line, split, report);
  const frame = {
    line,
    span,
    origin: [span] as const,
    section: line.section,
    ...(comment === undefined ? {} : { comment }),
    ...(split.inlineMatches ? { inlineMatches: split.inlineMatches } : {}),
  };
  return { ...frame, cells } as unknown as Row<Table>;
}

/** The comment of the line itself, else that of the ?COMMENT in force. */
function commentOf(table: FileTable, line: LogicalLine, { comment }: SplitLine, report: Report): string | undefined {
  if (!comment) return line.comment;
  if (!lineFeatures(table.name).comments) report.add(commentNotHere(spanOf(comment.name), table.name));
  return comment.value.text;
}

/** The cells with all from the last column on as one, a blank between them. */
function withRestInLast(cells: readonly TracedText[], columns: number): readonly TracedText[] {
  const blank: TracedText = { text: ' ', pieces: [] };
  const rest = cells.slice(columns - 1);
  if (rest.length < 2) return cells;
  return [...cells.slice(0, columns - 1), join(rest.flatMap((cell, index) => (index === 0 ? [cell] : [blank, cell])))];
}

/** The text of each column: by position, then by the names of the pairs. Omitted columns are absent. */
function assignColumns(
  table: FileTable,
  line: LogicalLine,
  split: SplitLine,
  report: Report,
): ReadonlyMap<string, TracedText> | undefined {
  const order = orderOf(table, line);
  const texts = new Map<string, TracedText>();
  let sound = true;
  const cells = table.lastTakesRest ? withRestInLast(split.cells, order.length) : split.cells;
  cells.forEach((text, index) => {
    const column = order[index];
    if (column !== undefined) {
      if (text.text !== '-') texts.set(column, text);
    } else if (text.text !== '-') {
      if (sound) report.add(extraColumn(spanOf(text), table.name, order));
      sound = false;
    }
  });
  for (const { name, value } of split.pairs) {
    const column = columnCalled(table, order, name.text);
    if (column === undefined) {
      report.add(unknownColumn(spanOf(name), name.text, table.name, nearest(name.text, order), order));
      sound = false;
      continue;
    }
    if (texts.has(column)) report.add(columnTwice(spanOf(name), column));
    if (value.text === '-') texts.delete(column);
    else texts.set(column, value);
  }
  return sound ? texts : undefined;
}

/** The columns in the order of the line's format. */
function orderOf(table: FileTable, line: LogicalLine): readonly string[] {
  return table.formats?.[line.format] ?? Object.keys(table.columns);
}

function columnCalled(table: FileTable, order: readonly string[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  return order.find(
    (column) =>
      column === wanted || column.replaceAll('_', '') === wanted || table.columns[column]?.also?.includes(wanted),
  );
}

function parseCells(
  table: FileTable,
  texts: ReadonlyMap<string, TracedText>,
  line: Cell<unknown>['span'],
  report: Report,
): Record<string, Cell<unknown> | undefined> | undefined {
  const cells: Record<string, Cell<unknown> | undefined> = {};
  let sound = true;
  for (const [name, column] of Object.entries(table.columns)) {
    const text = texts.get(name);
    if (!text) {
      if (!column.required) continue;
      report.add(missingColumn(line, name, column.doc));
      return undefined;
    }
    const cell = parseValue(column.type, name, text, report);
    if (cell) cells[name] = cell;
    else sound = false;
  }
  return sound ? cells : undefined;
}
