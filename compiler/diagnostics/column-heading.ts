/** The comment that names the columns above the lines of a file, as people and stock files write it. */
import { compiledFiles } from '../language/files/index.ts';

const columnsOf = (file: string): readonly string[] =>
  Object.entries(compiledFiles).flatMap(([name, { columns }]) => (name === file ? Object.keys(columns) : []));

/**
 * The text of the file `from`, whose lines now stand as lines of `to`, with the heading of the columns that they have
 * there: `#INTERFACE  SOURCE  ADDRESS` would misname each of them. Every other comment stays.
 */
export function withHeadingOf(text: string, from: string, to: string): string {
  const first = columnsOf(from)[0]?.toUpperCase();
  const heading = columnsOf(to).map((name) => name.toUpperCase());
  if (first === undefined || heading.length === 0) return text;
  // A second line of the heading goes on with what the first one had no room for: `#    GROUP  DEST`.
  const old = new RegExp(`^#[ \\t]*${first}\\b(?=\\S*[ \\t]+[A-Z])${words}(?:\\n#[ \\t]{2,}[A-Z]${words})*$`, 'gm');
  return text.replace(old, `#${heading.join('  ')}`);
}

/** Words in capitals, as `PORT(S)`, `USER/` and `INTERFACE:DEST`. */
const words = '[A-Z \\t()/:,_0-9]*';
