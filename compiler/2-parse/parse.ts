/** Stage 2: logical lines become typed rows, by the column tables. */
import { type LogicalLine, noValue, type ReadConfiguration, type ReadFile } from '../1-read/logical-line.ts';
import {
  columnTwice,
  extraColumn,
  formatMissing,
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
import { insteadOf, laterFiles } from '../language/files/later.ts';
import { lineFeatures } from '../language/line-features.ts';
import type { Cell, FileTable, Row } from '../language/schema.ts';
import { join, type Span, spanOf, type TracedText } from '../source.ts';
import { joinCells } from './blanks-within.ts';
import { columnsOf } from './columns.ts';
import { foreignIn } from './foreign-lines.ts';
import { misplacedIn } from './misplaced-cells.ts';
import type { PartialRow } from './partial-row.ts';
import { type Findings, type ParseLines, PassingRows } from './passing-rows.ts';
import { plainLinesOf } from './plain-lines.ts';
import { type SplitLine, splitLine } from './split.ts';
import { fits, parseValue } from './value.ts';

/** Files that may have ten thousands of lines, each of which is needed once. */
type LongFileName = 'rules' | 'blrules';

/** The rows of each file; a file that is absent has none. */
export type Config = {
  readonly [Name in Exclude<CompiledFileName, LongFileName>]: readonly Row<(typeof compiledFiles)[Name]>[];
} & { readonly [Name in LongFileName]: PassingRows<(typeof compiledFiles)[Name]> };

const longFiles: ReadonlySet<string> = new Set<LongFileName>(['rules', 'blrules']);

/** What stage 2 makes: whole lines, and what could be read of the others. */
export interface Parsed {
  readonly config: Config;
  readonly partial: readonly PartialRow[];
}

/** Reads the columns of every line. Lines with mistakes are reported and left out. */
export function parse(read: ReadConfiguration, report: Report): Parsed {
  for (const table of laterFiles) if (isWanted(table, read)) refuseLaterFile(table, read, report);
  const config: Record<string, Iterable<Row<FileTable>>> = {};
  const partial: PartialRow[] = [];
  for (const [name, table] of Object.entries(compiledFiles))
    config[name] = isWanted(table, read) ? parseRequired(table, read, report, partial) : [];
  return { config: config as unknown as Config, partial };
}

function parseRequired(
  table: FileTable,
  read: ReadConfiguration,
  report: Report,
  partial: PartialRow[],
): Iterable<Row<FileTable>> {
  const file = read.files.get(table.name);
  if (table.required && (file?.lines.length ?? 0) === 0 && !report.leftOut.isPartOf(table.name)) {
    const source = file?.source ?? { path: table.name, text: '' };
    report.add(missingFile({ source, start: 0, end: 0 }, table.name, table.summary));
    report.leftOut.lines(table.name);
  }
  const isZone = (name: string): boolean =>
    read.files.get('zones')?.lines.some(({ text }) => text.text.split(/[\s:]/)[0] === name) ?? false;
  if (longFiles.has(table.name)) {
    const lines: ParseLines<FileTable> = (...given) => parseLines(table, ...given, isZone);
    return new PassingRows(table, file, lines, { report, partial });
  }
  return parseFile(table, file, report, partial, isZone);
}

/** The rows of one file; what could be read of lines with mistakes goes to `partial`. */
export function parseFile<Table extends FileTable>(
  table: Table,
  read: ReadFile | undefined,
  report: Report,
  partial: PartialRow[] = [],
  isZone: (name: string) => boolean = () => false,
): readonly Row<Table>[] {
  return [...parseLines(table, read, { report, partial }, isZone)];
}

function* parseLines<Table extends FileTable>(
  table: Table,
  read: Pick<ReadFile, 'lines' | 'partial'> | undefined,
  { report, partial }: Findings,
  isZone: (name: string) => boolean,
): Iterable<Row<Table>> {
  const plain = plainLinesOf(table);
  for (const line of read?.lines ?? []) {
    const row = plain.rowOf(line) ?? parseLine(table, line, partial, report, isZone);
    if (row) yield row as Row<Table>;
    else report.leftOut.line(table.name, line.text.text);
  }
  for (const line of read?.partial ?? []) parseLine(table, line, partial, report, isZone);
}

/** Reads the lines by their columns, and refuses the file at the first of them. */
function refuseLaterFile(table: FileTable, read: ReadConfiguration, report: Report): void {
  const file = read.files.get(table.name);
  const [first] = file?.lines ?? [];
  if (first) report.add(notSupportedYet(spanOf(first.text), table.name, table.summary, insteadOf(table)));
  parseFile(table, file, report);
}

/** ACCOUNTING=No: the file is not looked at (shorewall.conf(5)). */
function isWanted({ name }: FileTable, { settings }: ReadConfiguration): boolean {
  return (
    name !== 'accounting' || !settings.some((line) => line.name.text === 'ACCOUNTING' && /^no$/i.test(line.value.text))
  );
}

function parseLine<Table extends FileTable>(
  table: Table,
  line: LogicalLine,
  partial: PartialRow[],
  report: Report,
  isZone: (name: string) => boolean,
): Row<Table> | undefined {
  if (line.version !== undefined && !table.byVersion)
    report.add(perFamilyLine(spanOf(line.text), table.name, line.version));
  const foreign = foreignIn(table, line.text);
  if (foreign) {
    report.add(foreign);
    return undefined;
  }
  const split = splitLine(line, report);
  if (!split) return undefined;
  const option = split.cells.find((cell) => /^--?[a-z]/.test(cell.text));
  if (option) {
    report.add(iptablesOption(spanOf(option), option.text, table.name, orderOf(table, line)));
    return undefined;
  }
  const written = orderOf(table, line);
  const misplaced = misplacedIn(table, written, split.cells, isZone);
  if (misplaced) {
    report.add(misplaced);
    return undefined;
  }
  const order = orderMeant(table, { written, format: line.format }, split, report);
  const joined = joinCells(split.cells, table, order, report);
  const assigned = assignColumns(table, order, { cells: joined.cells, pairs: split.pairs }, report);
  const { texts } = assigned;
  const known = !line.text.text.includes(noValue);
  const sound = known && order === written && joined.sound && assigned.sound;
  const matchesFit = table.inlineMatches || !split.inlineMatches;
  if (split.inlineMatches && !matchesFit) {
    const at = split.inlineMatches.text.search(/\S|$/);
    report.add(inlineMatchesNotHere(spanOf(split.inlineMatches, at), table.name));
  }
  const span = spanOf(line.text);
  const { cells, unread } = parseCells(table, texts, { line: span, known }, report);
  if (!sound || !matchesFit || unread.length > 0) {
    partial.push({ table, span, cells, unread });
    return undefined;
  }
  const comment = commentOf(table, line, split, report);
  const frame = { line, span, origin: [span] as const, section: line.section, cells };
  if (comment === undefined && !split.inlineMatches) return frame as unknown as Row<Table>;
  return {
    ...frame,
    ...(comment === undefined ? {} : { comment }),
    ...(split.inlineMatches ? { inlineMatches: split.inlineMatches } : {}),
  } as unknown as Row<Table>;
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

/** The texts of a line by the names of their columns. */
type Texts = Readonly<Record<string, TracedText | undefined>>;

/** The text of each column: by position, then by the names of the pairs. Omitted columns are absent. */
function assignColumns(
  table: FileTable,
  order: readonly string[],
  split: Pick<SplitLine, 'cells' | 'pairs'>,
  report: Report,
): { readonly texts: Texts; readonly sound: boolean } {
  const texts: Record<string, TracedText> = {};
  let sound = true;
  const cells = table.lastTakesRest ? withRestInLast(split.cells, order.length) : split.cells;
  cells.forEach((text, index) => {
    const column = order[index];
    if (column !== undefined) {
      if (text.text !== '-') texts[column] = text;
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
    if (texts[column]) report.add(columnTwice(spanOf(name), column));
    if (value.text === '-') delete texts[column];
    else texts[column] = value;
  }
  return { texts, sound };
}

/** The columns in the order of the line's format. */
function orderOf(table: FileTable, line: LogicalLine): readonly string[] {
  return table.formats?.[line.format] ?? columnsOf(table).names;
}

/** The order of a later format, after a message, where only that one has the columns that the line has. */
function orderMeant(
  table: FileTable,
  { written, format: read }: { readonly written: readonly string[]; readonly format: number },
  { cells }: SplitLine,
  report: Report,
): readonly string[] {
  if (!table.formats || !Object.keys(table.formats).some((format) => Number(format) > read)) return written;
  const misfit = cells.findIndex(
    (cell, index) => !holds(table, written[index], cell) || (index === 0 && isActionOfLater(table, written, cell)),
  );
  const [cell] = misfit === -1 ? [] : cells.slice(misfit);
  if (!cell || cell.text.includes(noValue)) return written;
  for (const [format, order] of Object.entries(table.formats)) {
    if (
      order === undefined ||
      Number(format) <= read ||
      !cells.every((each, index) => holds(table, order[index], each))
    )
      continue;
    const { source } = spanOf(cell);
    const said = report.diagnostics.some(
      ({ code, label }) => code === formatMissing.code && label.span.source === source,
    );
    if (said) report.passOver();
    else report.add(formatMissing(spanOf(cell), table.name, Number(format), order[misfit] ?? ''));
    return order;
  }
  return written;
}

/** Whether a line begins with an action where its format has none: what looks like a zone and hosts is none. */
function isActionOfLater(table: FileTable, written: readonly string[], { text }: TracedText): boolean {
  return (
    'action' in table.columns &&
    !written.includes('action') &&
    /^(?:CT:|(?:NOTRACK|DROP|LOG|NFLOG|IPTABLES)\b)/.test(text)
  );
}

function holds(table: FileTable, column: string | undefined, { text }: TracedText): boolean {
  const type = column === undefined ? undefined : table.columns[column]?.type;
  return text === '-' || (type !== undefined && fits(type, text));
}

function columnCalled(table: FileTable, order: readonly string[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  return order.find(
    (column) =>
      column === wanted || column.replaceAll('_', '') === wanted || table.columns[column]?.also?.includes(wanted),
  );
}

/** What the columns hold; one that must be there and is not could not be read either. */
function parseCells(
  table: FileTable,
  texts: Texts,
  { line, known }: { readonly line: Span; readonly known: boolean },
  report: Report,
): Pick<PartialRow, 'cells' | 'unread'> {
  const cells: Record<string, Cell<unknown> | undefined> = {};
  const unread: string[] = [];
  let missing = false;
  for (const { name, column } of columnsOf(table).entries) {
    const text = texts[name];
    const cell = text && !text.text.includes(noValue) && parseValue(column.type, name, text, report);
    if (cell) cells[name] = cell;
    else if (text) unread.push(name);
    else if (column.required) {
      // Of a line that ends too early the first column that is missing is enough; a variable may have held it.
      if (!missing && known) report.add(missingColumn(line, name, column.doc));
      missing = true;
      unread.push(name);
    }
  }
  return { cells, unread };
}
