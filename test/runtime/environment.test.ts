import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { Environment, ParamsResult } from '../../compiler/environment.ts';
import { openDatabases } from '../../runtime/environment/databases.ts';
import { openEnvironment, type Purpose } from '../../runtime/environment/environment.ts';
import { findFolder } from '../../runtime/environment/folder.ts';
import { evaluateParams } from '../../runtime/environment/params.ts';
import { plainAssignments } from '../../runtime/environment/plain-params.ts';
import { distrust } from '../../runtime/environment/trust.ts';
import { checksumsOf, filesBelow } from '../../runtime/generations/checksums.ts';
import { sourceFiles } from '../../runtime/migrate/source-files.ts';
import fc from '../support/fast-check.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ftpwall-test-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, text: string | Buffer, mode = 0o644): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function open(purpose: Purpose = 'looking'): Environment {
  const found = findFolder(folder);
  if (found.kind === 'refused') throw new Error(found.reason);
  return openEnvironment(found.folder, purpose);
}

function reasonFor(name: string): string {
  const result = open().readFile(name);
  return result.kind === 'unreadable' ? result.reason : result.kind;
}

function variablesOf(result: ParamsResult): ReadonlyMap<string, string> {
  if (result.kind === 'failed') throw new Error(result.reason);
  return result.variables;
}

const isRoot = process.getuid?.() === 0;

describe('the flavour of a folder', () => {
  test.each([
    [['ftpwall.conf'], 'ftpwall'],
    [['shorewall.conf'], 'shorewall'],
    [['shorewall6.conf'], 'shorewall6'],
    [[], 'ftpwall'],
  ] as const)('%j makes it %s', (files, flavour) => {
    for (const file of files) put(file, '');
    expect(findFolder(folder)).toMatchObject({ kind: 'folder', folder: { flavour } });
  });

  test('two settings files are a mistake', () => {
    put('ftpwall.conf', '');
    put('shorewall.conf', '');
    expect(findFolder(folder)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('ftpwall.conf and shorewall.conf'),
    });
  });

  test.each([
    ['nowhere', 'it does not exist'],
    ['file', 'is not a folder'],
  ])('%s is no configuration', (name, reason) => {
    put('file', '');
    expect(findFolder(join(folder, name))).toMatchObject({ kind: 'refused', reason: expect.stringContaining(reason) });
  });
});

describe('reading a file', () => {
  test('gives its text and the name the user knows', () => {
    put('zones', 'fw firewall\n');
    expect(open().readFile('zones')).toEqual({ kind: 'text', source: { path: 'zones', text: 'fw firewall\n' } });
  });

  test('follows an absolute path', () => {
    const path = put('extra', 'x\n');
    expect(open().readFile(path)).toEqual({ kind: 'text', source: { path, text: 'x\n' } });
  });

  test('takes Latin-1 for what it is, and no byte order mark', () => {
    put('zones', Buffer.from('# Z\xfcrich\n', 'latin1'));
    put('rules', Buffer.from('\ufeffACCEPT net fw\n', 'utf8'));
    expect(open().readFile('zones')).toMatchObject({ source: { text: '# Zürich\n' } });
    expect(open().readFile('rules')).toMatchObject({ source: { text: 'ACCEPT net fw\n' } });
  });

  test('tells what is not there from what cannot be read', () => {
    expect(reasonFor('zones')).toBe('absent');
    mkdirSync(join(folder, 'policy'));
    symlinkSync('/nowhere', join(folder, 'rules'));
    symlinkSync('loop', join(folder, 'loop'));
    execFileSync('mkfifo', [join(folder, 'snat')]);
    symlinkSync('/dev/zero', join(folder, 'params'));
    put('modules', 'a\nb\0c\n');
    put('hosts', Buffer.alloc(16 * 1024 * 1024 + 1, 'x'));
    expect(reasonFor('policy')).toBe('it is a folder, not a file');
    expect(reasonFor('rules')).toBe('it is a link to nothing');
    expect(reasonFor('loop')).toBe('its symbolic links run in a circle');
    expect(reasonFor('snat')).toBe('it is a FIFO, not a file');
    expect(reasonFor('params')).toBe('it is a device, not a file');
    expect(reasonFor('modules')).toBe('it is not text: there is a NUL byte in line 2');
    expect(reasonFor('hosts')).toBe('it is larger than 16 MiB');
    expect(reasonFor('policy/inside')).toBe('absent');
    put('zones', '');
    expect(reasonFor('zones/inside')).toBe('a part of its path is not a folder');
  });
});

