import { describe, expect, test } from 'vitest';
import { catalogue } from '../../compiler/diagnostics/catalogue/index.ts';
import { toJson } from '../../compiler/diagnostics/json.ts';
import type { Diagnostic, Label } from '../../compiler/diagnostics/message.ts';
import { render, renderJson, renderOne, summary } from '../../compiler/diagnostics/render.ts';
import { Report } from '../../compiler/diagnostics/report.ts';
import { editDistance, nearest } from '../../compiler/diagnostics/suggest.ts';
import type { Source, Span } from '../../compiler/source.ts';

function source(text: string, path = 'rules'): Source {
  return { path, text };
}

/** The place of `text`, of its `nth` occurrence from 0. */
function at(where: Source, text: string, nth = 0): Span {
  let start = where.text.indexOf(text);
  for (let count = 0; count < nth; count++) start = where.text.indexOf(text, start + 1);
  if (start === -1) throw new Error(text);
  return { source: where, start, end: start + text.length };
}

function diagnostic(span: Span, more: Partial<Diagnostic> = {}): Diagnostic {
  const label: Label = { span, text: 'no zone has this name' };
  return { code: 'unknown-zone', severity: 'error', message: 'unknown zone `dmx`', label, related: [], ...more };
}

/** The lines of source and marks, without the frame around them. */
function shown(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => /^ *\d* \| ./.test(line));
  return lines.map((line) => line.replace(/^ *\d* \| /, ''));
}

describe('render', () => {
  test('the whole form', () => {
    const rules = source(`${'\n'.repeat(13)}SSH(ACCEPT)  net  dmx\n`);
    const zones = source('fw firewall\nnet ip\nloc ip\ndmz  ipv4\n', 'zones');
    const related = [{ span: at(zones, 'dmz'), text: 'a similar name' }];
    expect(renderOne(diagnostic(at(rules, 'dmx'), { related, help: 'write `dmz`' }))).toBe(
      [
        'error[unknown-zone]: unknown zone `dmx`',
        '  --> rules:14:19',
        '   |',
        '14 | SSH(ACCEPT)  net  dmx',
        '   |                   ^^^ no zone has this name',
        '   |',
        '  ::: zones:4:1',
        '   |',
        ' 4 | dmz  ipv4',
        '   | --- a similar name',
        '   |',
        '   = help: write `dmz`',
        '',
      ].join('\n'),
    );
  });

  test('marks stand under what they mark, behind tabs and wide characters too', () => {
    const marked = (line: string) => shown(renderOne(diagnostic(at(source(line), 'dmx'))));
    expect(marked('net\tdmx')).toEqual(['net     dmx', '        ^^^ no zone has this name']);
    expect(marked('\t\tdmx')).toEqual(['                dmx', '                ^^^ no zone has this name']);
    expect(marked('漢 dmx')).toEqual(['漢 dmx', '   ^^^ no zone has this name']);
    expect(marked('e\u0301 dmx')).toEqual(['e\u0301 dmx', '  ^^^ no zone has this name']);
    expect(marked('😀 dmx')).toEqual(['😀 dmx', '   ^^^ no zone has this name']);
  });

  test('control characters are spelled out', () => {
    const text = renderOne(
      diagnostic(at(source('\u001b[31m\u202e dmx'), 'dmx'), { message: 'a \u001b[2Jb', help: 'c\u0007' }),
    );
    expect(text).toContain('\\u{1b}[31m\\u{202e} dmx\n');
    expect(text).toContain('a \\u{1b}[2Jb');
    expect(text).toContain('c\\u{7}');
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  });

  test('of a long line the part around the mark is shown', () => {
    const [line = '', mark = ''] = shown(
      renderOne(diagnostic(at(source(`${'a'.repeat(500)}dmx${'b'.repeat(500)}`), 'dmx'))),
    );
    expect(line).toMatch(/^…a+dmxb+…$/);
    expect(line.length).toBeLessThanOrEqual(102);
    expect(mark.indexOf('^')).toBe(line.indexOf('dmx'));
  });

  test('a long mark is cut with its line', () => {
    const text = `x${'d'.repeat(1000)}`;
    const [line = '', mark = ''] = shown(renderOne(diagnostic(at(source(text), 'd'.repeat(1000)))));
    expect(line.length).toBeLessThanOrEqual(102);
    expect(mark.replace(' no zone has this name', '').length).toBeLessThanOrEqual(102);
  });

  test('of a megabyte in one line only the place is shown', () => {
    const long = source('漢'.repeat(1_000_000));
    const text = renderOne(diagnostic({ source: long, start: 700_000, end: 900_000 }));
    expect(text.length).toBeLessThan(1000);
  });

  test('an empty place is one mark, also at the end of a line and of the file', () => {
    const rules = source('ab\ncd');
    const empty = (offset: number) => shown(renderOne(diagnostic({ source: rules, start: offset, end: offset })));
    expect(empty(1)).toEqual(['ab', ' ^ no zone has this name']);
    expect(empty(2)).toEqual(['ab', '  ^ no zone has this name']);
    expect(empty(5)).toEqual(['cd', '  ^ no zone has this name']);
  });

  test('a place of several lines is marked on the first', () => {
    expect(shown(renderOne(diagnostic(at(source('one two\r\nthree'), 'two\r\nth'))))).toEqual([
      'one two',
      '    ^^^ no zone has this name',
    ]);
  });

  test('a file of which there is no text shows its name alone', () => {
    const text = renderOne(diagnostic({ source: source(''), start: 0, end: 0 }));
    expect(text).toBe('error[unknown-zone]: unknown zone `dmx`\n --> rules\n  | no zone has this name\n');
  });

  test('what users wrote is shortened in messages', () => {
    const text = renderOne(diagnostic(at(source('dmx'), 'dmx'), { message: `unknown zone \`${'x'.repeat(5000)}\`` }));
    expect(text.split('\n')[0]).toBe(`error[unknown-zone]: unknown zone \`${'x'.repeat(70)}…\``);
  });

  test('all of them, with a last line that counts', () => {
    const rules = source('dmx');
    const error = diagnostic(at(rules, 'dmx'));
    const warning = diagnostic(at(rules, 'dmx'), { severity: 'warning' });
    expect(render([])).toBe('');
    expect(render([error, warning, error])).toMatch(/\n\nwarning\[unknown-zone\][\s\S]*\n\n2 errors, 1 warning\n$/);
    expect(summary([warning, warning])).toBe('2 warnings');
  });

  test('colour changes no character', () => {
    const paint = (code: number) => (text: string) => `<${code}>${text}</>`;
    const colours = { bold: paint(1), red: paint(31), yellow: paint(33), cyan: paint(36), blue: paint(34) };
    const one = [diagnostic(at(source('net dmx'), 'dmx'), { help: 'write `dmz`' })];
    const coloured = render(one, { paint: colours });
    expect(coloured).toContain('<31>');
    expect(coloured.replace(/<\d+>|<\/>/g, '')).toBe(render(one));
  });
});

