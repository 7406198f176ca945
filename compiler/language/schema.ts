/** How a configuration file is described: the shape of its tables, and the row types that follow from them. */

import type { LogicalLine, Section } from '../1-read/logical-line.ts';
import type { Origin, Span, TracedText } from '../source.ts';
import type { ValueTypes } from './value-types.ts';

/** One column: its value type, whether it must be there, and what it means. */
export interface Column {
  readonly type: keyof ValueTypes;
  readonly required?: true;
  /** Other names under which pairs may give it. */
  readonly also?: readonly string[];
  readonly doc: string;
  /** How its values are written, where the file takes less than the type of its value. */
  readonly format?: string;
  readonly example?: string;
}

/** What stage a file belongs to: compiled today, or read and refused with one message when it has live lines. */
export type Treatment = 'compiled' | { readonly later: string } | { readonly converted: string };

/** A configuration file that consists of lines with columns. */
export interface FileTable<Columns extends Readonly<Record<string, Column>> = Readonly<Record<string, Column>>> {
  readonly name: string;
  readonly summary: string;
  readonly treatment: Treatment;
  readonly columns: Columns;
  /** The column names by ?FORMAT, where the file has several; the first is the default. */
  readonly formats?: Readonly<Partial<Record<1 | 2 | 3, readonly (keyof Columns & string)[]>>>;
  /** Whether the sections of ?SECTION are allowed here. */
  readonly sections?: true;
  readonly required?: true;
  /** Whether all further words of a line belong to the last column. */
  readonly lastTakesRest?: true;
  /** Whether a line between `?IF __IPV4` and `?ENDIF` can be about one IP version alone. */
  readonly byVersion?: true;
  /** Whether lines may end in `;;` and raw iptables matches. */
  readonly inlineMatches?: true;
}

/**
 * A cell that was read: what it means, its text and where it stands. Most are made when somebody asks
 * (`2-parse/plain-lines.ts`): declared as a class, since TypeScript then refuses to spread a cell, which would lose them.
 */
export declare abstract class Cell<Value> {
  abstract get value(): Value;
  abstract get text(): TracedText;
  abstract get span(): Span;
}

/** A cell with another value. */
export function withValue<Value>({ text, span }: Cell<unknown>, value: Value): Cell<Value> {
  return { value, text, span };
}

type ValueOf<Described extends Column> = ValueTypes[Described['type']];

/** What every row has besides its columns. */
export interface RowFrame {
  readonly line: LogicalLine;
  readonly span: Span;
  readonly origin: Origin;
  readonly section: Section;
  readonly comment?: string;
  readonly inlineMatches?: TracedText;
}

/** The row of a file: a cell for each column, absent when it was left out and is not required. */
export type Row<Table extends FileTable> = RowFrame & {
  readonly cells: {
    readonly [Name in keyof Table['columns']]: Table['columns'][Name] extends { readonly required: true }
      ? Cell<ValueOf<Table['columns'][Name]>>
      : Cell<ValueOf<Table['columns'][Name]>> | undefined;
  };
};

/** States a table; the names and types of its columns are kept. */
export function file<const Columns extends Readonly<Record<string, Column>>>(
  table: FileTable<Columns>,
): FileTable<Columns> {
  return table;
}
