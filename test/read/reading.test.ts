import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { ReadConfiguration } from '../../compiler/1-read/logical-line.ts';
import { read } from '../../compiler/1-read/read.ts';
import { splitLine } from '../../compiler/2-parse/split.ts';
import { compile } from '../../compiler/compile.ts';
import { Report } from '../../compiler/diagnostics/report.ts';
import { positionOf, type Span, spanOf } from '../../compiler/source.ts';
import { type Machine, type MemoryFile, memoryEnvironment } from '../support/memory-environment.ts';

interface Reading {
  readonly read: ReadConfiguration;
  /** The lines of `rules`, as text. */
  readonly rules: readonly string[];
  /** `code line:column` of each finding, with the file when it is not `rules`. */
  readonly said: readonly string[];
  readonly report: Report;
}

function place({ source, start }: Span): string {
  const { line, column } = positionOf(source, start);
  return `${source.path === 'rules' ? '' : `${source.path}:`}${line}:${column}`;
}

function reading(files: Readonly<Record<string, MemoryFile>> | string, machine: Machine = {}): Reading {
  const report = new Report();
  const folder = typeof files === 'string' ? { rules: files } : files;
  const result = read(memoryEnvironment(folder, machine), report, [
    'interfaces',
    'policy',
    'rules',
    'zones',
    'accounting',
    'conntrack',
  ]);
  return {
    read: result,
    rules: (result.files.get('rules')?.lines ?? []).map((line) => line.text.text),
    get said() {
      return report.diagnostics.map(({ code, label }) => `${code} ${place(label.span)}`);
    },
    report,
  };
}

/** The lines that `text` becomes when it is the file `rules`; nothing may be said. */
function lines(text: string, others: Readonly<Record<string, string>> = {}, machine: Machine = {}): readonly string[] {
  const { rules, said } = reading({ ...others, rules: text }, machine);
  expect(said).toEqual([]);
  return rules;
}

describe('physical lines become logical ones', () => {
  test('blank lines and comments are no lines', () => {
    expect(lines('\n  \n# all\n\t# of it\nACCEPT net fw # why\nDROP net fw#\n')).toEqual([
      'ACCEPT net fw',
      'DROP net fw',
    ]);
  });

  test('a comment begins at any #, also inside quotes', () => {
    expect(lines('ACCEPT net fw ; comment="one # two"')).toEqual(['ACCEPT net fw ; comment="one']);
  });

  test('a backslash joins lines as they are', () => {
    expect(lines('ACCEPT\\\n net \\\nfw')).toEqual(['ACCEPT net fw']);
  });

  test('a list goes on behind a comma or colon, whatever the indent', () => {
    expect(lines('ACCEPT net:\\\n     192.0.2.1,\\\n\t192.0.2.2 fw')).toEqual(['ACCEPT net:192.0.2.1,192.0.2.2 fw']);
  });

  test('a comment behind the backslash does not end the line', () => {
    expect(lines('ACCEPT net:192.0.2.1,\\ # one\n  192.0.2.2 fw')).toEqual(['ACCEPT net:192.0.2.1,192.0.2.2 fw']);
  });

  test('a backslash behind a comment lets the comment take in the next line, and is warned of', () => {
    const { rules, said } = reading('ACCEPT net fw # ssh \\\nDROP net fw\nREJECT net fw');
    expect(rules).toEqual(['ACCEPT net fw', 'REJECT net fw']);
    expect(said).toEqual(['continued-comment 1:21']);
  });

  test('a comment that swallows only a comment is not worth a word', () => {
    expect(lines('# one \\\n# two\nACCEPT net fw')).toEqual(['ACCEPT net fw']);
  });

  test('a directive inside a continued line acts at once', () => {
    expect(lines("?SET A 'tcp'\nACCEPT net fw \\\n?SET A 'udp'\n$A 22")).toEqual(['ACCEPT net fw udp 22']);
    expect(lines('ACCEPT net \\\n?IF 0\nloc \\\n?ELSE\ndmz \\\n?ENDIF\ntcp')).toEqual(['ACCEPT net dmz tcp']);
  });

  test('the last line needs no line feed, nor does a backslash need a line behind it', () => {
    expect(lines('ACCEPT net fw \\')).toEqual(['ACCEPT net fw']);
  });

  test('carriage returns belong to the line end', () => {
    expect(lines('ACCEPT net \\\r\nfw\r\n?IF 1\r\nDROP net fw\r\n?ENDIF\r\n')).toEqual([
      'ACCEPT net fw',
      'DROP net fw',
    ]);
  });

  test('a character that is not printable ASCII is refused outside comments', () => {
    expect(lines('ACCEPT net fw # größer')).toEqual(['ACCEPT net fw']);
    expect(reading('ACCEPT net größer').said).toEqual(['unprintable-character 1:14']);
    expect(reading('\ufeffACCEPT net fw').said).toEqual(['unprintable-character 1:1']);
    expect(reading('ACCEPT\u00a0net fw').said).toEqual(['unprintable-character 1:7']);
  });
});

