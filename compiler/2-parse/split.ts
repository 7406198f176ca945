/** One logical line falls into columns, pairs and raw matches. Which columns a file has is not known here. */
import type { LogicalLine } from '../1-read/logical-line.ts';
import { syntaxProblem } from '../1-read/syntax-problem.ts';
import {
  badPair,
  parenthesesTooDeep,
  secondSemicolon,
  singleSemicolonMatches,
  unbalancedParenthesis,
  unusableCharacter,
} from '../diagnostics/catalogue/reading.ts';
import type { Report } from '../diagnostics/report.ts';
import { parse } from '../generated/line.js';
import { join, slice, spanOf, type TracedText } from '../source.ts';

/** A pair `name=value`, as written; `"…"` around a value is taken off. */
export interface Pair {
  readonly name: TracedText;
  readonly value: TracedText;
}

/** A line in its parts. */
export interface SplitLine {
  /** The columns by position, `-` among them. */
  readonly cells: readonly TracedText[];
  readonly pairs: readonly Pair[];
  /** The pair `comment="…"`, which is no column: it goes into the ruleset beside this line's rules. */
  readonly comment?: Pair;
  /** What stands behind `;;`. */
  readonly inlineMatches?: TracedText;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What `grammar/line.peggy` gives. The text of a value falls into parts where it has `\"`. */
interface Parsed {
  readonly cells: readonly Range[];
  readonly pairs: readonly { readonly name: Range; readonly value: readonly Range[] }[];
}

/** Deeper than this no value goes; the parser's stack is not for strangers to fill. */
const deepestParentheses = 20;

/** Splits a line, or reports why it cannot be split. */
export function splitLine({ text }: LogicalLine, report: Report): SplitLine | undefined {
  if (!/[;{}()"'`\\]/.test(text.text)) return { cells: wordsOf(text), pairs: [] };
  const parts = partMatches(text, report);
  if (!parts || !soundColumns(parts.columns, report)) return undefined;
  const { columns, inlineMatches } = parts;
  let parsed: Parsed;
  try {
    parsed = parse(columns.text, { braceOfPairs: braceOfPairs(columns.text) }) as Parsed;
  } catch (thrown) {
    const { start, end, expected } = syntaxProblem(thrown, columns.text);
    report.add(badPair(spanOf(columns, Math.min(start, Math.max(0, columns.text.length - 1)), end), expected));
    return undefined;
  }
  const cut = ({ start, end }: Range) => slice(columns, start, end);
  const pairs = parsed.pairs.map(({ name, value }) => ({ name: cut(name), value: join(value.map(cut)) }));
  const comment = pairs.findLast(isComment);
  return {
    cells: parsed.cells.map(cut),
    pairs: pairs.filter((pair) => !isComment(pair)),
    ...(comment ? { comment } : {}),
    ...(inlineMatches ? { inlineMatches } : {}),
  };
}

/** The columns of a line that has nothing but columns and blanks, as the grammar would part them. */
function wordsOf(line: TracedText): readonly TracedText[] {
  const { text } = line;
  const cells: TracedText[] = [];
  let start = -1;
  // Without a pattern, whose finds are objects: this is done for every line.
  for (let at = 0; at <= text.length; at += 1) {
    const isWord = at < text.length && !isBlank(text.charCodeAt(at));
    if (isWord && start < 0) start = at;
    if (isWord || start < 0) continue;
    cells.push(slice(line, start, at));
    start = -1;
  }
  return cells;
}

/** A space, or one of `\t\n\v\f\r`. */
function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function isComment({ name }: Pair): boolean {
  return name.text.toLowerCase() === 'comment';
}

interface Parts {
  readonly columns: TracedText;
  readonly inlineMatches?: TracedText;
}

/** Parts the raw matches from the rest. Before Shorewall 5.2 one semicolon did that: `; -m …`. */
function partMatches(text: TracedText, report: Report): Parts | undefined {
  const at = text.text.indexOf(';;');
  if (at !== -1) {
    const second = text.text.indexOf(';;', at + 2);
    if (second === -1) return { columns: trimmedEnd(text, at), inlineMatches: slice(text, at + 2) };
    report.add(secondSemicolon(spanOf(text, second, second + 2), ';;'));
    return undefined;
  }
  const old = /;(?=\s*\+?\s*-{1,2}[a-z])/.exec(text.text);
  if (!old) return { columns: trimmedEnd(text, text.text.length) };
  const semicolon = spanOf(text, old.index, old.index + 1);
  report.add(singleSemicolonMatches(semicolon, semicolon));
  return { columns: trimmedEnd(text, old.index), inlineMatches: slice(text, old.index + 1) };
}

function trimmedEnd(text: TracedText, end: number): TracedText {
  return slice(text, 0, text.text.slice(0, end).trimEnd().length);
}

/** The brace that opens the pairs, or -1: the last one that follows none of & @ %, in a line that ends in a brace. */
function braceOfPairs(text: string): number {
  if (!text.endsWith('}') || text.includes(';')) return -1;
  for (let at = text.lastIndexOf('{'); at !== -1; at = at === 0 ? -1 : text.lastIndexOf('{', at - 1)) {
    if (!/[&@%]/.test(text[at - 1] ?? '')) return at;
  }
  return -1;
}

/** Whether the columns have no sign that they cannot have, and parentheses that fit. */
function soundColumns(text: TracedText, report: Report): boolean {
  const brace = braceOfPairs(text.text);
  const pairsAt = brace === -1 ? text.text.indexOf(';') : brace;
  const columnsEnd = pairsAt === -1 ? text.text.length : pairsAt;
  // Raw words are quoted as iptables and nft want it.
  const raw = /^(?:IP6?TABLES|NFT)\(/.test(text.text);
  const unusable = raw ? /'/ : /["`\\']/;
  const inColumns = unusable.exec(text.text.slice(0, columnsEnd))?.index ?? -1;
  const at = inColumns === -1 ? text.text.indexOf("'") : inColumns;
  if (at !== -1) {
    report.add(unusableCharacter(spanOf(text, at, at + 1), text.text[at] ?? ''));
    return false;
  }
  const unclosed = pairsAt === -1 ? withoutNftWords(text.text).search(/(?<![&@%])\{/) : -1;
  if (unclosed !== -1) {
    report.add(badPair(spanOf(text, unclosed, unclosed + 1), 'a line that ends in `}`'));
    return false;
  }
  const second = pairsAt === -1 || brace !== -1 ? -1 : semicolonBehind(text.text, pairsAt);
  if (second !== -1) {
    report.add(secondSemicolon(spanOf(text, second, second + 1), ';'));
    return false;
  }
  return soundParentheses(slice(text, 0, columnsEnd), report);
}

/** The columns with blanks instead of what stands in `NFT(…)`: lists of nft have braces. */
function withoutNftWords(text: string): string {
  if (!text.startsWith('NFT(')) return text;
  let depth = 0;
  const end = [...text].findIndex((character) => {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    return depth === 0 && character === ')';
  });
  return end === -1 ? text : ' '.repeat(end) + text.slice(end);
}

/** The next semicolon outside quotes. */
function semicolonBehind(text: string, first: number): number {
  const quoted = text.slice(first + 1).replace(/"(?:[^"\\]|\\.)*"/g, (each) => '"'.repeat(each.length));
  const at = quoted.indexOf(';');
  return at === -1 ? -1 : first + 1 + at;
}

function soundParentheses(text: TracedText, report: Report): boolean {
  const open: number[] = [];
  for (let at = 0; at < text.text.length; at++) {
    const character = text.text[at];
    if (character === '(') open.push(at);
    else if (character === ')' && open.pop() === undefined) {
      report.add(unbalancedParenthesis(spanOf(text, at, at + 1), ')'));
      return false;
    }
    if (open.length <= deepestParentheses) continue;
    report.add(parenthesesTooDeep(spanOf(text, at, at + 1), deepestParentheses));
    return false;
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) report.add(unbalancedParenthesis(spanOf(text, unclosed, unclosed + 1), '('));
  return unclosed === undefined;
}
