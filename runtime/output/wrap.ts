/** Text in columns of a terminal. */

/** The words of a text in lines of at most `width` columns; a longer word has a line of its own. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A term and what it means, the meaning wrapped in a column of its own that begins at `indent`. */
export function entry(
  term: string,
  meaning: string,
  { indent, width }: { readonly indent: number; readonly width: number },
): string {
  const [first = '', ...others] = wrap(meaning, width - indent);
  const head = `  ${term}`;
  const start = head.length + 2 > indent ? `${head}\n${' '.repeat(indent)}${first}` : `${head.padEnd(indent)}${first}`;
  return [start, ...others.map((line) => ' '.repeat(indent) + line)].join('\n');
}
