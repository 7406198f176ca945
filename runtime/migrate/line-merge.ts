/** Two texts as one: what both say once, what only one says in its order. */

/** A line with those that continue it, and whose it is. */
export interface Unit {
  readonly text: string;
  readonly of: 4 | 6 | 'both';
}

/** The lines of a text; one that ends in `\` is one with the next. */
export function unitsOf(text: string): readonly string[] {
  if (text === '') return [];
  return text.replace(/\n$/, '').split(/(?<!\\)\n/);
}

/** What a line says: without its comment, blanks alike. */
export function meaningOf(line: string): string {
  return line
    .replace(/\\\n/g, ' ')
    .replace(/(^|\s)#.*$/, '')
    .trim()
    .replace(/\s+/g, ' ');
}

/** The longest sequence of lines that both say the same, with the others between (Hunt and McIlroy, 1976). */
export function mergeLines(four: string, six: string, key: (line: string) => string = meaningOf): readonly Unit[] {
  const [a, b] = [unitsOf(four), unitsOf(six)];
  const [left, right] = [a.map(key), b.map(key)];
  const lengths = a.map(() => new Array<number>(b.length + 1).fill(0));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = a.length - 1; row >= 0; row -= 1)
    for (let column = b.length - 1; column >= 0; column -= 1) {
      const line = lengths[row];
      if (line)
        line[column] =
          left[row] === right[column]
            ? at(row + 1, column + 1) + 1
            : Math.max(at(row + 1, column), at(row, column + 1));
    }
  const merged: Unit[] = [];
  let [row, column] = [0, 0];
  while (row < a.length || column < b.length) {
    if (row < a.length && column < b.length && left[row] === right[column]) {
      merged.push({ text: a[row] ?? '', of: 'both' });
      row += 1;
      column += 1;
    } else if (row < a.length && (column >= b.length || at(row + 1, column) >= at(row, column + 1))) {
      merged.push({ text: a[row] ?? '', of: 4 });
      row += 1;
    } else {
      merged.push({ text: b[column] ?? '', of: 6 });
      column += 1;
    }
  }
  return merged;
}

/** The text of the merged lines. */
export function textOf(units: readonly Unit[]): string {
  return units.map(({ text }) => `${text}\n`).join('');
}
