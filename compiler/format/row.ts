/** The cells of a line. */
import { withoutComment } from '../1-read/blanks.ts';
import { unprintable } from '../1-read/take-line.ts';
import { splitLine } from '../2-parse/split.ts';
import { Report } from '../diagnostics/report.ts';
import type { FileTable } from '../language/schema.ts';
import { spanOf, traced } from '../source.ts';

/** A line of columns. */
export interface CellRow {
  readonly kind: 'row';
  readonly cells: readonly string[];
  /** Pairs and raw matches behind the columns, as they were written; may be empty. */
  readonly tail: string;
  /** The comment from its `#` on; may be empty. */
  readonly comment: string;
}

/** The cells of a line that can be read as one of the table; undefined when it cannot. */
export function rowIn(table: FileTable, text: string): CellRow | undefined {
  // Of a variable's braces nobody shall think that they hold pairs.
  const masked = text.replace(/\$\{\w+\}/g, (variable) => `$${'_'.repeat(variable.length - 1)}`);
  const code = withoutComment(traced({ source: { path: '', text: masked }, start: 0, end: masked.length }));
  if (code.text === '' || unprintable.test(code.text)) return undefined;
  const split = splitLine({ text: code, section: 'NEW', format: 1 }, new Report());
  if (
    !split ||
    !readable(
      table,
      split.cells.map((cell) => cell.text),
    )
  )
    return undefined;
  const places = split.cells.map((cell) => spanOf(cell));
  const columnsEnd = places.at(-1)?.end ?? 0;
  const hash = text.indexOf('#');
  const codeEnd = hash === -1 ? text.length : hash;
  return {
    kind: 'row',
    cells: places.map(({ start, end }) => text.slice(start, end)),
    tail: text.slice(columnsEnd, codeEnd).trim(),
    comment: hash === -1 ? '' : text.slice(hash).replace(/[ \t]+$/, ''),
  };
}

/** Whether the cells are columns of the table, and none is a piece of a list or a call that a blank has cut. */
function readable(table: FileTable, cells: readonly string[]): boolean {
  const orders = [Object.keys(table.columns), ...Object.values(table.formats ?? {})];
  const most = Math.max(...orders.map((order) => order?.length ?? 0));
  return (
    cells.length > 0 &&
    cells.length <= most &&
    !cells.some((cell, index) => /^,|,$|^--?[a-z]/.test(cell) || (index > 0 && cell.startsWith('(')))
  );
}
