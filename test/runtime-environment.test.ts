import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Environment } from '../compiler/environment.ts';
import { openEnvironment, type Purpose } from '../runtime/environment.ts';
import { findFolder } from '../runtime/folder.ts';
import { plainAssignments } from '../runtime/plain-params.ts';
import { evaluateParams } from '../runtime/shell.ts';

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
    ['exit 7\n', 'it ended with status 7'],
    ['if\n', 'Syntax error'],
    ['kill -9 $$\n', 'it was ended by SIGKILL'],
  ])('%j fails', (text, reason) => {
    expect(evaluate(text)).toMatchObject({ kind: 'failed', reason: expect.stringContaining(reason) });
  });

  test('is not run when somebody else could have written it', () => {
    put('params', 'A=$(echo 1)\n', 0o666);
    expect(open().evaluateParams(4)).toEqual({
      kind: 'failed',
      reason: 'it cannot be trusted: it can be written by everyone',
    });
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
