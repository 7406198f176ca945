/** What could be read of a line with a mistake. */
import type { Cell, FileTable } from '../language/schema.ts';
import type { Span } from '../source.ts';

/** A line of which a column is a mistake: the columns that could be read, by their names. */
export interface PartialRow {
  readonly table: FileTable;
  readonly span: Span;
  readonly cells: Readonly<Record<string, Cell<unknown> | undefined>>;
  /** The columns that could not be read. */
  readonly unread: readonly string[];
}
