import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verbs } from '../../runtime/commands/index.ts';
import { version } from '../../runtime/generated/version.js';

const program = join(process.cwd(), 'dist', 'ftpwall.js');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ftpwall-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A small firewall; `files` replace or add files, a value of undefined leaves one out. */
function configuration(files: Readonly<Record<string, string | undefined>> = {}): string {
  const all: Record<string, string | undefined> = {
    'ftpwall.conf': '',
    zones: 'fw firewall\nnet ip\n',
    interfaces: '?FORMAT 2\nnet eth0\n',
    policy: 'fw net ACCEPT\nnet all DROP\nall all REJECT\n',
    rules: '?SECTION NEW\nSSH(ACCEPT) net fw\n',
    ...files,
  };
  const path = join(folder, 'etc');
  mkdirSync(path);
  for (const [name, text] of Object.entries(all)) if (text !== undefined) writeFileSync(join(path, name), text);
  return path;
}

function ftpwall(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
  });
  return { status, stdout, stderr };
}

describe('check', () => {
  test('says that a good configuration is good', () => {
    expect(ftpwall(['check', configuration()])).toEqual({
      status: 0,
      stdout: `${folder}/etc: no errors\n`,
      stderr: '',
    });
  });

  test('takes a relative folder, and is quiet when asked', () => {
    configuration();
    expect(ftpwall(['check', 'etc', '--quiet'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  const bad = { rules: '?SECTION NEW\nSSH(ACCEPT) nett fw\n' };

  test('shows mistakes on standard error and ends with 1', () => {
    const { status, stdout, stderr } = ftpwall(['check', configuration(bad)]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('rules:2:13');
  });

  test('shows them as JSON on standard output', () => {
    const { status, stdout, stderr } = ftpwall(['check', '--json', configuration(bad)]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    const found: unknown = JSON.parse(stdout);
    expect(found).toMatchObject({
      findings: [{ severity: 'error', label: { file: 'rules', start: { line: 2, column: 13 } } }],
    });
  });

  test.each<[readonly string[], NodeJS.ProcessEnv, boolean]>([
    [[], {}, false],
    [['--color', 'always'], {}, true],
    [['--color=never'], { FORCE_COLOR: '1' }, false],
    [[], { FORCE_COLOR: '1' }, true],
    [[], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [['--color', 'always'], { NO_COLOR: '1' }, true],
  ])('with %j and %j colours: %s', (words, env, coloured) => {
    expect(ftpwall(['check', configuration(bad), ...words], env).stderr.includes('\u001b[')).toBe(coloured);
  });

  test('ends with 1 when there is no configuration', () => {
    expect(ftpwall(['check', 'nowhere'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'ftpwall: the configuration folder nowhere cannot be read: it does not exist\n',
    });
  });

  test('never runs params of which somebody else could be the author', () => {
    const path = configuration({ params: `touch ${folder}/ran\n` });
    execFileSync('chmod', ['666', join(path, 'params')]);
    expect(ftpwall(['check', path]).status).toBe(1);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    execFileSync('chmod', ['644', join(path, 'params')]);
    expect(ftpwall(['check', path]).status).toBe(0);
    expect(existsSync(join(folder, 'ran'))).toBe(true);
  });
});

describe('compile', () => {
  test('writes the ruleset to standard output', () => {
    const { status, stdout, stderr } = ftpwall(['compile', configuration()]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^table inet ftpwall\ndelete table inet ftpwall\ntable inet ftpwall \{\n/);
  });

  test('writes both to files, the script for its owner to run', () => {
    expect(ftpwall(['compile', configuration(), '-o', 'rules.nft', '--script', 'firewall']).status).toBe(0);
    expect(readFileSync(join(folder, 'rules.nft'), 'utf8')).toMatch(/^table inet ftpwall\n/);
    expect(readFileSync(join(folder, 'firewall'), 'utf8')).toMatch(/^#!\/bin\/sh\n/);
    expect(statSync(join(folder, 'firewall')).mode & 0o777).toBe(0o700);
  });

  test('writes the script alone to standard output', () => {
    expect(ftpwall(['compile', configuration(), '--script', '-']).stdout).toMatch(/^#!\/bin\/sh\n/);
  });

  test.each([[['--script', '-', '-o', '-']], [['--json', '-o', '-']]])(
    'refuses two things on standard output: %j',
    (words) => {
      expect(ftpwall(['compile', configuration(), ...words]).status).toBe(2);
    },
  );

  test('leaves the file of before when the configuration has errors or the place does not exist', () => {
    const target = join(folder, 'rules.nft');
    writeFileSync(target, 'old');
    const path = configuration({ zones: 'fw firewall\nnet ipp\n' });
    expect(ftpwall(['compile', path, '-o', target]).status).toBe(1);
    expect(readFileSync(target, 'utf8')).toBe('old');
    writeFileSync(join(path, 'zones'), 'fw firewall\nnet ip\n');
    const refused = ftpwall(['compile', path, '-o', 'nowhere/rules.nft']);
    expect(refused).toEqual({
      status: 3,
      stdout: '',
      stderr: 'ftpwall: the result could not be written: it does not exist\n',
    });
  });

  test('goes by --family', () => {
    const path = configuration();
    expect(ftpwall(['compile', path, '--family', 'ipv4']).stdout).not.toBe(ftpwall(['compile', path]).stdout);
  });

  test.each([
    ['shorewall.conf', 'ip'],
    ['shorewall6.conf', 'ip6'],
  ])('makes of a folder with %s a table of the family %s', (settings, family) => {
    const zones = `fw firewall\nnet ${family === 'ip' ? 'ipv4' : 'ipv6'}\n`;
    const { stdout, stderr } = ftpwall([
      'compile',
      configuration({ 'ftpwall.conf': undefined, [settings]: '', zones }),
    ]);
    expect(stderr).not.toContain('error[');
    expect(stdout).toMatch(new RegExp(`^table ${family} ftpwall\n`));
  });

  test('ends quietly when nobody reads on', async () => {
    const child = spawn('sh', ['-c', `"$0" "$@" | head -c 1`, process.execPath, program, 'compile', configuration()]);
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += String(text);
    });
    await new Promise((resolve) => child.on('close', resolve));
    expect(errors).toBe('');
  });

  test('is the same every time', () => {
    const path = configuration();
    expect(ftpwall(['compile', path])).toEqual(ftpwall(['compile', path]));
  });
});

describe('the command line', () => {
  test.each([
    [[]],
    [['frobnicate']],
    [['check', 'a', 'b', 'c']],
    [['check', '--nonsense']],
    [['check', '--state', 'x']],
    [['check', '--family', 'ipx']],
    [['explain']],
    [['explain', 'no-such-code']],
    [['help', 'frobnicate']],
    [['version', 'x']],
  ])('%j is wrong usage', (words) => {
    const { status, stdout, stderr } = ftpwall(words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  test('has help on the program with every verb', () => {
    const help = ftpwall(['help']);
    expect(help).toMatchObject({ status: 0, stderr: '' });
    for (const { name } of verbs) expect(help.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(ftpwall(['--help'])).toEqual(help);
  });

  test.each(verbs.map(({ name }) => name))('has help on %s', (name) => {
    const help = ftpwall(['help', name]);
    expect(help.stdout).toMatch(new RegExp(`^Usage: ftpwall ${name}`));
    expect(ftpwall([name, '--help'])).toEqual({ status: 0, stdout: help.stdout, stderr: '' });
  });

  test('tells the version', () => {
    for (const word of ['version', '--version']) {
      expect(ftpwall([word])).toEqual({ status: 0, stdout: `ftpwall ${version}\n`, stderr: '' });
    }
  });

  test('explains a message by its code', () => {
    expect(ftpwall(['explain', 'unknown-zone'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('unknown-zone'),
    });
  });

  test('knows a near code', () => {
    expect(ftpwall(['explain', 'unknow-zone']).stderr).toContain('`unknown-zone`');
  });
});

test('the program runs without its code cache', () => {
  const copy = join(folder, 'ftpwall.js');
  for (const name of ['ftpwall.js', 'program.js']) cpSync(join(dirname(program), name), join(folder, name));
  expect(execFileSync(process.execPath, [copy, 'version'], { encoding: 'utf8' })).toBe(`ftpwall ${version}\n`);
});

describe('a name that is near to another', () => {
  test.each([
    [['help', 'strat'], 'did you mean `ftpwall help start`?'],
    [['help', 'unknown-zon'], 'did you mean `ftpwall explain unknown-zone`?'],
    [['help', 'unknown-zone'], 'run `ftpwall explain unknown-zone`'],
    [['help', 'FTP'], 'run `ftpwall explain FTP`'],
    [['explain', 'unknown-zon'], 'there is `unknown-zone`'],
    [['check', '--allow', 'unknown-zon'], 'did you mean `unknown-zone`?'],
    [['check', '--allow', 'nonsense'], 'no message has this code'],
  ])('%j is told it', (words, said) => {
    expect(ftpwall(words)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(said) });
  });
});
