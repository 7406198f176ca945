/** Comments that name the columns: `#ACTION SOURCE DEST`, and a second line of such a heading. */
import type { FileTable } from '../language/schema.ts';

/** A line of a heading; `beginsBlock` when it is the first one. */
export interface Heading {
  readonly kind: 'heading';
  readonly cells: readonly string[];
  readonly beginsBlock: boolean;
  /** Where each column began on the screen, from 0, by which a second line is read. */
  readonly starts: readonly number[];
}

/** A name in a heading, and where it begins on the screen, from 0. */
interface Title {
  readonly cell: string;
  readonly start: number;
}

const title = /^[A-Z][A-Z0-9_/():-]*$/;

/** The heading that a line is: words in capitals, most of which are columns of the table. */
export function headingIn(table: FileTable, text: string): Heading | undefined {
  if (!/^# ?[A-Z]/.test(text)) return undefined;
  const words = text
    .slice(1)
    .split(/[ \t]+/)
    .filter((word) => word !== '');
  const names = namesOf(table);
  const known = words.filter((word) => names.has(word.toLowerCase()));
  if (words.length < 2 || !words.every((word) => title.test(word)) || known.length * 2 < words.length) return undefined;
  const distinct = known.length === words.length && new Set(words).size === words.length;
  const narrow = cellsAt(text, /[ \t]+/);
  const wide = cellsAt(text, /[ \t]{2,}|\t/);
  const cells = distinct || wide.length < 2 ? narrow : wide.flatMap((cell) => partedNames(table, cell, narrow));
  return {
    kind: 'heading',
    beginsBlock: true,
    cells: cells.map(({ cell }) => cell),
    starts: cells.map(({ start }) => start),
  };
}

/** `SOURCE DEST` with one blank between them are two columns that follow each other; `DEST PORT` is one. */
function partedNames(table: FileTable, cell: Title, words: readonly Title[]): readonly Title[] {
  const inside = words.filter(({ start }) => start >= cell.start && start < cell.start + cell.cell.length);
  const titles = inside.map((word) => word.cell.replace(/^# ?/, '').toLowerCase());
  const orders: (readonly string[] | undefined)[] = [Object.keys(table.columns), ...Object.values(table.formats ?? {})];
  const follow = orders.some((order) => order && ` ${order.join(' ')} `.includes(` ${titles.join(' ')} `));
  return follow && inside.length > 1 ? inside : [cell];
}

/** The second line of a heading: each word belongs to the column below whose name it stands. */
export function headingBelow(above: Heading, text: string): Heading | undefined {
  if (!/^#(?: {2,}| *\t)/.test(text)) return undefined;
  // Two blanks behind the `#` tell it from a first line.
  const words = cellsAt(` ${text.slice(1)}`, /[ \t]+/).filter(({ cell }) => cell !== '');
  if (words.length === 0 || !words.every(({ cell }) => title.test(cell))) return undefined;
  const cells = above.starts.map((_, index): string => (index === 0 ? '# ' : ''));
  for (const { cell, start } of words) {
    const column = Math.max(
      0,
      above.starts.findLastIndex((each) => each <= start + 1),
    );
    cells[column] = cells[column] === '' ? cell : `${cells[column]} ${cell}`;
  }
  if (cells[0] === '# ') cells[0] = '#';
  return { ...above, beginsBlock: false, cells: cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1) };
}

function namesOf(table: FileTable): ReadonlySet<string> {
  return new Set(Object.entries(table.columns).flatMap(([name, { also }]) => [name, ...(also ?? [])]));
}

/** The cells between the blanks, with where they begin on a screen whose tabs are eight wide. Blanks behind `#` part none. */
function cellsAt(text: string, blanks: RegExp): readonly Title[] {
  const lead = /^#?[ \t]*/.exec(text)?.[0] ?? '';
  const every = new RegExp(blanks, 'g');
  const whole = text.replace(/[ \t]+$/, '');
  const begin = lead.startsWith('#') ? 0 : lead.length;
  const found: Title[] = [];
  let from = begin;
  for (const blank of whole.slice(lead.length).matchAll(every)) {
    const at = lead.length + blank.index;
    found.push({ cell: whole.slice(from, at), start: onScreen(whole, from) });
    from = at + blank[0].length;
  }
  found.push({ cell: whole.slice(from), start: onScreen(whole, from) });
  return found;
}

function onScreen(text: string, end: number): number {
  let column = 0;
  for (const character of text.slice(0, end)) column += character === '\t' ? 8 - (column % 8) : 1;
  return column;
}
