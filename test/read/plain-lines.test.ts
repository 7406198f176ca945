/** Lines that are read at once: what becomes of them, and what is said, is what becomes of them when they are read in full. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { read } from '../../compiler/1-read/read.ts';
import { parseFile } from '../../compiler/2-parse/parse.ts';
import type { PartialRow } from '../../compiler/2-parse/partial-row.ts';
import { Report } from '../../compiler/diagnostics/report.ts';
import { files } from '../../compiler/language/files/index.ts';
import type { Cell, FileTable, Row } from '../../compiler/language/schema.ts';
import { positionOf, type Span, type TracedText, traced } from '../../compiler/source.ts';
import { cases, filesOf } from '../support/case.ts';
import { explainPages } from '../support/explain-pages.ts';
import fc from '../support/fast-check.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const root = join(import.meta.dirname, '..', '..');
const tables: ReadonlyMap<string, FileTable> = new Map(files.map((table) => [table.name, table]));

/** Lines by the file in which they stand. */
const lines = new Map<string, Set<string>>();

/** Adds the lines of a text, without comments and signs that continue them. */
function addText(file: string, text: string): void {
  const found = lines.get(file) ?? new Set<string>();
  lines.set(file, found);
  for (const line of text.split('\n')) {
    const columns = line
      .replace(/#.*/, '')
      .replace(/\\+\s*$/, '')
      .trim();
    // A page has a line that is longer than any may be.
    if (columns !== '' && columns.length < 1000) found.add(columns);
  }
}

function addFolder(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile() && tables.has(entry.name))
      addText(entry.name, readFileSync(join(entry.parentPath, entry.name), 'latin1'));
}

addFolder(join(root, 'etc-samples'));
for (const each of cases()) for (const [file, text] of Object.entries(filesOf(each))) addText(file, text);
for (const { examples } of explainPages())
  for (const example of examples)
    for (const [file, text] of Object.entries(example.files)) if (typeof text === 'string') addText(file, text);
const malformed = readFileSync(join(root, 'test', 'diagnostics', 'malformed.txt'), 'utf8');
for (const group of malformed.split(/^\[/m).slice(1))
  addText(group.split(/[: \]]/)[0] ?? '', group.replace(/^.*\n/, '').replaceAll(/ → .*$/gm, ''));
const corpus = process.env.FTPWALL_CORPUS;
if (corpus !== undefined && existsSync(corpus)) addFolder(corpus);

const zones: ReadonlySet<string> = new Set(['net', 'loc', 'dmz', 'fw', 'tcp']);

interface Parsed {
  readonly rows: readonly Row<FileTable>[];
  readonly all: unknown;
}

/** What becomes of a line, with all that is said of it. */
function parsed(table: FileTable, text: TracedText): Parsed {
  const report = new Report();
  const partial: PartialRow[] = [];
  const [piece] = text.pieces;
  if (!piece) throw new Error('a line without text');
  const line = { text, section: 'NEW', format: 1 } as const;
  const file = { name: table.name, source: piece.span.source, lines: [line], partial: [] };
  const rows = parseFile(table, file, report, partial, (name) => zones.has(name));
  const { diagnostics, leftOut } = report;
  const all = {
    rows: rows.map(({ line: _line, span, origin, cells, inlineMatches, ...rest }) => ({
      ...rest,
      inlineMatches: inlineMatches?.text,
      place: placeOf(span),
      origins: origin.map(placeOf),
      cells: cellsOf(cells),
    })),
    partial: partial.map(({ cells, unread }) => ({ cells: cellsOf(cells), unread })),
    diagnostics: diagnostics.map(({ code, message, label }) => ({ code, message, place: placeOf(label.span) })),
    leftOut: leftOut.isPartOf(table.name),
  };
  return { rows, all };
}

function placeOf({ start, end }: { readonly start: number; readonly end: number }): string {
  return `${start}-${end}`;
}

function cellsOf(cells: Readonly<Record<string, Cell<unknown> | undefined>>): unknown {
  const entries = Object.entries(cells).map(([name, cell]) => [
    name,
    cell && { value: cell.value, text: cell.text.text, place: placeOf(cell.span) },
  ]);
  return Object.fromEntries(entries);
}

/** Holds the two ways of reading a line against each other; whether it was read at once. */
function isReadAlike(table: FileTable, text: string): boolean {
  const line = traced({ source: { path: table.name, text }, start: 0, end: text.length });
  const { rows, all } = parsed(table, line);
  // Text in pieces, as that of lines with variables, is always read in full.
  const inFull = parsed(table, { text, pieces: line.pieces });
  expect(all, `${table.name}: ${text}`).toEqual(inFull.all);
  return rows.some(({ cells }) => Object.values(cells).some((cell) => cell && !Object.hasOwn(cell, 'text')));
}

test('a row that is made at once is the one that is made in full', () => {
  let atOnce = 0;
  for (const [file, texts] of lines) {
    const table = tables.get(file);
    if (table) for (const text of texts) if (isReadAlike(table, text)) atOnce += 1;
  }
  expect(atOnce).toBeGreaterThan(300);
});

/** Words of a file in any order, and words that make mistakes of lines. */
function shuffledLine(words: readonly string[]): fc.Arbitrary<string> {
  const word = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...words) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('-', 'net:10.0.0.1', 'loc:10.0.0.0/24', '80', '80:90', 'tcp', 'net', 'all'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '//',
        '/*',
        '--dport',
        '-j',
        'DROP',
        '22,',
        ',23',
        ':x',
        '3/min',
        'eth0',
        'limit',
        'x=1',
        '"',
      ),
    },
  );
  const blank = fc.constantFrom(' ', ' ', '  ', '\t', ' \t ');
  return fc.array(fc.tuple(word, blank), { minLength: 1, maxLength: 9 }).map((parts) => parts.flat().join('').trim());
}

test('lines with mistakes have the same messages', () => {
  let atOnce = 0;
  for (const [file, texts] of lines) {
    const table = tables.get(file);
    const words = [...texts].flatMap((text) => text.split(/\s+/));
    if (!table || words.length === 0) continue;
    const property = fc.property(shuffledLine(words), (text) => {
      if (isReadAlike(table, text)) atOnce += 1;
    });
    fc.assert(property, { numRuns: file === 'rules' ? 3000 : 300, seed: 20261130 });
  }
  expect(atOnce).toBeGreaterThan(300);
});

/** What stage 1 makes of lines with something after each of them. */
function readAs(file: string, texts: readonly string[], end: string): unknown {
  const report = new Report();
  const text = texts.map((line) => `${line}${end}\n`).join('');
  const { files: found } = read(memoryEnvironment({ [file]: text }), report, [file]);
  const lineOf = ({ source, start, end: behind }: Span) => {
    const { line, column } = positionOf(source, start);
    return `${line}:${column}-${positionOf(source, behind).column}`;
  };
  return {
    lines: found.get(file)?.lines.map(({ text: line, ...rest }) => ({
      ...rest,
      text: line.text,
      pieces: line.pieces.map(({ at, span }) => `${at} ${lineOf(span)}`),
    })),
    diagnostics: report.diagnostics.map(({ code, message, label }) => ({ code, message, place: lineOf(label.span) })),
  };
}

test('lines that are columns and nothing else are what they are with a blank after them', () => {
  for (const [file, texts] of lines) {
    const harmless = [...texts].filter((text) => !/SHELL|BEGIN/i.test(text));
    if (tables.has(file)) expect(readAs(file, harmless, ''), file).toEqual(readAs(file, harmless, ' '));
  }
});
