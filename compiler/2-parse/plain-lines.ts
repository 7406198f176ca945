/**
 * Lines of nothing but plain words, as nearly all lines of long files: their rows are made at once, with one object for each
 * cell. A line that may hold a mistake, or anything else of note, is none of these: `parse.ts` reads it in full, and all
 * messages are made there. A test holds both ways against each other.
 */
import type { LogicalLine } from '../1-read/logical-line.ts';
import type { Cell, FileTable, Row } from '../language/schema.ts';
import { type ValueTypes, valueTypes } from '../language/value-types.ts';
import { isVerbatim, type Source, type Span, type TracedText, traced } from '../source.ts';
import { columnsOf } from './columns.ts';
import { beginsOwnLine } from './foreign-lines.ts';
import { isOutOfOrder } from './misplaced-cells.ts';
import { type PlainCell, plainCells } from './plain-cells.ts';
import { valueIn } from './value.ts';

/** What no plain line has: signs that group, quote or assign, and blanks that are neither spaces nor tabs. */
const unusual = /[^\w \t.:,/+!*~[\]-]/;

/** Words that may be an option, a comment of another program, or a part of the word beside them. */
const unusualWord = /^[-/:,]|,$/;

/** Of one column no more words are kept; a line with another one is read in full. */
const mostWords = 10_000;

/** A cell that is one word of its line, and its own span. Its value is known, or read when it is first asked for. */
class WordCell implements Cell<unknown>, Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly plain: PlainCell | undefined;
  #value: unknown;

  constructor(source: Source, start: number, end: number, value: unknown, plain: PlainCell | undefined) {
    this.source = source;
    this.start = start;
    this.end = end;
    this.plain = plain;
    this.#value = value;
  }

  get value(): unknown {
    if (this.#value === undefined && this.plain)
      this.#value = this.plain.read(this.source.text.slice(this.start, this.end));
    return this.#value;
  }

  get text(): TracedText {
    return traced(this);
  }

  get span(): Span {
    return this;
  }
}

/** A column with the words that were found in it so far, and their values. */
interface PlainColumn {
  readonly name: string;
  readonly type: keyof ValueTypes;
  readonly required: boolean;
  readonly plain: PlainCell | undefined;
  readonly words: Map<string, unknown>;
}

/** The plain lines of one file. */
export class PlainLines {
  readonly #table: FileTable;
  readonly #columns: readonly PlainColumn[];
  /** How many columns a line has at least. */
  readonly #least: number;

  constructor(table: FileTable) {
    const { names, entries } = columnsOf(table);
    // A rate in several words reaches into the columns after it.
    const usual = names.includes('rate') ? names.indexOf('rate') + 1 : names.length;
    this.#table = table;
    this.#columns = entries.slice(0, usual).map(({ name, column: { type, required } }) => ({
      name,
      type,
      required: required === true,
      plain: plainCells[valueTypes[type].rule],
      words: new Map<string, unknown>(),
    }));
    this.#least = entries.findLastIndex(({ column }) => column.required) + 1;
  }

  /** The row of a plain line; undefined for all others. */
  rowOf(line: LogicalLine): Row<FileTable> | undefined {
    const { text, section, comment } = line;
    // Of a line in a later format the columns are others.
    if (line.version !== undefined || this.#table.formats || !isVerbatim(text) || unusual.test(text.text))
      return undefined;
    const cells = this.#cellsOf(text);
    if (!cells) return undefined;
    const row = { line, span: text, origin: [text] as const, section, cells };
    return (comment === undefined ? row : { ...row, comment }) as unknown as Row<FileTable>;
  }

  #cellsOf(line: TracedText & Span): Readonly<Record<string, Cell<unknown>>> | undefined {
    const cells: Record<string, Cell<unknown>> = {};
    const { source, text } = line;
    let { start } = line;
    let index = 0;
    // Blanks side by side have empty words between them.
    for (const word of wordsOf(text)) {
      const end = start + word.length;
      if (word !== '') {
        const column = this.#columns[index];
        if (!column || (word === '-' && column.required)) return undefined;
        if (word !== '-') {
          const plain = column.plain?.pattern.test(word) ? column.plain : undefined;
          const kept = plain ? undefined : (column.words.get(word) ?? this.#newValue(word, column, index));
          if (!plain && kept === undefined) return undefined;
          cells[column.name] = new WordCell(source, start, end, kept, plain);
        }
        index += 1;
      }
      start = end + 1;
    }
    return index < this.#least ? undefined : cells;
  }

  /** The value of a word that was not in this column yet; undefined where a message may be about it, or its line. */
  #newValue(word: string, { type, words }: PlainColumn, index: number): unknown {
    if (words.size >= mostWords || unusualWord.test(word) || isOutOfOrder(word, index)) return undefined;
    if (index === 0 && !beginsOwnLine(this.#table, word)) return undefined;
    const value = valueIn(type, word);
    if (value !== undefined) words.set(word, value);
    return value;
  }
}

function wordsOf(text: string): readonly string[] {
  return (text.includes('\t') ? text.replaceAll('\t', ' ') : text).split(' ');
}

const byTable = new WeakMap<FileTable, PlainLines>();

/** The plain lines of a table: always the same, so that the words of one file are known in the next. */
export function plainLinesOf(table: FileTable): PlainLines {
  const known = byTable.get(table) ?? new PlainLines(table);
  byTable.set(table, known);
  return known;
}