describe('json', () => {
  test('lines and columns, the end behind the last character', () => {
    const rules = source('one\nSECTION NEW\n');
    const span = at(rules, 'SECTION');
    const found = toJson(diagnostic(span, { help: 'h', fix: { span, text: '?SECTION' } }));
    const place = { file: 'rules', start: { line: 2, column: 1 }, end: { line: 2, column: 8 } };
    expect(found).toEqual({
      code: 'unknown-zone',
      severity: 'error',
      message: 'unknown zone `dmx`',
      label: { ...place, text: 'no zone has this name' },
      related: [],
      help: 'h',
      fix: { ...place, text: '?SECTION' },
    });
    expect(JSON.parse(renderJson([diagnostic(span)]))).toMatchObject({ findings: [{ label: place }] });
    expect(JSON.parse(renderJson([]))).toEqual({ schema: 1, findings: [] });
  });
});

describe('near names', () => {
  test.each([
    ['dmx', ['net', 'dmz', 'loc'], 'dmz'],
    ['AcCePt', ['DROP', 'ACCEPT'], 'ACCEPT'],
    ['ACECPT', ['DROP', 'ACCEPT'], 'ACCEPT'],
    ['SHH', ['SSH', 'SMTP'], 'SSH'],
    ['routefliter', ['logmartians', 'routefilter'], 'routefilter'],
    ['nte', ['net', 'note'], 'net'],
    ['xyz', ['net', 'loc'], undefined],
    ['a', ['b'], undefined],
    ['', ['a'], undefined],
    ['net', [], undefined],
  ])('%s', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  test('a swap of neighbours is one step', () => {
    expect([editDistance('ab', 'ba'), editDistance('kitten', 'sitting'), editDistance('', 'abc')]).toEqual([1, 3, 3]);
  });

  test('a word of a megabyte has no near name', () => {
    expect(nearest('x'.repeat(1_000_000), ['x'.repeat(999_999)])).toBeUndefined();
  });
});

describe('the report', () => {
  test('says the same thing of the same place once', () => {
    const rules = source('dmx dmx');
    const report = new Report();
    for (const nth of [0, 0, 1]) report.add(diagnostic(at(rules, 'dmx', nth)));
    expect(report.diagnostics).toHaveLength(2);
  });

  test('a warning can be allowed, an error cannot', () => {
    const rules = source('dmx');
    const report = new Report(['unknown-zone']);
    report.add(diagnostic(at(rules, 'dmx'), { severity: 'warning' }));
    expect([report.diagnostics.length, report.failed]).toEqual([0, false]);
    report.add(diagnostic(at(rules, 'dmx')));
    expect([report.diagnostics.length, report.failed]).toEqual([1, true]);
  });
});

describe('the catalogue', () => {
  test.each([...catalogue.values()].map(({ code, severity }) => ({ code, severity })))(
    '$code is a name',
    ({ code, severity }) => {
      expect(code).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(['error', 'warning', 'note']).toContain(severity);
    },
  );
});
