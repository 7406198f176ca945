/** Rows of long files: made one after the other, the same each time, their mistakes reported once. */
import { expect, test } from 'vitest';
import type { ReadFile } from '../../compiler/1-read/logical-line.ts';
import { parse, parseFile } from '../../compiler/2-parse/parse.ts';
import { Report } from '../../compiler/diagnostics/report.ts';
import { rules } from '../../compiler/language/files/rules.ts';
import { lineSpan, traced } from '../../compiler/source.ts';
import fc from '../support/fast-check.ts';

/** The file `rules` as stage 1 leaves it. */
function fileOf(lines: readonly string[]): ReadFile {
  const source = { path: 'rules', text: `${lines.join('\n')}\n` };
  const read = lines.map((_line, index) => ({
    text: traced(lineSpan(source, index + 1)),
    section: 'NEW' as const,
    format: 1 as const,
  }));
  return { name: 'rules', source, lines: read, partial: [] };
}

function passing(lines: readonly string[], report: Report) {
  const files = new Map([['rules', fileOf(lines)]]);
  // Of stage 1 only its files are asked for.
  return parse({ files, settings: [] } as unknown as Parameters<typeof parse>[0], report).config.rules;
}

test('each time the same rows, and their mistakes once', () => {
  const lines = ['ACCEPT net loc tcp 80', 'ACCEPT net loc tcp 80,,81', 'DROP net loc udp 53'];
  const [report, whole] = [new Report(), new Report()];
  const rows = passing(lines, report);
  const first = [...rows];
  const mistakes = report.diagnostics.filter(({ label }) => label.span.source.path === 'rules');
  expect(first).toEqual(parseFile(rules, fileOf(lines), whole));
  expect(first).toHaveLength(2);
  expect(mistakes).toEqual(whole.diagnostics);
  expect(mistakes).toHaveLength(1);
  const { count } = report;
  expect([...rows]).toEqual(first);
  expect(report.count).toBe(count);
});

const columns = Object.keys(rules.columns) as (keyof typeof rules.columns)[];
const words = fc.array(fc.constantFrom('-', '-', 'net', 'loc', 'tcp', '80', 'sw=1', '10/sec', 'ACCEPT', '1', '+root'), {
  minLength: 3,
  maxLength: columns.length,
});
const pairs = fc.constantFrom('', '', ' ; switch=sw=1', ' {SWITCH=sw}', ' { rate=3/sec, mark=1 }', ' ; user=root');

test('rows that may have a column are all that have it', () => {
  let found = 0;
  const blanks = fc.constantFrom(' ', '\t', '   ');
  const line = fc.tuple(words, blanks, pairs).map(([some, blank, more]) => `ACCEPT ${some.join(blank)}${more}`);
  const property = fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
    const rows = passing(lines, new Report());
    const all = [...rows];
    for (const column of columns) {
      const having = all.filter(({ cells }) => cells[column]);
      found += having.length;
      expect([...rows.mayHave(column)].filter(({ cells }) => cells[column])).toEqual(having);
    }
  });
  fc.assert(property, { numRuns: 150 });
  expect(found).toBeGreaterThan(50);
});
