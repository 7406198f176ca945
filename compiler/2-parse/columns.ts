/** The columns of a file, listed once for all its lines. */
import type { Column, FileTable } from '../language/schema.ts';

/** The columns in the order of the table. */
interface Columns {
  readonly names: readonly string[];
  readonly entries: readonly { readonly name: string; readonly column: Column }[];
}

const columnsByTable = new WeakMap<FileTable, Columns>();

/** The columns of a table: always the same lists. */
export function columnsOf(table: FileTable): Columns {
  const known = columnsByTable.get(table);
  if (known) return known;
  const entries = Object.entries(table.columns).map(([name, column]) => ({ name, column }));
  const columns = { names: Object.keys(table.columns), entries };
  columnsByTable.set(table, columns);
  return columns;
}
