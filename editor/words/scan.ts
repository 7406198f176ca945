/**
 * Reads files line by line into cells and words, without a mistake ever: an editor wants to know of half a line what it
 * is. A line that was read before in the same state is not read again, so an edit costs the lines that it changes.
 */
import { scriptPart } from '../../compiler/1-read/scripts.ts';
import { lineFeatures } from '../../compiler/language/line-features.ts';
import type { FileTable } from '../../compiler/language/schema.ts';
import { wordsOf } from './cells.ts';
import { shellWords, valueWords, variableWords, withoutVariables } from './shell-words.ts';
import type { CellPlace, FileKind, ScannedLine, Word } from './token.ts';

/** What is known at the beginning of a line. */
interface State {
  readonly format: number;
  /** How many cells the line has before this physical one; it goes on behind a `\`. */
  readonly before: number;
  readonly script: boolean;
}

const beginning = (kind: FileKind, name: string): State => ({
  format: kind.kind === 'table' ? lineFeatures(name).firstFormat : 1,
  before: 0,
  script: false,
});

interface Read {
  readonly line: ScannedLine;
  readonly after: State;
}

/** Lines that were read, by file name and state. Beyond this many it is begun anew. */
const known = new Map<string, Map<string, Read>>();
const mostKnown = 60_000;

/** The lines of a file. `name` is that of the configuration file to which it belongs: of an included one, that which includes it. */
export function scan(name: string, kind: FileKind, text: string): readonly ScannedLine[] {
  let state = beginning(kind, name);
  return text.split('\n').map((line) => {
    const key = `${name} ${state.format} ${state.before} ${state.script}`;
    const lines = known.get(key) ?? new Map<string, Read>();
    if (!known.has(key)) known.set(key, lines);
    let read = lines.get(line);
    if (!read) {
      if (lines.size > mostKnown) lines.clear();
      read = readLine(line.replace(/\r$/, ''), kind, name, state);
      lines.set(line, read);
    }
    state = read.after;
    return read.line;
  });
}

function readLine(text: string, kind: FileKind, name: string, state: State): Read {
  const order = kind.kind === 'table' ? orderOf(kind.table, state.format) : [];
  const plain = (words: readonly Word[], after: Partial<State> = {}): Read => ({
    line: { words, cells: [], order },
    after: { ...state, before: 0, ...after },
  });
  if (kind.kind === 'script') return plain([]);
  if (kind.kind === 'params') return plain(shellWords(text));
  if (kind.kind === 'settings') return plain(settingWords(text));
  const part = scriptPart(text);
  if (part === 'begin') return plain(directiveWords(text), { script: true });
  if (part === 'end') return plain(directiveWords(text), { script: false });
  if (state.script) return plain([]);
  if (/^\s*\?/.test(text) || /^\s*(?:INCLUDE|SECTION|FORMAT|COMMENT|DEFAULTS)(?:\s|$)/.test(text)) {
    const format = /^\s*\??FORMAT\s+([123])/i.exec(text)?.[1];
    return plain(directiveWords(text), format === undefined ? {} : { format: Number(format) });
  }
  return readRow(text, kind.table, name, { state, order });
}

function orderOf(table: FileTable, format: number): readonly string[] {
  return table.formats?.[format as 1 | 2 | 3] ?? Object.keys(table.columns);
}

/** A line of columns. */
function readRow(
  text: string,
  table: FileTable,
  name: string,
  { state, order }: { readonly state: State; readonly order: readonly string[] },
): Read {
  const hash = text.indexOf('#');
  const code = hash === -1 ? text : text.slice(0, hash);
  const cells = [...columnsOf(code, table, order, state.before), ...pairsOf(code, table, order)];
  const masked = withoutVariables(code);
  const words = cells.flatMap((cell) => {
    const declares = name === 'interfaces' && cell.column === 'interface';
    return wordsOf(cell.type, masked.slice(cell.start, cell.end), declares).map((word) => ({
      ...word,
      start: word.start + cell.start,
      end: word.end + cell.start,
    }));
  });
  const all = [...words, ...variableWords(code), ...commentWords(text, hash)];
  const goesOn = /\\\s*$/.test(code);
  const places = cells.filter((cell) => order.includes(cell.column)).length;
  return {
    line: { words: all.sort((a, b) => a.start - b.start), cells, order },
    after: { ...state, before: goesOn ? state.before + places : 0 },
  };
}

/** A run of what is no blank, or stands in parentheses. */
const cellPattern = /(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|[^\s])+/g;