describe('names that are not UTF-8', () => {
  const latin = (...parts: readonly string[]) =>
    Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(parts.join('/'), 'latin1')]);

  test('are left out of lists and copies, with all that is below them', () => {
    put('zones', '');
    writeFileSync(latin('caf\xe9'), '');
    mkdirSync(latin('d\xe9'));
    writeFileSync(latin('d\xe9', 'inside'), '');
    mkdirSync(join(folder, 'caf\u00e9'));
    writeFileSync(join(folder, 'caf\u00e9', 'rules'), '');
    expect(filesBelow(folder)).toEqual(['caf\u00e9/rules', 'zones']);
    expect(checksumsOf(folder, filesBelow(folder)).split('\n')).toHaveLength(3);
  });

  test('are named when a folder is migrated', () => {
    put('zones', '');
    writeFileSync(latin('caf\xe9'), '');
    mkdirSync(latin('d\xe9'));
    const found = sourceFiles(folder);
    expect(found).toMatchObject({ kind: 'files', nameless: ['caf\ufffd', 'd\ufffd'] });
    expect(found.kind === 'files' && [...found.files.keys()]).toEqual(['zones']);
  });
});

describe('what root will load', () => {
  function refusal(name = 'zones'): string | undefined {
    const result = open('loading').readFile(name);
    return result.kind === 'unreadable' ? result.reason : undefined;
  }

  test('may be what only root and the user can write', () => {
    put('zones', '');
    expect(refusal()).toBeUndefined();
  });

  test.each([
    [0o664, 'it can be written by its group'],
    [0o646, 'it can be written by everyone'],
  ])('may not have the mode %o', (mode, reason) => {
    put('zones', '', mode);
    expect(refusal()).toBe(`it cannot be trusted: ${reason}`);
    expect(open('looking').readFile('zones').kind).toBe('text');
  });

  test('may not lie in a folder that others can write', () => {
    put('zones', '');
    chmodSync(folder, 0o777);
    expect(refusal()).toBe(`it cannot be trusted: ${folder}, on the way to it, can be written by everyone`);
  });

  test('may not be a link by way of such a folder', () => {
    const open = join(folder, 'open');
    mkdirSync(open);
    writeFileSync(join(open, 'zones'), '');
    chmodSync(open, 0o777);
    symlinkSync('open/zones', join(folder, 'zones'));
    expect(refusal()).toContain(`${open}, on the way to it, can be written by everyone`);
  });

  test('may lie below a sticky folder, but not in it', () => {
    const sticky = join(folder, 'sticky');
    mkdirSync(join(sticky, 'own'), { recursive: true });
    writeFileSync(join(sticky, 'own', 'zones'), '');
    writeFileSync(join(sticky, 'zones'), '');
    symlinkSync('own/zones', join(sticky, 'link'));
    chmodSync(sticky, 0o1777);
    expect(refusal('sticky/own/zones')).toBeUndefined();
    for (const name of ['sticky/zones', 'sticky/link'])
      expect(refusal(name), name).toContain(`${sticky}, on the way to it, can be written by everyone`);
    expect(distrust(sticky)).toBe('it can be written by everyone');
    expect(distrust(join(sticky, 'own'))).toBeUndefined();
  });

  test.skipIf(!isRoot)('may not lie below a sticky folder of somebody else', () => {
    const sticky = join(folder, 'sticky');
    mkdirSync(join(sticky, 'own'), { recursive: true });
    chmodSync(sticky, 0o1777);
    chownSync(sticky, 12345, 0);
    expect(distrust(join(sticky, 'own'))).toContain('belongs to user 12345');
  });

  test('a database is looked at as any other file', () => {
    const path = put('US.iv4', 'xxxxxxxx', 0o666);
    execFileSync('mkfifo', [join(folder, 'CA.iv4')]);
    symlinkSync('/dev/zero', join(folder, 'DE.iv4'));
    expect(open('looking').readBytes(path)).toMatchObject({ kind: 'bytes' });
    expect(open('loading').readBytes(path)).toEqual({
      kind: 'unreadable',
      reason: 'it cannot be trusted: it can be written by everyone',
    });
    expect(open().readBytes(join(folder, 'CA.iv4'))).toEqual({
      kind: 'unreadable',
      reason: 'it is a FIFO, not a file',
    });
    expect(open().readBytes(join(folder, 'DE.iv4'))).toMatchObject({ reason: 'it is a device, not a file' });
    expect(open().readBytes(join(folder, 'FR.iv4'))).toEqual({ kind: 'absent' });
  });

  test('names of the system come from files that nobody else can write', () => {
    const trusting = openDatabases(() => 'it is a test');
    expect(trusting.userId('root')).toBeUndefined();
    expect(trusting.servicePort('ssh', 'tcp')).toBeUndefined();
    expect(trusting.protocolNumber('tcp')).toBe(6);
    expect(openDatabases(() => undefined).userId('root')).toBe(0);
  });

  test.skipIf(!isRoot)('may not belong to somebody else', () => {
    chownSync(put('zones', ''), 12345, 0);
    expect(refusal()).toBe('it cannot be trusted: it belongs to user 12345, who is neither root nor you');
  });
});

