/** Puts the cells of lines below each other. Widths hold for a block: from a heading or ?FORMAT to the next one. */
import type { Line } from './lines.ts';
import type { CellRow } from './row.ts';

/** Blanks between two columns, and before what stands behind them. */
const gap = 3;

/** A cell longer than this makes no column wide; the cells behind it move to the right, and return when they can. */
const widest = 32;

/** The same where no cell of the column is shorter than `widest`. */
const widestOfAll = 60;

/** A line longer than this moves no comments of other lines. */
const widestBeforeComment = 80;

/** The text of the lines. */
export function laidOut(lines: readonly Line[]): string {
  const blocks: Line[][] = [[]];
  for (const line of lines) {
    if (line.kind !== 'row' && line.beginsBlock) blocks.push([]);
    blocks.at(-1)?.push(line);
  }
  return blocks.flatMap(blockTexts).join('\n');
}

function blockTexts(lines: readonly Line[]): readonly string[] {
  const starts = startsOf(lines);
  const texts = lines.map((line) => (line.kind === 'kept' ? line.text : placed(line.cells, starts)));
  const whole = lines.map((line, index) => {
    const text = texts[index] ?? '';
    return line.kind === 'row' && line.tail !== '' ? text + ' '.repeat(gap) + line.tail : text;
  });
  const comments = commentStarts(lines, whole);
  return lines.map((line, index) => {
    const text = whole[index] ?? '';
    if (line.kind !== 'row' || line.comment === '') return text + line.end;
    return text.padEnd(Math.max(comments[index] ?? 0, text.length + gap)) + line.comment + line.end;
  });
}

/** Where each column begins. */
function startsOf(lines: readonly Line[]): readonly number[] {
  const most = lines.reduce((max, line) => (line.kind === 'kept' ? max : Math.max(max, line.cells.length)), 0);
  const widths = Array.from({ length: most }, (_, column) => widthOf(lines, column));
  let start = 0;
  return widths.map((width) => {
    const here = start;
    start += width + gap;
    return here;
  });
}

function widthOf(lines: readonly Line[], column: number): number {
  const lengths = (kind: Line['kind']) =>
    lines.flatMap((line) => (line.kind === kind && line.kind !== 'kept' ? (line.cells[column]?.length ?? []) : []));
  const rows = lengths('row');
  // Where all cells are long, the shortest of them is not the exception.
  const limit = Math.max(
    widest,
    rows.reduce((a, b) => Math.min(a, b), widestOfAll),
  );
  return [...lengths('heading'), ...rows.filter((length) => length <= limit)].reduce((a, b) => Math.max(a, b), 0);
}

function placed(cells: readonly string[], starts: readonly number[]): string {
  let text = '';
  for (const [index, cell] of cells.entries()) {
    if (cell === '') continue;
    const behind = text === '' ? 0 : text.length + gap;
    text = text.padEnd(Math.max(starts[index] ?? 0, behind)) + cell;
  }
  return text;
}

/** Where the comments begin: those of rows that follow each other begin below each other. */
function commentStarts(lines: readonly Line[], texts: readonly string[]): readonly number[] {
  const starts: number[] = [];
  for (let first = 0; first < lines.length; ) {
    let next = first;
    let start = 0;
    for (; lines[next]?.kind === 'row'; next++) {
      const length = texts[next]?.length ?? 0;
      if (hasComment(lines[next]) && length <= widestBeforeComment) start = Math.max(start, length + gap);
    }
    next = Math.max(next, first + 1);
    while (starts.length < next) starts.push(start);
    first = next;
  }
  return starts;
}

function hasComment(line: CellRow | Line | undefined): boolean {
  return line?.kind === 'row' && line.comment !== '';
}
