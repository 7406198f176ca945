/**
 * The rows of a long file: each is made when it is asked for and forgotten afterwards, so that few of them are there at
 * once. To keep those of 10,000 lines until all files are resolved costs more than to make them.
 */
import type { LogicalLine, ReadFile } from '../1-read/logical-line.ts';
import { Report } from '../diagnostics/report.ts';
import type { FileTable, Row } from '../language/schema.ts';
import { columnsOf } from './columns.ts';
import type { PartialRow } from './partial-row.ts';

/** Where mistakes go, and what could be read of the lines that have some. */
export interface Findings {
  readonly report: Report;
  readonly partial: PartialRow[];
}

/** Makes the rows of lines, one after the other. */
export type ParseLines<Table extends FileTable> = (
  read: Pick<ReadFile, 'lines' | 'partial'> | undefined,
  findings: Findings,
) => Iterable<Row<Table>>;

/** Who goes through the rows first reports their mistakes; later ones get the same rows without a word. */
export class PassingRows<Table extends FileTable> implements Iterable<Row<Table>> {
  readonly #table: Table;
  readonly #read: ReadFile | undefined;
  readonly #parse: ParseLines<Table>;
  #findings: Findings;

  constructor(table: Table, read: ReadFile | undefined, parse: ParseLines<Table>, findings: Findings) {
    this.#table = table;
    this.#read = read;
    this.#parse = parse;
    this.#findings = findings;
  }

  [Symbol.iterator](): Iterator<Row<Table>> {
    const findings = this.#findings;
    this.#findings = nobody();
    return this.#parse(this.#read, findings)[Symbol.iterator]();
  }

  /** The rows that can have a cell in the column: only their lines are read, and nothing is reported. */
  mayHave(column: keyof Table['columns'] & string): Iterable<Row<Table>> {
    const lines = (this.#read?.lines ?? []).filter((line) => mayHave(line, column, this.#table));
    return this.#parse({ lines, partial: [] }, nobody());
  }
}

function nobody(): Findings {
  return { report: new Report(), partial: [] };
}

/** Whether a line has pairs, which name their columns, or as many words as it takes to come to the column. */
function mayHave({ text: { text }, format }: LogicalLine, column: string, table: FileTable): boolean {
  if (/[;{]/.test(text)) return true;
  const order = table.formats?.[format] ?? columnsOf(table).names;
  return text.split(/\s+/).length > order.indexOf(column);
}