describe('params', () => {
  function evaluate(text: string) {
    put('params', text);
    return open().evaluateParams(4);
  }

  function variables(text: string): Record<string, string> {
    const result = evaluate(text);
    if (result.kind === 'failed') throw new Error(result.reason);
    return Object.fromEntries(result.variables);
  }

  test('gives every variable it assigns, whatever is in it', () => {
    const text = `A=1\nB="two words\nand a line"\nexport C='$A=\`x\`'\nD=\nE=$((A+1))\necho noise\n`;
    expect(variables(text)).toEqual({ A: '1', B: 'two words\nand a line', C: '$A=`x`', D: '', E: '2' });
  });

  test('starts from nothing of the caller', () => {
    process.env.FTPWALL_TEST_VARIABLE = 'leaked';
    expect(variables('A=$FTPWALL_TEST_VARIABLE\n')).toEqual({ A: '' });
    delete process.env.FTPWALL_TEST_VARIABLE;
  });

  test('reads other files by INCLUDE', () => {
    put('more', 'MORE=yes\n');
    expect(variables('INCLUDE more\nA=$MORE\n')).toEqual({ MORE: 'yes', A: 'yes' });
  });

  test.each([
    ['exit 0\n', 'it ended before its last line'],
    ['exit 7\n', 'a command failed with status 7'],
    ['if\n', 'Syntax error'],
    ['kill -9 $$\n', 'it was ended by SIGKILL'],
  ])('%j fails', (text, reason) => {
    expect(evaluate(text)).toMatchObject({ kind: 'failed', reason: expect.stringContaining(reason) });
  });

  test.each([
    ['A=1\nADMIN = 1.2.3.4\nB=2\n', 2, 'ADMIN: not found'],
    ['A=1\nMY-ADMIN=1.2.3.4\nB=2\n', 2, 'MY-ADMIN=1.2.3.4: not found'],
    ['A=1\n\nfalse\nB=2\n', 3, 'a command failed with status 1'],
    ['A=1\nB=$(grep nothing /dev/null)\nC=$B\n', 2, 'a command failed with status 1'],
    ['A=1\nif [ "$A" = 1 ]; then\n  test -e /nowhere\nfi\nC=1\n', 4, 'a command failed with status 1'],
    ['A=1\necho oh >&2\nfalse\n', 3, 'a command failed with status 1: oh'],
    ['A=1\nB=${NOWHERE?is not set}\n', 2, 'NOWHERE: is not set'],
    ['A=1\n\nB="x\nC=3\n', 5, 'Syntax error: Unterminated quoted string'],
    ['A=1\nif true; then\nB=2\n', 4, 'Syntax error'],
    ['A=1\nB=2 )\nC=1\n', 2, 'Syntax error'],
    ['A=1\nexit 0\nB=2\n', 2, 'it ended before its last line'],
    ['A=1\nexit 3\nB=2\n', 2, 'a command failed with status 3'],
    ['A=1\n. ./nowhere\n', 2, 'cannot open ./nowhere'],
  ])('%j fails at its line', (text, line, reason) => {
    expect(evaluate(text)).toEqual({
      kind: 'failed',
      reason: expect.stringContaining(reason),
      at: { file: 'params', line },
    });
  });

  test('a mistake in what it includes is told there', () => {
    put('more', 'A=1\nB = 2\n');
    expect(evaluate('INCLUDE more\nC=1\n')).toMatchObject({ at: { file: 'more', line: 2 } });
    expect(evaluate('. ./more\nC=1\n')).toMatchObject({ at: { file: 'more', line: 2 } });
  });

  test.each([
    ['A=1\n[ -n "$NOWHERE" ] && B=1\n', { A: '1' }],
    ['A=1\nif [ -z "$A" ]; then A=2; fi\n', { A: '1' }],
    ['A=1\nfalse || B=2\n', { A: '1', B: '2' }],
    ['false && A=1\nB=2\nreturn 0\nC=3\n', { B: '2' }],
    ['A=$(false || echo 1)\nnosuch 2>/dev/null || true\n', { A: '1' }],
    ['f() { false; A=1; }\nif f; then B=2; fi\n', { A: '1', B: '2' }],
  ])('%j does not fail', (text, expected) => {
    expect(variables(text)).toEqual(expected);
  });

  test.each([
    ['ADMIN = 1.2.3.4\n', 'leave no blanks around `=`'],
    ['A=1\nADMIN= 1.2.3.4\n', 'leave no blanks around `=`'],
    [
      'MY-ADMIN=1.2.3.4\n',
      '`MY-ADMIN` cannot be the name of a variable: use letters, digits and `_`, and begin with a letter',
    ],
    ['2ND=1.2.3.4\n', '`2ND` cannot be the name of a variable: use letters, digits and `_`, and begin with a letter'],
  ])('%j gets help', (text, help) => {
    put('zones', 'fw firewall\n');
    put('params', text);
    const { report } = compile(open(), { version: '0' });
    const said = report.diagnostics.filter(({ code }) => code === 'params-failed');
    expect(said.map((each) => each.help)).toEqual([help]);
    expect(said.map(({ label }) => label?.span.source.text.slice(label.span.start, label.span.end))).toEqual([
      text.trimEnd().split('\n').at(-1),
    ]);
  });

  test('is not run when somebody else could have written it', () => {
    put('params', 'A=$(echo 1)\n', 0o666);
    expect(open().evaluateParams(4)).toEqual({
      kind: 'failed',
      reason: `${folder}/params cannot be trusted: it can be written by everyone`,
      advice: expect.stringContaining('chmod go-w'),
    });
  });

  test('nor is what it includes, when root will load what comes of it', () => {
    put('params', 'if true; then . ./more; fi\nINCLUDE even-more\nA=$(echo 1)\n');
    put('more', 'B=1\n', 0o666);
    put('even-more', 'C=1\n');
    expect(open('loading').evaluateParams(4)).toMatchObject({
      reason: expect.stringContaining('more cannot be trusted'),
    });
    chmodSync(join(folder, 'more'), 0o644);
    chmodSync(join(folder, 'even-more'), 0o666);
    expect(open('loading').evaluateParams(4)).toMatchObject({ reason: expect.stringContaining('even-more cannot be') });
  });

  test.skipIf(!isRoot)('of another user runs as that user, and is not loaded', () => {
    chownSync(put('params', 'WHO=$(id -u)\nGROUPS_OF=$(id -G)\n'), 12345, 54321);
    chownSync(folder, 12345, 54321);
    expect(open().evaluateParams(4)).toEqual({
      kind: 'variables',
      variables: new Map([
        ['GROUPS_OF', '54321'],
        ['WHO', '12345'],
      ]),
    });
    chownSync(put('rules', '?SHELL id -u\n'), 12345, 0);
    const environment = open();
    environment.readFile('rules');
    expect(environment.runShell('id -u')).toEqual({ kind: 'output', text: '12345\n' });
    expect(open('loading').evaluateParams(4)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('belongs to user 12345'),
    });
    // Two of them could have written it, so it is as good as a stranger's.
    chownSync(join(folder, 'params'), 12346, 0);
    expect(Object.fromEntries(variablesOf(open().evaluateParams(4)))).toMatchObject({ WHO: '65534' });
  });

  test('is read without a shell when it only assigns, and then needs no trust to be looked at', () => {
    put('params', 'A=1\nB="$A and ${A}" # twice\n', 0o666);
    expect(open().evaluateParams(4)).toEqual({
      kind: 'variables',
      variables: new Map([
        ['A', '1'],
        ['B', '1 and 1'],
      ]),
    });
    expect(open('loading').evaluateParams(4)).toMatchObject({ kind: 'failed' });
  });

  const name = fc.constantFrom('A', 'B', 'LONG_NAME', 'x1');
  const word = fc.array(
    fc.oneof(
      fc.constantFrom(
        '',
        'eth0',
        '192.0.2.0/24',
        '::1',
        'a=b',
        '$A',
        '${B}',
        '$C',
        "'$A'",
        "'two words'",
        '#',
        ' ',
        '~',
        '$',
        '$$',
        '{a}',
        '\\',
        '`',
        ';',
        '*',
        '"',
        '(',
        '\r',
        'ü',
      ),
      fc.constantFrom('"two words"', '"$A ${B}"', '"$(echo)"', '"a$"', '"${A:-x}"', '"a\\"', '""', "''"),
    ),
    { maxLength: 4 },
  );
  const line = fc
    .tuple(
      fc.constantFrom('', '', 'export ', ' '),
      name,
      fc.constantFrom('=', '=', '=', ' =', '+='),
      word,
      fc.constantFrom('', '', ' # x', '#x'),
    )
    .map(([before, left, sign, right, after]) => `${before}${left}${sign}${right.join('')}${after}`);

  test('is read without a shell only as a shell reads it', () => {
    let plain = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 3 }), (lines) => {
        const text = `${lines.join('\n')}\n`;
        const assigned = plainAssignments(text, new Map());
        if (assigned === undefined) return;
        plain += 1;
        put('params', text);
        const byShell = evaluateParams({ folder, variables: new Map() });
        expect(byShell).toEqual({ kind: 'variables', variables: assigned });
      }),
      { numRuns: 1000 },
    );
    expect(plain).toBeGreaterThan(20);
  });

  test('is known to commands of ?SHELL', () => {
    put('params', 'NAME=world\n');
    const environment = open();
    environment.evaluateParams(4);
    expect(environment.runShell('echo "hello $NAME"')).toEqual({ kind: 'output', text: 'hello world\n' });
  });
});

