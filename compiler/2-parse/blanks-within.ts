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
import { isVerbatim, join, spanOf, type TracedText } from '../source.ts';
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
  if (!written.some(mayGoOn)) return { cells: written, sound: true };
  const columns = order.map((name) => table.columns[name]);
  const cells: TracedText[] = [];
  let spare = written.length - 1 - columns.findLastIndex((column) => column?.required);
  if (spare <= 0) return { cells: written, sound: true };
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
    if (sound || flaw !== blankInList)
      report.add(
        flaw(
          spanOf(join([before, cell])),
          whole.text.replace(/\( +| +\)/g, (blanks) => blanks.trim()),
        ),
      );
    cells.splice(-1, 1, whole);
    spare -= 1;
    sound = false;
  }
  return { cells, sound };
}

/** Whether a cell may belong to the one before it. Of most lines none does, and nothing else is asked of these. */
function mayGoOn(cell: TracedText, index: number, written: readonly TracedText[]): boolean {
  const before = written[index - 1];
  if (!before) return false;
  if (/^[(,:]/.test(cell.text) || before.text.endsWith(',')) return true;
  return !isVerbatim(cell) && address.test(cell.text) && address.test(before.text);
}

function flawBetween(before: TracedText, cell: TracedText, type: keyof ValueTypes | undefined) {
  // Last, because text that does not fit takes long to explain.
  const fitsJoined = () => type !== undefined && fits(type, before.text + cell.text);
  if (type === 'action' && cell.text.startsWith('(') && fitsJoined()) return blankBeforeParenthesis;
  if (type === 'action' && /^:[a-z]/.test(cell.text) && fitsJoined()) return blankBeforeLevel;
  // After a zone and its parents stands its type.
  const isList = before.text.endsWith(',') || cell.text.startsWith(',');
  if (isList && type !== 'zoneDeclaration' && fitsJoined()) return blankInList;
  if (!address.test(before.text) || !address.test(cell.text)) return undefined;
  const [end, start] = [before.pieces.at(-1), cell.pieces[0]];
  const ofOneVariable =
    end &&
    start &&
    !end.verbatim &&
    // The output of a shell is a value, too, and has as many columns as it likes.
    end.span.source.text[end.span.start] === '$' &&
    end.span.source === start.span.source &&
    end.span.start === start.span.start;
  return ofOneVariable ? blankInVariable : undefined;
}

const address = /(?:^|[:,])\d+\.\d+\.\d+\.\d+(?:\/\d+)?$/;
