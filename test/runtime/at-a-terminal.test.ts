/** What the program does at a terminal, and does not do where nobody looks: colours, progress. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { atTerminal, withoutProgress } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-terminal-'));
afterAll(() => rmSync(folder, { recursive: true }));
const ftpwall = [process.execPath, 'dist/ftpwall.js'] as const;
const controls = '\u001b';

const wrong = join(folder, 'wrong');
cpSync('etc-samples/one-interface', wrong, { recursive: true });
writeFileSync(join(wrong, 'rules'), '?SECTION NEW\nSSH(ACCEPT) nett $FW\n');

/** What every machine needs more than a second for. */
const slow = join(folder, 'slow');
cpSync('etc-samples/one-interface', slow, { recursive: true });
writeFileSync(join(slow, 'params'), 'SLOW=$(sleep 2)\n');

describe('colours', () => {
  test('at a terminal', () => {
    const { status, shown } = atTerminal([...ftpwall, 'check', wrong]);
    expect(status).toBe(1);
    expect(shown).toContain('unknown-zone');
    expect(shown).toContain(`${controls}[`);
  });

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }, []],
    ['TERM=dumb', { TERM: 'dumb' }, []],
    ['--color never', {}, ['--color', 'never']],
  ])('not with %s', (_, env, words) => {
    const { shown } = atTerminal([...ftpwall, 'check', wrong, ...words], { env });
    expect(shown).toContain('unknown-zone');
    expect(shown).not.toContain(controls);
  });

  test('not into a pipe', () => {
    const [program, ...words] = ftpwall;
    const env = { ...process.env, TERM: 'xterm', NO_COLOR: undefined, FORCE_COLOR: undefined };
    const { stderr } = spawnSync(program, [...words, 'check', wrong], { encoding: 'utf8', env });
    expect(stderr).toContain('unknown-zone');
    expect(stderr).not.toContain(controls);
  });
});

describe('progress', () => {
  test('is shown after a second, and is gone when the work is done', () => {
    const { status, shown } = atTerminal([...ftpwall, 'check', slow]);
    expect(status).toBe(0);
    const [before = '', after] = shown.split(`\r${controls}[K`);
    expect(before).toMatch(/^(\rcompiling … \d+ s)+$/);
    expect(after).toBe(`${slow}: no errors\r\n`);
  });

  test('is not shown for what is quick', () => {
    const begun = Date.now();
    const { shown } = atTerminal([...ftpwall, 'check', 'etc-samples/one-interface']);
    // On a machine that is busy enough nothing is quick.
    const told = Date.now() - begun < 1000 ? shown : withoutProgress(shown);
    expect(told).toBe('etc-samples/one-interface: no errors\r\n');
  });

  test('is not shown with --quiet', () => {
    expect(atTerminal([...ftpwall, 'check', slow, '--quiet'])).toEqual({ status: 0, shown: '' });
  });

  test('is not shown in a pipe', () => {
    const [program, ...words] = ftpwall;
    const { stdout, stderr } = spawnSync(program, [...words, 'check', slow], {
      encoding: 'utf8',
      env: { ...process.env, TERM: 'xterm' },
    });
    expect({ stdout, stderr }).toEqual({ stdout: `${slow}: no errors\n`, stderr: '' });
  });
});