describe('conditions', () => {
  const holds = (condition: string, others: Readonly<Record<string, string>> = {}, machine: Machine = {}) =>
    lines(`?IF ${condition}\nyes\n?ELSE\nno\n?ENDIF`, others, machine).join() === 'yes';

  test.each([
    ['1', true],
    ['0', false],
    ["''", false],
    ['"0"', false],
    ["'00'", true],
    ['$UNKNOWN', false],
    ['! $UNKNOWN', true],
    ['!!1', true],
    ['not 1', false],
    ['not not 1', true],
    ['1 && 0 || 1', true],
    ['0 and 1 or 1', true],
    ['not 0 and 0', false],
    ['2 == 2.0', true],
    ['10 < 9', false],
    ["'10' lt '9'", true],
    ['\'a\' eq "a"', true],
    ["'a' ne 'a'", false],
    ['1 + 2 * 3 == 7', true],
    ['(1 + 2) * 3 == 9', true],
    ['-1 < 0', true],
    ['7 % 4 == 3', true],
    ["'a' . 'b' eq 'ab'", true],
    ['1 ? 0 : 1', false],
    ["0 ? 1 : 0 ? 1 : 'x'", true],
    ['__CT_TARGET', true],
    ['__{FTP_HELPER}', true],
    ['__IPP2P_MATCH', false],
    ['$CT_TARGET', true],
    ['$AUTOHELPERS && __CT_TARGET', true],
    ["'eth12' =~ /^eth[0-9]+$/", true],
    ["'wlan0' =~ /^(eth|en)/", false],
    ["'wlan0' !~ /^(eth|en)/", true],
    ["'ETH0' =~ m/eth\\d/i", true],
    ["'aaa' =~ /^a{2}$/", false],
    ["'aaa' =~ /^a{2,}$/", true],
    ["'a.b' =~ /^a\\.b$/", true],
    ["'axb' =~ /^a\\.b$/", false],
    ["'x-y' =~ /^[^-]+-\\w$/", true],
    ["'the word' =~ /\\bword\\b/", true],
  ])('?IF %s', (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  test('variables and their values', () => {
    const params = { params: 'A=eth0\nN=5\nE=\n' };
    expect(holds("$A eq 'eth0'", params)).toBe(true);
    expect(holds("'x$A' eq 'xeth0' && \"${A}.1\" eq 'eth0.1'", params)).toBe(true);
    expect(holds('$N > 4', params)).toBe(true);
    expect(holds('$E', params)).toBe(false);
    expect(holds("$E eq ''", params)).toBe(true);
  });

  test('the families of the directory', () => {
    // One folder for both is asked for each of them, and both lines are there.
    expect(lines('?IF __IPV4\nfour\n?ELSIF __IPV6\nsix\n?ENDIF\n?IF __IPV4 && __IPV6\nnever\n?ENDIF')).toEqual([
      'four',
      'six',
    ]);
    expect(holds('__IPV4 && ! __IPV6', { 'shorewall.conf': '' })).toBe(true);
    expect(holds('__IPV6 && ! __IPV4', { 'shorewall6.conf': '' })).toBe(true);
  });

  test('a setting that is No is empty', () => {
    expect(holds('$AUTOHELPERS', { 'shorewall.conf': 'AUTOHELPERS=No' })).toBe(false);
    expect(holds('$AUTOHELPERS', { 'shorewall.conf': 'AUTOHELPERS=Yes' })).toBe(true);
  });

  test('one branch is read, the first that holds', () => {
    const text = (a: number, b: number) => `?if ${a}\nA\n?elsif ${b}\nB\n?else\nC\n?endif`;
    expect([lines(text(1, 1)), lines(text(0, 1)), lines(text(0, 0))]).toEqual([['A'], ['B'], ['C']]);
  });

  test('nothing inside a branch that is left out acts', () => {
    expect(
      lines('?IF 0\n?IF 1\nA\n?ELSE\nB\n?ENDIF\n?SET X 1\n?ERROR no\nINCLUDE nowhere\n?ELSE\nC$X\n?ENDIF', {
        params: 'X=9',
      }),
    ).toEqual(['C9']);
  });

  test.each([
    ['?ENDIF', 'unmatched-directive 1:1'],
    ['?IF 1\n?ELSE\n?ELSE\n?ENDIF', 'unmatched-directive 3:1'],
    ['?IF 1\n?ELSE\n?ELSIF 1\n?ENDIF', 'unmatched-directive 3:1'],
    ['?IF 1\nACCEPT', 'missing-endif 1:1'],
    ['?IF\n?ENDIF', 'directive-without-text 1:1'],
    ['?IF 1\n?ENDIF now', 'directive-with-text 2:8'],
    ['?IF __FTP_HELPERS\n?ENDIF', 'unknown-capability 1:5'],
    ['?IF 1 &&\n?ENDIF', 'bad-expression 1:9'],
    ['?IF 1 ) \n?ENDIF', 'bad-expression 1:7'],
    ['?IF $A eq yes\n?ENDIF', 'missing-quotes 1:11'],
    ["?IF 'Yes' == 1\n?ENDIF", 'not-a-number 1:5'],
    ["?IF 'a' =~ /(/\n?ENDIF", 'unusable-pattern 1:5'],
    ["?IF 'a' =~ /a/x\n?ENDIF", 'unusable-pattern 1:5'],
    ['?IF passed($1)\n?ENDIF', 'parameter-outside-action 1:5'],
    ['?IF @1\n?ENDIF', 'parameter-outside-action 1:5'],
    ['?ELSEIF 1', 'unknown-directive 1:1'],
    ['?IF 0\n?ELSEIF 1\n?ENDIF', 'unknown-directive 2:1'],
    [`?IF ${'('.repeat(100)}1${')'.repeat(100)}\n?ENDIF`, 'expression-too-deep 1:5'],
  ])('%j is refused', (text, expected) => {
    expect(reading(text).said).toEqual([expected]);
  });

  test('a condition that cannot be read lets none of its branches in', () => {
    expect(reading('?IF yes\nA\n?ELSE\nB\n?ENDIF\nC').rules).toEqual(['C']);
  });

  test('each text has its own conditions', () => {
    const { said } = reading({ rules: '?IF 1\nINCLUDE other\n?ENDIF', other: '?ENDIF\n' });
    expect(said).toEqual(['unmatched-directive other:1:1']);
  });

  test('no pattern takes long', () => {
    // Where a pattern tries every way, thirty letters are enough for the time that a test has.
    const text = `${'a'.repeat(30)}!`;
    for (const pattern of [
      '(a+)+$',
      '(a|a)*$',
      '(a|aa)+$',
      '((a*)*)*$',
      'a*a*a*a*a*a*a*a*a*$',
      '(.*)(.*)(.*)(.*)[x]',
    ]) {
      expect(holds(`'${text}' =~ /^${pattern}/`)).toBe(false);
    }
  });
});

describe('variables', () => {
  test('every form, and values that name variables', () => {
    const params = { params: "A=192.0.2.1\nB='$A,${A}'\nN=A\nTWO='tcp 22'\n" };
    expect(lines('ACCEPT net:$B fw:${A}x $TWO', params)).toEqual([
      'ACCEPT net:192.0.2.1,192.0.2.1 fw:192.0.2.1x tcp 22',
    ]);
    expect(lines('${$N} $$N', params)).toEqual(['192.0.2.1 192.0.2.1']);
  });

  test('a value of several lines is one line', () => {
    expect(lines('ACCEPT net:$A fw', { params: "A='192.0.2.1,\n192.0.2.2'" })).toEqual([
      'ACCEPT net:192.0.2.1,\n192.0.2.2 fw',
    ]);
  });

  test('the later of environment, params, settings, firewall zone and ?SET counts', () => {
    const files = {
      zones: 'gate firewall',
      params: 'A=params\nB=params\nFW=params\n',
      'ftpwall.conf': 'LOG_LEVEL=notice',
    };
    const machine = { variables: { A: 'environment', C: 'environment', FW: 'environment' } };
    expect(lines("?SET B 'set'\n$A $B $C $FW $LOG_LEVEL", files, machine)).toEqual([
      'params set environment gate notice',
    ]);
  });

  test('settings that are left out have values too', () => {
    expect(lines('$LOG_LEVEL $LOGFILE')).toEqual(['info /var/log/messages']);
  });

  test('$FW is the zone of type firewall', () => {
    expect(lines('$FW', { zones: 'net ip\nself firewall' })).toEqual(['self']);
    expect(lines('$FW', { zones: '{ zone=self, type=firewall }' })).toEqual(['self']);
    expect(reading({ zones: 'me firewall' }).read.firewallZone).toBe('me');
    expect(lines('$FW', { zones: 'net ip' })).toEqual(['fw']);
  });

  test('a line with an unknown variable is left out and said so once, with a near name', () => {
    const { rules, said, report } = reading({ rules: 'ACCEPT net fw:$ADMN\nDROP net fw', params: 'ADMIN=1' });
    expect([rules, said]).toEqual([['DROP net fw'], ['unknown-variable 1:15']]);
    expect(report.diagnostics[0]?.help).toBe('write `$ADMIN`');
  });

  test('IGNOREUNKNOWNVARIABLES makes unknown ones empty', () => {
    expect(lines('ACCEPT net$X fw', { 'ftpwall.conf': 'IGNOREUNKNOWNVARIABLES="Yes"' })).toEqual(['ACCEPT net fw']);
    // Shorewall's code has the default Yes, the file it ships says No.
    expect(lines('ACCEPT net$X fw', { 'shorewall.conf': '' })).toEqual(['ACCEPT net fw']);
    expect(reading({ rules: '$X', 'shorewall.conf': 'IGNOREUNKNOWNVARIABLES=No' }).said).toEqual([
      'unknown-variable 1:1',
    ]);
  });

  test('circles end', () => {
    expect(reading({ rules: '$A', params: "A='$B'\nB='x$A'" }).said).toEqual(['endless-expansion 1:1']);
    const doubling = Array.from({ length: 40 }, (_, index) => `V${index}='$V${index + 1}$V${index + 1}'`).join('\n');
    expect(reading({ rules: '$V0', params: `${doubling}\nV40=xxxxxxxxxx` }).said).toEqual(['endless-expansion 1:1']);
  });

  test('what only a shell expands is refused', () => {
    expect(reading('ACCEPT net:${A:-x} fw').said).toEqual(['variable-syntax 1:12']);
    expect(reading('ACCEPT net:$(date) fw').said).toEqual(['variable-syntax 1:12']);
    expect(lines('ACCEPT net fw:&{eth0} %{gw}')).toEqual(['ACCEPT net fw:&{eth0} %{gw}']);
  });

  test('?SET and ?RESET', () => {
    expect(lines('?SET A 2 + 3\n?SET $B "x$A"\n$A $B')).toEqual(['5 x5']);
    expect(reading('?SET A 1\n?RESET A\n$A').said).toEqual(['unknown-variable 3:1']);
    expect(reading('?SET 9A 1').said).toEqual(['bad-variable-name 1:6']);
    expect(reading('?SET @1 1').said).toEqual(['bad-variable-name 1:6']);
    expect(reading('?SET A').said).toEqual(['directive-without-text 1:1']);
  });

  test('parameters belong to actions', () => {
    expect(reading('ACCEPT net fw tcp $1').said).toEqual(['parameter-outside-action 1:19']);
  });

  test('params that fails is an error', () => {
    expect(reading({ params: 'A=1\nexit 3' }).said).toEqual(['params-failed params:1:1']);
  });

  test('what names a variable without a sound value is left out without another word', () => {
    expect(reading({ params: 'exit 3', rules: '?IF $A\nX\n?ELSE\nY\n?ENDIF\nACCEPT net:$A fw' })).toMatchObject({
      said: ['params-failed params:1:1'],
      rules: [],
    });
    expect(reading('?SET A yes\n$A\n?SET B "$A"\n$B\n?SET A 1\n$A')).toMatchObject({
      said: ['missing-quotes 1:8'],
      rules: ['1'],
    });
  });
});

describe('other directives', () => {
  const firstLine = (files: Readonly<Record<string, string>>, name: string) =>
    reading(files).read.files.get(name)?.lines.at(-1);

  test('?FORMAT', () => {
    expect(firstLine({ interfaces: '?FORMAT 2\nnet eth0' }, 'interfaces')?.format).toBe(2);
    expect(firstLine({ interfaces: 'net eth0' }, 'interfaces')?.format).toBe(1);
    expect(firstLine({ conntrack: '?format 3\nx' }, 'conntrack')?.format).toBe(3);
    expect(reading({ interfaces: '?FORMAT 3' }).said).toEqual(['unknown-format interfaces:1:9']);
    expect(reading('?FORMAT 2').said).toEqual(['format-not-here 1:9']);
  });

  test('?SECTION', () => {
    const sections = reading('?SECTION ALL\nA\n?SECTION RELATED\nB\n?section NEW\nC').read.files.get('rules')?.lines;
    expect(sections?.map((line) => [line.text.text, line.section])).toEqual([
      ['A', 'ALL'],
      ['B', 'RELATED'],
      ['C', 'NEW'],
    ]);
    expect(reading('?SECTION NWE').said).toEqual(['unknown-section 1:10']);
    expect(reading('?SECTION NEW\n?SECTION ALL').said).toEqual(['section-order 2:10']);
    expect(reading('?SECTION NEW\n?SECTION NEW').said).toEqual(['section-order 2:10']);
    expect(reading('ACCEPT net fw\n?SECTION ALL').said).toEqual(['section-order 2:10']);
    expect(reading('ACCEPT net fw\n?SECTION NEW\nDROP net fw').said).toEqual([]);
    expect(reading('ACCEPT net fw\n?SECTION NEW\n?SECTION NEW').said).toEqual(['section-order 3:10']);
    expect(reading({ policy: '?SECTION NEW' }).said).toEqual(['section-not-here policy:1:10']);
    expect(firstLine({ accounting: '?SECTION FORWARD\nx' }, 'accounting')?.section).toBe('FORWARD');
  });

  test('?COMMENT holds until the next one, with all its characters', () => {
    const found = reading('?COMMENT größer #1\nA\n?COMMENT\nB').read.files.get('rules')?.lines;
    expect(found?.map((line) => line.comment)).toEqual(['größer #1', undefined]);
    expect(reading({ policy: '?COMMENT why' }).said).toEqual(['comment-not-here policy:1:1']);
  });

  test('?ERROR, ?WARNING and ?INFO say their text with its variables', () => {
    const { report, said } = reading({ rules: '?ERROR no $A\n?WARNING "old"\n?INFO! $UNKNOWN.', params: 'A=luck' });
    expect(said).toEqual(['error-directive 1:1', 'warning-directive 2:1', 'info-directive 3:1']);
    expect(report.diagnostics.map((each) => each.message)).toEqual(['no luck', 'old', '.']);
  });

  test('old spellings are understood, with a fix', () => {
    const {
      report,
      said,
      read: result,
    } = reading({
      rules: 'SECTION RELATED\nA\nCOMMENT why\nB',
      interfaces: 'FORMAT 2\nnet eth0',
    });
    expect(result.files.get('rules')?.lines.map((line) => [line.section, line.comment])).toEqual([
      ['RELATED', undefined],
      ['RELATED', 'why'],
    ]);
    expect(result.files.get('interfaces')?.lines[0]?.format).toBe(2);
    expect(said).toEqual(['legacy-directive interfaces:1:1', 'legacy-directive 1:1', 'legacy-directive 3:1']);
    expect(report.diagnostics.map((each) => each.fix?.text)).toEqual(['?FORMAT', '?SECTION', '?COMMENT']);
    expect(report.failed).toBe(false);
  });

  test('a zone may have the name of an old directive', () => {
    expect(reading({ zones: 'SECTION ip\nFORMAT ip\nCOMMENT ip' }).read.files.get('zones')?.lines).toHaveLength(3);
  });
});

describe('other files and scripts', () => {
  test('INCLUDE in its spellings, with variables', () => {
    const files = { params: 'DIR=rules.d', 'rules.d/a': 'A\n', 'rules.d/b': '' };
    expect(lines('INCLUDE $DIR/a\n?INCLUDE rules.d/b\n?include rules.d/a # again\nB', files)).toEqual(['A', 'A', 'B']);
  });

  test('an included file may change the section, and its conditions are its own', () => {
    const { read: result } = reading({ rules: 'INCLUDE a\nB', a: '?SECTION RELATED\nA' });
    expect(result.files.get('rules')?.lines.map((line) => line.section)).toEqual(['RELATED', 'RELATED']);
  });

  test('files that cannot be included', () => {
    expect(reading('INCLUDE nowhere').said).toEqual(['missing-include 1:9']);
    expect(reading('INCLUDE').said).toEqual(['bad-include 1:1']);
    expect(reading('INCLUDE a b').said).toEqual(['bad-include 1:9']);
    expect(reading({ rules: 'INCLUDE d', d: { unreadable: 'it is a directory' } }).said).toEqual([
      'unreadable-file 1:9',
    ]);
    expect(reading('INCLUDE rules').said).toEqual(['include-cycle 1:9']);
    expect(reading({ rules: 'INCLUDE a', a: 'INCLUDE b', b: 'INCLUDE a' }).said).toEqual(['include-cycle b:1:9']);
  });

  test('files include each other 20 deep and no deeper', () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, index) => [`f${index}`, index + 1 < length ? `INCLUDE f${index + 1}` : 'END ip']),
      );
    expect(reading({ rules: 'INCLUDE f0', ...chain(20) }).said).toEqual([]);
    expect(reading({ rules: 'INCLUDE f0', ...chain(21) }).said).toEqual(['include-too-deep f19:1:9']);
  });

  test('the output of shell stands in place of the directive', () => {
    expect(lines('A\n?SHELL echo "B # b"; echo C\nD')).toEqual(['A', 'B', 'C', 'D']);
    expect(lines('SHELL printf "A \\\\\\\\\\\\nB"')).toEqual(['A B']);
    expect(lines('?BEGIN SHELL\nfor i in 1 2; do # twice\n  echo "R$i"\ndone\n?END SHELL\nX')).toEqual([
      'R1',
      'R2',
      'X',
    ]);
    expect(lines('BEGIN SHELL;\necho A\nEND')).toEqual(['A']);
    expect(lines("?SHELL echo '$A'", { params: 'A=value' })).toEqual(['value']);
  });

  test('a line that came from shell has the place of the directive', () => {
    const line = reading('A\n  ?SHELL echo X').read.files.get('rules')?.lines[1];
    expect(line && spanOf(line.text)).toMatchObject({ start: 4, end: 17 });
  });

  test('scripts that do not work', () => {
    expect(reading('?SHELL exit 3').said).toEqual(['shell-failed 1:1']);
    expect(reading('?BEGIN SHELL\necho').said).toEqual(['missing-end 1:1']);
    expect(reading('?END').said).toEqual(['unmatched-directive 1:1']);
    expect(reading('?PERL shorewall("A")\nA').said).toEqual(['perl-script 1:1']);
    expect(reading('?BEGIN PERL\nmy $x = {};\n?END PERL\nA').said).toEqual(['perl-script 1:1']);
    expect(reading('?IF 0\n?PERL 1\n?ENDIF').said).toEqual([]);
  });

  test("the user's own scripts are found, not run; Perl is refused", () => {
    const { read: result, said } = reading({
      started: '# mine\nfalse\n',
      stop: '# nothing\n',
      initdone: 'use Shorewall;\n1;',
    });
    expect([...result.scripts.keys()]).toEqual(['started']);
    expect(said).toEqual(['perl-hook initdone:1:1']);
  });

  test('each script of the user has what lib.private defines', () => {
    const { plan } = compile(
      memoryEnvironment({
        'ftpwall.conf': '',
        zones: 'fw firewall\nnet ip\n',
        interfaces: '?FORMAT 2\nnet eth0\n',
        policy: 'all all REJECT\n',
        'lib.private': `tell() { echo "it's $1"; } # its own\n`,
        start: 'tell start',
        stopped: '# nothing\n',
        clear: 'tell clear\n',
      }),
      { version: '0' },
    );
    const scripts = plan?.flatMap((step) => (step.kind === 'extension' ? [step] : [])) ?? [];
    const said = scripts.map(({ moment, text }) => [moment, execFileSync('sh', ['-c', text], { encoding: 'utf8' })]);
    expect(said).toEqual([
      ['start', "it's start\n"],
      ['clear', "it's clear\n"],
    ]);
  });

  test('names that params cannot set', () => {
    const params = 'A=1\nLOGFORMAT=x; SW_A=1\nexport VARDIR=/x\nFAMILY=4\nSW_LOGGERTAG=a\n';
    expect([...reading({ rules: '', params }).said].sort()).toEqual(
      ['2:1', '2:1', '3:1', '4:1'].map((at) => `reserved-variable params:${at}`),
    );
    expect(reading({ rules: '', params: 'FAMILY=4\nFASTACCEPT=No' }, { flavour: 'shorewall' }).said).toEqual([
      'reserved-variable params:2:1',
    ]);
  });

  test('files that are no text', () => {
    expect(reading({ rules: { unreadable: 'it is a directory' } }).said).toEqual(['unreadable-file 1:1']);
    expect(reading('ACCEPT\0net').said).toEqual(['binary-file 1:7']);
    expect(reading('x'.repeat(1_000_000)).said).toEqual(['line-too-long 1:1']);
    expect(reading(`${'x\\\n'.repeat(300_000)}`).said).toEqual(['line-too-long 1:1']);
  });

  test('absent and empty files are absent', () => {
    expect([...reading({ rules: '# nothing\n\n', policy: 'a' }).read.files.keys()]).toEqual(['policy']);
  });
});

