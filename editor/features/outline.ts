/** The outline of a file: its symbols, and what can be folded. */
import { type DocumentSymbol, type FoldingRange, FoldingRangeKind, SymbolKind } from 'vscode-languageserver/node';
import { rangeInLine } from '../places.ts';
import type { WordFile } from '../words/folder-words.ts';

/** A symbol for each line that declares or decides something; those of a section are below it. */
export function symbolsOf(file: WordFile, text: string): readonly DocumentSymbol[] {
  const top: DocumentSymbol[] = [];
  let section: DocumentSymbol | undefined;
  for (const [number, line] of text.split('\n').entries()) {
    const begun = /^\s*\??SECTION\s+(\w+)/.exec(line)?.[1];
    if (begun !== undefined) {
      section = symbol(`SECTION ${begun}`, SymbolKind.Namespace, { number, line });
      top.push(section);
      continue;
    }
    const found = symbolOf(file, number, line);
    if (!found) continue;
    if (section?.children) {
      section.children.push(found);
      section.range = { ...section.range, end: found.range.end };
    } else top.push(found);
  }
  return top;
}

const kinds: Readonly<Record<string, SymbolKind>> = {
  zone: SymbolKind.Module,
  interface: SymbolKind.Interface,
  variable: SymbolKind.Variable,
  call: SymbolKind.Function,
};

function symbolOf(file: WordFile, number: number, line: string): DocumentSymbol | undefined {
  const { words = [], cells = [] } = file.lines[number] ?? {};
  const declared = words.find(({ declares }) => declares);
  const setting = words.find(({ kind }) => kind === 'setting');
  if (declared) return symbol(declared.name, kinds[declared.kind] ?? SymbolKind.Variable, { number, line });
  if (setting) return symbol(setting.name, SymbolKind.Property, { number, line });
  if (cells.length === 0) return undefined;
  const name = cells.map(({ start, end }) => line.slice(start, end)).join(' ');
  return symbol(name, SymbolKind.Event, { number, line });
}

function symbol(
  name: string,
  kind: SymbolKind,
  { number, line }: { readonly number: number; readonly line: string },
): DocumentSymbol {
  const range = rangeInLine(number, 0, line.length);
  return { name, kind, range, selectionRange: range, children: [] };
}

/** Sections, conditions, scripts, and comments of several lines. */
export function foldingOf(text: string): readonly FoldingRange[] {
  const lines = text.split('\n');
  const found: FoldingRange[] = [];
  const open: number[] = [];
  let section: number | undefined;
  let comment: number | undefined;
  const fold = (startLine: number | undefined, endLine: number, kind?: FoldingRangeKind) => {
    if (startLine !== undefined && endLine > startLine) found.push({ startLine, endLine, ...(kind ? { kind } : {}) });
  };
  for (const [number, line] of lines.entries()) {
    const isComment = /^\s*#/.test(line);
    if (isComment) comment ??= number;
    else {
      fold(comment, number - 1, FoldingRangeKind.Comment);
      comment = undefined;
    }
    if (/^\s*\??SECTION\b/.test(line)) {
      fold(section, number - 1);
      section = number;
    } else if (/^\s*\?(?:IF|BEGIN)\b/i.test(line)) open.push(number);
    else if (/^\s*\?(?:ENDIF|END)\b/i.test(line)) fold(open.pop(), number);
  }
  fold(comment, lines.length - 1, FoldingRangeKind.Comment);
  fold(section, lines.length - 1);
  return found.sort((a, b) => a.startLine - b.startLine);
}