describe('?SHELL', () => {
  test('fails with the last words of the command', () => {
    expect(open().runShell('echo why >&2; exit 3')).toEqual({ kind: 'failed', reason: 'why' });
    expect(open().runShell('exit 3')).toEqual({ kind: 'failed', reason: 'it ended with status 3' });
  });

  test('is not run out of a file that somebody else could have written', () => {
    const path = put('rules', '?SHELL echo\n', 0o666);
    const environment = open();
    environment.readFile('rules');
    expect(environment.runShell('echo')).toEqual({
      kind: 'failed',
      reason: `${path} cannot be trusted: it can be written by everyone`,
    });
  });
});

describe('names of the system', () => {
  test('are numbers', () => {
    const environment = open();
    expect(environment.protocolNumber('tcp')).toBe(6);
    expect(environment.protocolNumber('nothing')).toBeUndefined();
    expect(environment.userId('root')).toBe(0);
    expect(environment.userId('4711')).toBe(4711);
    expect(environment.groupId('root')).toBe(0);
    expect(environment.groupId('no such group')).toBeUndefined();
    expect(environment.servicePort('no-such-service', 'tcp')).toBeUndefined();
    expect(environment.resolveHost('localhost').length).toBeGreaterThan(0);
    expect(environment.resolveHost('no-such-host.invalid')).toEqual([]);
  });

  test('that look like members of every object are no names', () => {
    const environment = open();
    expect(environment.readLibrary('toString')).toBeUndefined();
    expect(environment.servicePort('constructor', 'tcp')).toBeUndefined();
  });
});