describe('the settings file', () => {
  const settings = (text: string, name = 'ftpwall.conf') => {
    const { read: result, said } = reading({ [name]: text, params: 'P=value' });
    return { said, found: Object.fromEntries(result.settings.map((each) => [each.name.text, each.value.text])) };
  };

  test('values, quotes, variables and comments', () => {
    expect(settings('A=1\n  B="two words"  # why\nC=\'$P\'\nD="$P"\nE=$P\nF=\nG=""\n#H=1\nI=a\\\nb')).toEqual({
      said: [],
      found: { A: '1', B: 'two words', C: '$P', D: 'value', E: 'value', F: '', G: '', I: 'ab' },
    });
  });

  test('a setting may name one above it, or the default of any', () => {
    expect(settings('LOG_LEVEL=debug\nX=$LOG_LEVEL\nY=$LOGFILE').found).toMatchObject({
      X: 'debug',
      Y: '/var/log/messages',
    });
  });

  test('places of a standard installation are known', () => {
    expect(settings('CONFIG_PATH=":${CONFDIR}/shorewall:${SHAREDIR}/shorewall"', 'shorewall.conf').found).toEqual({
      CONFIG_PATH: ':/etc/shorewall:/usr/share/shorewall',
    });
  });

  test.each([
    ['A = 1', 'not-an-assignment ftpwall.conf:1:1'],
    ['export A=1', 'not-an-assignment ftpwall.conf:1:1'],
    ['A="1', 'unclosed-quote ftpwall.conf:1:3'],
    ['A="a#b"', 'unclosed-quote ftpwall.conf:1:3'],
    ['A="x" y"', 'unclosed-quote ftpwall.conf:1:3'],
    ['A=$UNKNOWN', 'unknown-variable ftpwall.conf:1:3'],
  ])('%j is refused', (text, expected) => {
    expect(settings(text).said).toEqual([expected]);
  });
});