function columnsOf(code: string, table: FileTable, order: readonly string[], before: number): readonly CellPlace[] {
  const end = pairsStart(code);
  const found: CellPlace[] = [];
  for (const match of code.slice(0, end).matchAll(cellPattern)) {
    if (match[0] === '\\') continue;
    const column = order[Math.min(before + found.length, order.length - 1)] ?? '';
    const type = table.columns[column]?.type;
    const length = match[0].endsWith('\\') ? match[0].length - 1 : match[0].length;
    if (type) found.push({ start: match.index, end: match.index + length, column, type });
  }
  return found;
}

/** Where the pairs begin: at a semicolon, or the last brace of a line that ends in one. */
function pairsStart(code: string): number {
  const semicolon = code.indexOf(';');
  if (semicolon !== -1) return semicolon;
  const brace = /\}\s*$/.test(code) ? code.lastIndexOf('{') : -1;
  return brace === -1 || /[$&@%]/.test(code[brace - 1] ?? '') ? code.length : brace;
}

function pairsOf(code: string, table: FileTable, order: readonly string[]): readonly CellPlace[] {
  const start = pairsStart(code);
  if (start === code.length || code.startsWith(';;', start)) return [];
  const found: CellPlace[] = [];
  for (const match of code.slice(start).matchAll(/([A-Za-z_]+)\s*(?:=>|=|:)\s*("[^"]*"|[^\s"{}]+)/g)) {
    const wanted = (match[1] ?? '').toLowerCase();
    const column = order.find((each) => each === wanted || table.columns[each]?.also?.includes(wanted));
    const type = column === undefined ? undefined : table.columns[column]?.type;
    const value = (match[2] ?? '').replace(/^"|"$|,$/g, '');
    const at = start + match.index + match[0].lastIndexOf(value);
    if (column !== undefined && type) found.push({ start: at, end: at + value.length, column, type });
  }
  return found;
}

function commentWords(text: string, hash: number): readonly Word[] {
  return hash === -1 ? [] : [{ start: hash, end: text.length, kind: 'comment', name: '' }];
}

/** `?SET NAME value`, `?IF $NAME`, `INCLUDE file`. */
function directiveWords(text: string): readonly Word[] {
  const [, indent = '', name = ''] = /^(\s*)(\??\w+)/.exec(text) ?? [];
  const hash = /^\??COMMENT$/i.test(name) ? -1 : text.indexOf('#');
  const code = hash === -1 ? text : text.slice(0, hash);
  const start = indent.length;
  const words: Word[] = [{ start, end: start + name.length, kind: 'directive', name: name.toUpperCase() }];
  const at = start + name.length + (/^\s+/.exec(code.slice(start + name.length))?.[0].length ?? 0);
  const [argument = ''] = /^\S+/.exec(code.slice(at)) ?? [];
  let taken = start + name.length;
  if (/^\?(?:SET|RESET)$/i.test(name) && /^\$?[A-Za-z_]\w*$/.test(argument)) {
    taken = at + argument.length;
    const variable = argument.replace('$', '');
    words.push({ start: taken - variable.length, end: taken, kind: 'variable', name: variable, declares: true });
    words.push(...valueWords(code.slice(taken), variable, taken));
  } else if (/^\??INCLUDE$/i.test(name) && argument !== '')
    words.push({ start: at, end: at + argument.length, kind: 'include', name: argument });
  const used = variableWords(code.slice(taken));
  words.push(...used.map((word) => ({ ...word, start: word.start + taken, end: word.end + taken })));
  return [...words.sort((a, b) => a.start - b.start), ...commentWords(text, hash)];
}

/** `NAME=value` of a settings file; words of its value may call actions. */
function settingWords(text: string): readonly Word[] {
  const hash = text.search(/(?:^|\s)#/);
  const code = hash === -1 ? text : text.slice(0, hash);
  if (/^\s*\?/.test(code) || /^\s*INCLUDE\s/.test(code)) return [...directiveWords(code), ...commentWords(text, hash)];
  const [, indent = '', name = '', sign = ''] = /^(\s*)([A-Za-z_]\w*)(\s*=?)/.exec(code) ?? [];
  if (name === '') return commentWords(text, text.indexOf('#'));
  const start = indent.length;
  const from = start + name.length + sign.length;
  const value = withoutVariables(code.slice(from));
  const calls = [...value.matchAll(/(?<![\w$({-])[A-Za-z_][\w-]*/g)].map(
    (found): Word => ({
      start: from + found.index,
      end: from + found.index + found[0].length,
      kind: 'call',
      name: found[0],
      maybe: true,
    }),
  );
  return [
    { start, end: start + name.length, kind: 'setting', name },
    ...calls,
    ...variableWords(code.slice(from)).map((word) => ({ ...word, start: word.start + from, end: word.end + from })),
    ...commentWords(text, hash),
  ];
}
