/** `fmt` as a function of texts: what it aligns, what it leaves, and that each line stays the same line. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { read } from '../../compiler/1-read/read.ts';
import { splitLine } from '../../compiler/2-parse/split.ts';
import { Report } from '../../compiler/diagnostics/report.ts';
import { formatted, hasColumns } from '../../compiler/format/format.ts';
import { positionOf, spanOf } from '../../compiler/source.ts';
import fc from '../support/fast-check.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const lines = (...each: readonly string[]) => each.map((line) => `${line}\n`).join('');

describe('what is aligned', () => {
  test('cells, the heading and the comments of rows that follow each other', () => {
    const text = lines(
      '# Who comes in  ',
      '#ACTION SOURCE DEST PROTO DPORT',
      '?SECTION NEW',
      'ACCEPT net $FW tcp 22 # ssh',
      '  SSH(ACCEPT)\tnet:192.0.2.1   ${FW}#ours',
      '   ',
      'DROP net all # the rest',
    );
    expect(formatted('rules', text)).toBe(
      lines(
        '# Who comes in',
        '#ACTION       SOURCE          DEST    PROTO   DPORT',
        '?SECTION NEW',
        'ACCEPT        net             $FW     tcp     22   # ssh',
        'SSH(ACCEPT)   net:192.0.2.1   ${FW}                #ours',
        '',
        'DROP          net             all   # the rest',
      ),
    );
  });

  test('a heading of two lines, each word below the name that it belongs to', () => {
    const text = lines(
      '#ACTION\tSOURCE DEST\tPROTO\tDEST\tSOURCE\tUSER/',
      '#\t\t\t\tPORT\tPORT(S)\tGROUP',
      'ACCEPT net fw tcp 22,80,443 - -',
    );
    expect(formatted('rules', text)).toBe(
      lines(
        '#ACTION   SOURCE   DEST   PROTO   DEST        SOURCE    USER/',
        '#                                 PORT        PORT(S)   GROUP',
        'ACCEPT    net      fw     tcp     22,80,443   -         -',
      ),
    );
  });

  test('a long cell makes no column wide', () => {
    const long = 'net:192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4';
    expect(formatted('rules', lines(`ACCEPT ${long} fw tcp 22`, 'ACCEPT loc fw tcp 22'))).toBe(
      lines(`ACCEPT   ${long}   fw   tcp   22`, 'ACCEPT   loc   fw   tcp   22'),
    );
  });

  test('long cells do where the column has no others', () => {
    const long = '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16';
    expect(formatted('snat', lines('#ACTION SOURCE DEST', `MASQUERADE ${long} eth0`))).toBe(
      lines(`#ACTION      SOURCE${' '.repeat(36)}DEST`, `MASQUERADE   ${long}   eth0`),
    );
  });

  test('other columns come after ?FORMAT', () => {
    expect(formatted('interfaces', lines('network eth0 detect', '?FORMAT 2', 'net eth0 dhcp'))).toBe(
      lines('network   eth0   detect', '?FORMAT 2', 'net   eth0   dhcp'),
    );
  });

  test('macros and actions, too; line ends and the missing last one stay', () => {
    expect(formatted('macro.Ours', 'PARAM - -  tcp 22\r\nPARAM  -  - udp  22')).toBe(
      'PARAM   -   -   tcp   22\r\nPARAM   -   -   udp   22',
    );
  });
});

describe('what stays as it is', () => {
  const row = 'ACCEPT   net   fw';
  test.each([
    [
      'directives and old ones',
      ['?COMMENT  a  b  ', ' ?IF  1', '?ENDIF', 'COMMENT  a  b', 'INCLUDE  x', 'SECTION  NEW'],
    ],
    ['a line that goes on', ['ACCEPT net fw \\', '  tcp  22', row]],
    ['a comment that goes on', ['# a \\', 'ACCEPT net fw', row]],
    ['a blank behind a backslash, which would join lines without it', ['ACCEPT  net fw # \\ ', '# a \\  ', row]],
    [
      'a line with a directive in it, and all behind',
      ['ACCEPT  net fw \\', '?IF 1', 'ACCEPT net  fw', '?ENDIF', 'tcp 22'],
    ],
    [
      'scripts',
      [
        '?BEGIN SHELL',
        'echo  a   b  ',
        'ACCEPT net fw',
        '?END',
        'BEGIN PERL',
        'my  $a',
        'END PERL',
        '?SHELL a  b',
        row,
      ],
    ],
    [
      'what cannot be read',
      ['ACCEPT net) fw', 'ACCEPT "net  x" fw', 'ACCEPT net:1.2.3.4,  1.2.3.5 fw', 'ACCEPT n\u00e9t fw', row],
    ],
    ['more cells than columns', [`ACCEPT ${'- '.repeat(30)}x`, row]],
    ['lines of a conflict', ['<<<<<<< HEAD  (ours) )', row]],
  ])('%s', (_, each) => {
    expect(formatted('rules', lines(...each))).toBe(lines(...each));
  });

  test('what stands behind the columns', () => {
    expect(
      formatted(
        'rules',
        lines('ACCEPT net fw  tcp 22;; -m  mark --mark 1 # x  y', 'DROP net fw { proto=tcp,  dport=22 }'),
      ),
    ).toBe(
      lines(
        'ACCEPT   net   fw   tcp   22   ;; -m  mark --mark 1   # x  y',
        'DROP     net   fw   { proto=tcp,  dport=22 }',
      ),
    );
  });

  test('settings, params, commands and scripts are no tables', () => {
    for (const name of [
      'ftpwall.conf',
      'shorewall.conf',
      'params',
      'modules',
      'helpers',
      'start',
      'rules.bak',
      'macro.X.bak',
    ])
      expect([name, hasColumns(name)]).toEqual([name, false]);
    expect(['zones', 'rules', 'action.Ours', 'macro.Ours'].every(hasColumns)).toBe(true);
  });
});

test('the samples are aligned', () => {
  for (const path of readdirSync('etc-samples', { recursive: true, encoding: 'utf8' })) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!hasColumns(name)) continue;
    const text = readFileSync(`etc-samples/${path}`, 'utf8');
    expect([path, formatted(name, text)]).toEqual([path, text]);
  }
});

const words = [
  'ACCEPT',
  'net',
  '$FW',
  '${FW}',
  '-',
  'tcp',
  '22',
  'net:192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4',
  'LOG(a b)',
];
const blanks = [' ', '  ', '\t', '   \t'];
const odd = [
  '#',
  '# x',
  ';',
  ';; -m x',
  '; ttl=1',
  '{',
  '}',
  '(',
  ')',
  '"',
  '\\',
  '\\ ',
  ',',
  '\u00e9',
  '#ACTION',
  'SOURCE',
  'DEST',
  'PORT(S)',
];
const whole = [
  ...[
    '',
    '#ACTION SOURCE\tDEST  PROTO DEST PORT',
    '#\t\tPORT(S) A',
    '#          DEST',
    '?SECTION NEW',
    '?IF 0',
    '?IF 1',
    '?ELSE',
    '?ENDIF',
  ],
  ...[
    '?COMMENT a  b',
    '?FORMAT 2',
    '?SET A  1',
    '?BEGIN SHELL',
    '?END',
    'BEGIN PERL',
    'END',
    '?SHELL x  y',
    'INCLUDE  zones',
    '?X',
    '# a \\',
  ],
];
const arbitraryLine = fc.oneof(
  fc.constantFrom(...whole),
  fc
    .array(fc.tuple(fc.constantFrom(...words, ...words, ...odd), fc.constantFrom(...blanks)), { maxLength: 8 })
    .map((pieces) => pieces.flat().join('')),
);
const arbitraryText = fc
  .array(fc.tuple(arbitraryLine, fc.constantFrom('\n', '\n', '\n', '\r\n')), { maxLength: 12 })
  .map((each) => each.flat().join(''));

/** What stage 1 and the splitting of columns make of `rules`, but for offsets: cells, pairs, matches, lines, messages. */
function readAs(text: string) {
  const environment = {
    ...memoryEnvironment({ 'ftpwall.conf': '', zones: 'fw firewall\n', rules: text }, { library: {} }),
    runShell: (command: string) => ({ kind: 'output' as const, text: `# ${command}\n` }),
  };
  const report = new Report();
  const file = read(environment, report, ['rules']).files.get('rules');
  const rows = [...(file?.lines ?? []), ...(file?.partial ?? [])].map((line) => {
    const split = splitLine(line, report);
    const { source, start } = spanOf(line.text);
    return {
      line: positionOf(source, start).line,
      section: line.section,
      comment: line.comment,
      cells: split?.cells.map((cell) => cell.text),
      pairs: split?.pairs.map(({ name, value }) => [name.text, value.text]),
      matches: split?.inlineMatches?.text.trim(),
    };
  });
  const said = report.diagnostics.map(
    ({ code, label }) => `${code} ${positionOf(label.span.source, label.span.start).line}`,
  );
  return { rows, said };
}

describe('whatever stands in the file', () => {
  test('each line means the same, and nothing but blanks changes', () => {
    let changed = 0;
    fc.assert(
      fc.property(arbitraryText, (text) => {
        const after = formatted('rules', text);
        changed += after === text ? 0 : 1;
        const bare = (each: string) => each.split('\n').map((line) => line.replace(/[ \t]/g, ''));
        expect(bare(after)).toEqual(bare(text));
        expect(readAs(after)).toEqual(readAs(text));
      }),
      { numRuns: 600 },
    );
    expect(changed).toBeGreaterThan(100);
  });

  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(arbitraryText, fc.constantFrom('rules', 'masq', 'zones', 'interfaces', 'conntrack'), (text, name) => {
        const once = formatted(name, text);
        expect(formatted(name, once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });
});