describe('the library', () => {
  const library = { 'macro.FTP': 'PARAM - - tcp 21', 'action.Own': 'DEFAULTS a,-,(x,y)\n$1 $2 $3' };

  const bodyOf = (body: string, parameters: Readonly<Record<string, string>>) => {
    const { read: result, report } = reading({}, { library: { 'action.Own': body } });
    const found = result.library('action', 'Own', new Map(Object.entries(parameters)));
    return { lines: found?.lines.map((line) => line.text.text), said: report.diagnostics.map((each) => each.code) };
  };

  test('the own file comes before the standard one', () => {
    const { read: result } = reading({ 'macro.FTP': 'PARAM - - tcp 2121' }, { library });
    expect(result.library('macro', 'FTP')).toMatchObject({ standard: false, name: 'macro.FTP' });
    expect(result.library('action', 'Own', new Map())).toMatchObject({ standard: true });
    expect(result.library('macro', 'SSH')).toBeUndefined();
    expect(result.libraryNames('macro')).toEqual(['FTP']);
    expect(result.libraryNames('action')).toEqual(['Own']);
  });

  test('no name leads out of the folder', () => {
    const { read: result } = reading({ 'macro.../secret': 'x', 'macro.a/b': 'x' }, { library });
    expect([result.library('macro', '../secret'), result.library('macro', 'a/b')]).toEqual([undefined, undefined]);
    expect(result.libraryNames('macro')).toEqual(['FTP']);
  });

  test('what needs no parameters is read once', () => {
    const { read: result } = reading({}, { library });
    expect(result.library('macro', 'FTP')).toBe(result.library('macro', 'FTP'));
  });

  test('the lines of macros and actions are of format 2', () => {
    expect(reading({}, { library }).read.library('macro', 'FTP')?.lines[0]?.format).toBe(2);
  });

  test('parameters, with DEFAULTS for those that are left out', () => {
    expect(bodyOf('DEFAULTS a,-,(x,y)\n$1 $2 $3', { '1': 'A', '3': '' }).lines).toEqual(['A - (x,y)']);
    const defaults = reading({}, { library }).read.library('action', 'Own', new Map())?.defaults;
    expect(defaults?.map((each) => each.text)).toEqual(['a', '-', '(x,y)']);
  });

  test('variables of the action', () => {
    const given = {
      '0': 'Own',
      '1': 'DROP',
      '@chain': 'Own0',
      '@caller': 'net-fw',
      loglevel: 'info',
      '@disposition': '',
    };
    expect(bodyOf('$1:@loglevel $0 @0 @chain @{caller} @1x@disposition. \\@1', given).lines).toEqual([
      'DROP:info Own Own0 Own0 net-fw DROPx. @1',
    ]);
    expect(bodyOf('$caller', given).lines).toEqual(['net-fw']);
  });

  test('passed()', () => {
    const body = '?IF passed($1)\nA\n?ENDIF\n?IF ! passed(@2) && passed(${1})\nB\n?ENDIF';
    expect(bodyOf(body, { '1': 'x', '2': '-' }).lines).toEqual(['A', 'B']);
    expect(bodyOf(body, { '1': '', '2': 'x' }).lines).toEqual([]);
  });

  test('?SET of its own variables', () => {
    expect(bodyOf("?SET @disposition 'DROP'\n@disposition\n?RESET @disposition\nx@disposition", {}).lines).toEqual([
      'DROP',
      'x',
    ]);
  });

  test('mistakes in an action', () => {
    expect(bodyOf('$2', { '1': 'x' }).said).toEqual(['unknown-parameter']);
    expect(bodyOf('?REQUIRE CT_TARGET\nA', {})).toEqual({ said: [], lines: ['A'] });
    expect(bodyOf('?REQUIRE TARPIT_TARGET', {}).said).toEqual(['missing-requirement']);
    expect(bodyOf('?REQUIRE TARPIT_TARGETS', {}).said).toEqual(['unknown-capability']);
    expect(reading('?REQUIRE CT_TARGET').said).toEqual(['require-outside-action 1:1']);
    expect(bodyOf('?FORMAT 1\n', {}).said).toEqual(['unknown-format']);
  });

  test('what is said of an action names the line that uses it', () => {
    const { read: result, report } = reading('Own net fw', { library: { 'action.Own': '$UNKNOWN' } });
    const user = result.files.get('rules')?.lines[0];
    if (user) report.usedBy([spanOf(user.text)], () => result.library('action', 'Own', new Map()));
    expect(report.diagnostics.map(({ label }) => place(label.span))).toEqual(['1:1']);
    expect(report.diagnostics[0]?.related.map((each) => `${each.text} ${place(each.span)}`)).toEqual([
      'in this line of the standard library library/action.Own:1:1',
    ]);
  });
});

