/** Damaged input: whatever stands in the files, reading never throws, is fast, and every place is where it says. */

import { describe, expect, test } from 'vitest';
import type { ReadConfiguration } from '../../compiler/1-read/logical-line.ts';
import { read } from '../../compiler/1-read/read.ts';
import { splitLine } from '../../compiler/2-parse/split.ts';
import { render, renderJson } from '../../compiler/diagnostics/render.ts';
import { Report } from '../../compiler/diagnostics/report.ts';
import type { Environment } from '../../compiler/environment.ts';
import type { Span, TracedText } from '../../compiler/source.ts';
import fc from '../support/fast-check.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const fileNames = ['zones', 'interfaces', 'policy', 'rules', 'conntrack', 'accounting'];

/** Pieces that configurations are made of, so that random files reach further than the first character. */
const pieces = [
  ...['ACCEPT', 'net', 'fw', '-', 'tcp', '22', '192.0.2.1', 'SSH(ACCEPT)', 'DEFAULTS a,b'],
  ...[
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\\\n',
    '\\',
    '#',
    ',',
    ':',
    ';',
    ';;',
    '{',
    '}',
    '(',
    ')',
    '"',
    "'",
    '`',
    '=',
    '=>',
    '|',
    '&',
    '!',
  ],
  ...['$A', '${A}', '$', '${', '$FW', '$1', '@1', '@{chain}', '\\@', '$NO', '$$A', '${$A}'],
  ...[
    '?IF ',
    '?ELSIF ',
    '?ELSE',
    '?ENDIF',
    '?SET A ',
    '?RESET A',
    '?SECTION NEW',
    '?SECTION RELATED',
    '?FORMAT 2',
    '?COMMENT x',
  ],
  ...[
    '?ERROR x',
    '?REQUIRE CT_TARGET',
    'INCLUDE rules',
    'INCLUDE zones',
    '?SHELL x',
    '?BEGIN SHELL',
    '?END',
    '?PERL',
    '?X',
  ],
  ...[
    'SECTION NEW',
    'FORMAT 2',
    'COMMENT',
    '__CT_TARGET',
    '__NO',
    '&&',
    '||',
    '==',
    'eq',
    '=~ /^e(t|h)*$/',
    '1',
    "'x'",
    'passed($1)',
  ],
  ...['\0', '\u0007', 'ü', '\u00a0', '\ufeff', '😀', 'comment="x"', 'proto=tcp', 'A=1', "A='$A'", 'A="x'],
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);

const folder = fc.record(
  {
    zones: text,
    interfaces: text,
    policy: text,
    rules: text,
    conntrack: text,
    accounting: text,
    'ftpwall.conf': text,
    'action.Own': text,
  },
  { requiredKeys: ['rules'] },
);

/** No shell: what it would print is given. */
function environment(files: Readonly<Record<string, string>>, printed: string): Environment {
  return {
    ...memoryEnvironment({ ...files, params: '' }, { library: {} }),
    evaluateParams: () => ({
      kind: 'variables',
      variables: new Map([
        ['A', 'x$B'],
        ['B', 'y'],
        ['LOOP', '$LOOP'],
      ]),
    }),
    runShell: () => (printed.length % 7 === 0 ? { kind: 'failed', reason: 'no' } : { kind: 'output', text: printed }),
  };
}

interface Result {
  readonly lines: readonly TracedText[];
  readonly report: Report;
}

function readAll(files: Readonly<Record<string, string>>, printed: string): Result {
  const report = new Report();
  const result: ReadConfiguration = read(environment(files, printed), report, fileNames);
  const action = result.library(
    'action',
    'Own',
    new Map([
      ['1', 'a'],
      ['chain', 'Own'],
    ]),
  );
  const lines = [...result.files.values(), ...(action ? [action] : [])].flatMap((file) => file.lines);
  const parts = lines.flatMap((line) => {
    const split = splitLine(line, report);
    return split ? [...split.cells, ...split.pairs.flatMap(({ name, value }) => [name, value])] : [];
  });
  return { lines: [...lines.map((line) => line.text), ...parts], report };
}

