/** Text of strangers as a terminal may show it: nothing hidden, nothing that moves the cursor, and its width known. */

/** What a character is shown as, and how many columns that takes. */
interface Shown {
  readonly text: string;
  readonly width: number;
}

const tabStop = 8;

/** A line laid out in columns: `columns[offset]` is where the character at that offset begins. */
export interface Layout {
  readonly text: string;
  readonly columns: readonly number[];
}

/** Lays a line out. Tabs become blanks, so that what stands under the line stands under the right character. */
export function layOut(line: string): Layout {
  let text = '';
  let column = 0;
  const columns: number[] = [];
  for (const character of line) {
    const shown = character === '\t' ? blanks(tabStop - (column % tabStop)) : showCharacter(character);
    for (let unit = 0; unit < character.length; unit++) columns.push(column);
    text += shown.text;
    column += shown.width;
  }
  columns.push(column);
  return { text, columns };
}

/** The text with its control characters spelled out. */
export function escapeControls(text: string): string {
  return text.replace(invisible, escaped);
}

/** The part of laid-out text between two columns. A wide character at an edge is left out. */
export function cutColumns(text: string, from: number, to: number): string {
  let column = 0;
  let kept = '';
  for (const character of text) {
    const { width } = showCharacter(character);
    if (column >= from && column + width <= to) kept += character;
    column += width;
  }
  return kept;
}

/** How many columns text takes that has been escaped. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += showCharacter(character).width;
  return width;
}

// Control and format characters (a right-to-left override shows another text than the one that is compiled), lone
// surrogates, private use, and the line separators.
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;
const combining = /^[\p{Mn}\p{Me}]$/u;
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

function showCharacter(character: string): Shown {
  if (character >= ' ' && character <= '~') return { text: character, width: 1 };
  const text = escapeControls(character);
  if (text !== character) return { text, width: text.length };
  return { text, width: combining.test(character) ? 0 : wide.test(character) ? 2 : 1 };
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function blanks(width: number): Shown {
  return { text: ' '.repeat(width), width };
}
