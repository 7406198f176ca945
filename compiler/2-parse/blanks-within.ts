/** Blanks where none may stand: in a list, before a parenthesis, in the value of a variable. What they part is joined again. */
import {
  blankBeforeLevel,
  blankBeforeParenthesis,
  blankInList,
  blankInVariable,
} from '../diagnostics/catalogue/parsing.ts';
import type { Report } from '../diagnostics/report.ts';
import type { FileTable } from '../language/schema.ts';
import type { ValueTypes } from '../language/value-types.ts';
import { join, spanOf, type TracedText } from '../source.ts';
import { fits } from './value.ts';

/** The columns as they were meant; `sound` is false after a message. */
export interface JoinedCells {
  readonly cells: readonly TracedText[];
  readonly sound: boolean;
}

/** Joins what a blank parts by mistake, so that one mistake is one message and the other columns are where they belong. */
export function joinCells(
  written: readonly TracedText[],
  table: FileTable,
  order: readonly string[],
  report: Report,
): JoinedCells {
  const columns = order.map((name) => table.columns[name]);
  const cells: TracedText[] = [];
  let spare = written.length - 1 - columns.findLastIndex((column) => column?.required);
  let sound = true;
  for (const cell of written) {
    const before = cells.at(-1);
    const flaw = before && flawBetween(before, cell, columns[cells.length - 1]?.type);
    if (!before || !flaw || spare <= 0) {
      cells.push(cell);
      continue;
    }
    const separator = flaw === blankInVariable ? { text: ',', pieces: [] } : { text: '', pieces: [] };
    const whole = join([before, separator, cell]);
    if (sound || flaw !== blankInList) report.add(flaw(spanOf(join([before, cell])), whole.text));
    cells.splice(-1, 1, whole);
    spare -= 1;
    sound = false;
  }
  return { cells, sound };
}

function flawBetween(before: TracedText, cell: TracedText, type: keyof ValueTypes | undefined) {
  // Last, because text that does not fit takes long to explain.
  const fitsJoined = () => type !== undefined && fits(type, before.text + cell.text);
  if (type === 'action' && cell.text.startsWith('(') && fitsJoined()) return blankBeforeParenthesis;
  if (type === 'action' && /^:[a-z]/.test(cell.text) && fitsJoined()) return blankBeforeLevel;
  // After a zone and its parents stands its type.
  const isList = before.text.endsWith(',') || cell.text.startsWith(',');
  if (isList && type !== 'zoneDeclaration' && fitsJoined()) return blankInList;
  const [end, start] = [before.pieces.at(-1), cell.pieces[0]];
  const ofOneVariable =
    end &&
    start &&
    !end.verbatim &&
    // The output of a shell is a value, too, and has as many columns as it likes.
    end.span.source.text[end.span.start] === '$' &&
    end.span.source === start.span.source &&
    end.span.start === start.span.start;
  return ofOneVariable && address.test(before.text) && address.test(cell.text) ? blankInVariable : undefined;
}

const address = /(?:^|[:,])\d+\.\d+\.\d+\.\d+(?:\/\d+)?$/;