function isInside({ source, start, end }: Span): boolean {
  return 0 <= start && start <= end && end <= source.text.length;
}

/** Whether every verbatim piece of the text is what stands at its place. */
function isTrue({ text: whole, pieces: found }: TracedText): boolean {
  return found.every(({ at, span, verbatim }, index) => {
    const own = whole.slice(at, found[index + 1]?.at ?? whole.length);
    return isInside(span) && own !== '' && (!verbatim || span.source.text.slice(span.start, span.end) === own);
  });
}

describe('damaged input', () => {
  test('is read without an exception, and every place is where it says', () => {
    fc.assert(
      fc.property(folder, text, (files, printed) => {
        const { lines, report } = readAll(files, printed);
        for (const line of lines) expect(isTrue(line)).toBe(true);
        for (const { label, related, fix } of report.diagnostics) {
          const spans = [label.span, ...related.map((each) => each.span), ...(fix ? [fix.span] : [])];
          expect(spans.every(isInside)).toBe(true);
          expect(label.text).not.toBe('');
        }
        expect(render(report.diagnostics)).not.toMatch(/[^\P{Cc}\n]/u);
        JSON.parse(renderJson(report.diagnostics));
      }),
      { numRuns: 3000 },
    );
  });

  test('a fix makes its own message go away', () => {
    fc.assert(
      fc.property(text, (rules) => {
        const { report } = readAll({ rules }, '');
        const fixable = report.diagnostics.find(({ fix }) => fix && fix.span.source.path === 'rules');
        if (!fixable?.fix) return;
        const { span, text: replacement } = fixable.fix;
        // A fix in the value of a variable or the output of a script cannot be made here.
        if (replacement.replace(/[?;']/g, '') !== rules.slice(span.start, span.end).replace(/[?;']/g, '')) return;
        const fixed = rules.slice(0, span.start) + replacement + rules.slice(span.end);
        const again = readAll({ rules: fixed }, '').report.diagnostics;
        expect(again.some(({ code, label }) => code === fixable.code && label.span.start === span.start)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['a line of a megabyte', 'x'.repeat(1_000_000)],
    ['a megabyte of blanks', ' '.repeat(1_000_000)],
    ['a megabyte of line feeds', '\n'.repeat(1_000_000)],
    ['a megabyte of backslashes', '\\'.repeat(1_000_000)],
    ['a megabyte of continued lines', 'x\\\n'.repeat(330_000)],
    ['a megabyte of comments that go on', '# x \\\n'.repeat(160_000)],
    ['parentheses', `A ${'('.repeat(200_000)}`],
    ['braces', `A ${'{'.repeat(100_000)}}`],
    ['semicolons', `A ${';'.repeat(200_000)}`],
    ['quotes', `A { x=${'"'.repeat(200_000)} }`],
    ['pairs', `A { ${'x=y '.repeat(50_000)}}`],
    ['variables', `A ${'$A'.repeat(100_000)}`],
    ['dollars', '$'.repeat(250_000)],
    ['open braces of variables', '${'.repeat(125_000)],
    ['a long condition', `?IF ${'1 && '.repeat(100_000)}1\n?ENDIF`],
    ['many conditions', '?IF 1\n'.repeat(100_000)],
    ['many mistakes', 'ACCEPT $NO\n'.repeat(50_000)],
    ['a variable that grows', `?SET A 'xxxxxxxxxxxxxxxx'\n${"?SET A '$A$A$A$A'\n".repeat(30)}$A`],
    ['random bytes', Array.from({ length: 300_000 }, (_, index) => String.fromCharCode((index * 7919) % 251)).join('')],
  ])('%s ends within the time a test has', (_, rules) => {
    const { report } = readAll({ rules }, '');
    expect(render(report.diagnostics.slice(0, 100))).toBeTypeOf('string');
  });
});
