/** Two texts as one: what both say once, what only one says in its order. */

/** A line with those that belong to it, and whose it is. */
export interface Unit {
  readonly text: string;
  readonly of: 4 | 6 | 'both';
}

/** Lines that are one with those up to the line that ends them. */
const spans = [
  { begin: /^\s*\?IF\b/i, end: /^\s*\?ENDIF\b/i },
  { begin: /^\s*\??BEGIN\s+(SHELL|PERL)\b/i, end: /^\s*\??END\b/i },
] as const;

/** The lines of a text; one that ends in `\` is one with the next, and a condition is one with all that it holds. */
function unitsOf(text: string): readonly string[] {
  if (text === '') return [];
  const units: string[] = [];
  let open: string[] = [];
  let depth = 0;
  for (const line of text.replace(/\n$/, '').split(/(?<!\\)\n/)) {
    if (spans.some(({ begin }) => begin.test(line))) depth += 1;
    open.push(line);
    if (depth > 0 && spans.some(({ end }) => end.test(line))) depth -= 1;
    if (depth > 0) continue;
    units.push(open.join('\n'));
    open = [];
  }
  return open.length > 0 ? [...units, ...open] : units;
}

/** What a line says: without its comment, blanks alike. */
export function meaningOf(line: string): string {
  return line
    .replace(/\\\n/g, ' ')
    .replace(/(^|\s)#.*$/gm, '')
    .trim()
    .replace(/\s+/g, ' ');
}

/** Comments are alike when they differ in the name of the program and in blanks alone. */
function commentKey(line: string): string {
  return `# ${line
    .replace(/^[\s#]+|[\s#]+$/g, '')
    .replace(/\s+/g, ' ')
    .replace(/shorewall6/gi, 'Shorewall')}`;
}

/** The longest sequence of lines that both say the same, with the others between (Hunt and McIlroy, 1976). */
export function mergeLines(four: string, six: string, key: (line: string) => string = meaningOf): readonly Unit[] {
  const [a, b] = [unitsOf(four), unitsOf(six)];
  const keyOf = (line: string) => key(line) || (line.trim() === '' ? '' : commentKey(line));
  const [left, right] = [a.map(keyOf), b.map(keyOf)];
  const lengths = [...a, ''].map(() => new Array<number>(b.length + 1).fill(0));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = a.length - 1; row >= 0; row -= 1)
    for (let column = b.length - 1; column >= 0; column -= 1) {
      const line = lengths[row];
      // What means something counts for more than comments and blank lines.
      const worth = key(a[row] ?? '') === '' ? 1 : 100;
      if (line)
        line[column] = Math.max(
          left[row] === right[column] ? at(row + 1, column + 1) + worth : 0,
          at(row + 1, column),
          at(row, column + 1),
        );
    }
  const merged: Unit[] = [];
  let [row, column] = [0, 0];
  while (row < a.length || column < b.length) {
    const [mine = '', theirs = ''] = [a[row], b[column]];
    if (row < a.length && column < b.length && left[row] === right[column]) {
      merged.push({ text: withComment(mine, theirs), of: 'both' });
      row += 1;
      column += 1;
    } else if (row < a.length && (column >= b.length || at(row + 1, column) >= at(row, column + 1))) {
      merged.push({ text: mine, of: 4 });
      row += 1;
    } else {
      merged.push({ text: theirs, of: 6 });
      column += 1;
    }
  }
  return merged;
}

/** A line of both with the comment that only the second one has. */
function withComment(mine: string, theirs: string): string {
  if (mine.includes('\n') || meaningOf(mine) === '') return mine;
  const [own, other] = [mine, theirs].map((line) => /\s#(.*)$/.exec(line)?.[1]?.trim() ?? '');
  return !other || own?.includes(other) ? mine : `${mine.trimEnd()} # ${other}`;
}
