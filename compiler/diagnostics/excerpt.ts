/** The lines of a source that a message is about, with marks under the places. */
import { lineText, positionOf, type Span } from '../source.ts';
import { cutColumns, layOut, widthOf } from './display.ts';
import type { Label } from './message.ts';

/** A label on one line: the columns it marks, from 0, and the sign that marks them. */
interface Mark {
  readonly from: number;
  readonly to: number;
  readonly sign: '^' | '-';
  readonly text: string;
}

/** A line to be shown, its number, and what stands under it. */
export interface ExcerptLine {
  readonly number: number;
  readonly text: string;
  readonly marks: string;
  readonly label: string;
}

/** Columns of source text that are shown; of longer lines the part around the mark. */
const mostColumns = 100;

/** The line and column of a label, as `14:19`. */
export function positionText(span: Span): string {
  const { line, column } = positionOf(span.source, span.start);
  return `${line}:${column}`;
}

/** The line on which a label begins, with its mark. A label of several lines is marked to the end of the first. */
export function excerpt(label: Label, sign: Mark['sign']): ExcerptLine {
  const { span } = label;
  const { line, column } = positionOf(span.source, span.start);
  const text = lineText(span.source, line);
  const start = Math.min(column - 1, text.length);
  const length = Math.min(span.end - span.start, text.length - start);
  const near = surroundings(text, start, length);
  const layout = layOut(near.text);
  const at = (offset: number) => layout.columns[offset - near.skipped] ?? widthOf(layout.text);
  const from = at(start);
  const mark = { from, to: Math.max(from + 1, at(start + length)), sign, text: label.text };
  return { number: line, label: label.text, ...clipped(layout.text, mark, near) };
}

interface Surroundings {
  readonly text: string;
  /** How many characters of the line stand before `text`. */
  readonly skipped: number;
  /** Whether characters of the line stand behind `text`. */
  readonly more: boolean;
}

/** A line may be a megabyte: only what can be shown is laid out. */
function surroundings(text: string, start: number, length: number): Surroundings {
  const skipped = Math.max(0, start - mostColumns);
  const end = Math.min(text.length, start + Math.min(length, mostColumns) + mostColumns);
  return { text: text.slice(skipped, end), skipped, more: end < text.length };
}

/** The part of a line that fits, with `…` for what was left out, and its mark under it. */
function clipped(text: string, mark: Mark, { skipped, more }: Surroundings): Pick<ExcerptLine, 'text' | 'marks'> {
  const width = widthOf(text);
  if (width <= mostColumns && skipped === 0 && !more) return { text, marks: underline(mark, 0) };
  const markEnd = Math.min(mark.to, mark.from + mostColumns / 2);
  const middle = (mark.from + markEnd) / 2;
  const first = Math.max(0, Math.min(Math.floor(middle - mostColumns / 2), width - mostColumns));
  const last = Math.min(width, first + mostColumns);
  const before = first > 0 || skipped > 0 ? '…' : '';
  const after = last < width || more ? '…' : '';
  const kept = before + cutColumns(text, first, last) + after;
  return { text: kept, marks: underline({ ...mark, to: Math.min(mark.to, last) }, first - before.length) };
}

function underline({ from, to, sign }: Mark, skipped: number): string {
  return ' '.repeat(from - skipped) + sign.repeat(Math.max(1, to - from));
}