describe('a line falls into parts', () => {
  function split(text: string) {
    const { read: result, report } = reading(text);
    const line = result.files.get('rules')?.lines[0];
    const parts = line && splitLine(line, report);
    return {
      said: report.diagnostics.map(({ code, label }) => `${code} ${place(label.span)}`),
      cells: parts?.cells.map((cell) => cell.text),
      pairs: parts?.pairs.map(({ name, value }) => `${name.text}=${value.text}`),
      ...(parts?.comment ? { comment: parts.comment.value.text } : {}),
      ...(parts?.inlineMatches ? { matches: parts.inlineMatches.text } : {}),
    };
  }

  test.each([
    ['ACCEPT  net\tfw', ['ACCEPT', 'net', 'fw'], []],
    ['A(b, c) - x(y (z) )w q', ['A(b, c)', '-', 'x(y (z) )w', 'q'], []],
    ['A b ; proto=tcp, dport=22', ['A', 'b'], ['proto=tcp', 'dport=22']],
    ['A b { proto=tcp dport=1,2 }', ['A', 'b'], ['proto=tcp', 'dport=1,2']],
    ['A b {proto => tcp, dport: 22}', ['A', 'b'], ['proto=tcp', 'dport=22']],
    ['{ action=ACCEPT, source=net:192.0.2.1, }', [], ['action=ACCEPT', 'source=net:192.0.2.1']],
    ['; action=ACCEPT', [], ['action=ACCEPT']],
    ['A b ;', ['A', 'b'], []],
    ['A { switch="two words, \\"quoted\\"" proto=tcp }', ['A'], ['switch=two words, "quoted"', 'proto=tcp']],
    ['A { rate="s:1/min(3)" user=(a b) }', ['A'], ['rate=s:1/min(3)', 'user=(a b)']],
    ['A b:&{eth0} %{gw}', ['A', 'b:&{eth0}', '%{gw}'], []],
    ['A { source=net:&{eth0} }', ['A'], ['source=net:&{eth0}']],
    ['A { switch="" }', ['A'], ['switch=']],
  ])('%j', (text, cells, pairs) => {
    expect(split(text)).toEqual({ said: [], cells, pairs });
  });

  test('the comment of one line', () => {
    expect(split('A { proto=tcp Comment="two words" }')).toEqual({
      said: [],
      cells: ['A'],
      pairs: ['proto=tcp'],
      comment: 'two words',
    });
  });

  test('raw matches', () => {
    expect(split('A b ;; -m foo "x y"')).toEqual({ said: [], cells: ['A', 'b'], pairs: [], matches: ' -m foo "x y"' });
    expect(split('A b { proto=tcp } ;; + -m foo')).toEqual({
      said: [],
      cells: ['A', 'b'],
      pairs: ['proto=tcp'],
      matches: ' + -m foo',
    });
    expect(split('A b ; -m foo')).toEqual({
      said: ['single-semicolon-matches 1:5'],
      cells: ['A', 'b'],
      pairs: [],
      matches: ' -m foo',
    });
  });

  test('raw commands may have quotes', () => {
    expect(split('IPTABLES(LOG --log-prefix "a") net').cells).toEqual(['IPTABLES(LOG --log-prefix "a")', 'net']);
  });

  test.each([
    ['A (b', 'unbalanced-parenthesis 1:3'],
    ['A b) c', 'unbalanced-parenthesis 1:4'],
    ['A "b"', 'unusable-character 1:3'],
    ['A `b`', 'unusable-character 1:3'],
    ['A b\\c', 'unusable-character 1:4'],
    ["A b ; comment='x'", 'unusable-character 1:15'],
    ['A ; b=c ; d=e', 'second-semicolon 1:9'],
    ['A ;; b ;; c', 'second-semicolon 1:8'],
    ['A ; proto', 'bad-pair 1:9'],
    ['A { proto= }', 'bad-pair 1:12'],
    ['A { =tcp }', 'bad-pair 1:5'],
    ['A { comment="x }', 'bad-pair 1:16'],
    ['A { proto=tcp', 'bad-pair 1:3'],
    [`A ${'('.repeat(30)}${')'.repeat(30)}`, 'parentheses-too-deep 1:23'],
  ])('%j is refused', (text, expected) => {
    expect(split(text).said).toEqual([expected]);
  });
});
