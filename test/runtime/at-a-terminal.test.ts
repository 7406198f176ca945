/** What the program does at a terminal, and does not do where nobody looks: colours, progress. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { atTerminal } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-terminal-'));
afterAll(() => rmSync(folder, { recursive: true }));
const ftpwall = [process.execPath, 'dist/ftpwall.js'] as const;
const controls = '\u001b';

const wrong = join(folder, 'wrong');
cpSync('etc-samples/one-interface', wrong, { recursive: true });
writeFileSync(join(wrong, 'rules'), '?SECTION NEW\nSSH(ACCEPT) nett $FW\n');

/** So many rules that a machine of today needs more than a second. */
const large = join(folder, 'large');
cpSync('etc-samples/one-interface', large, { recursive: true });
const many = Array.from({ length: 8_000 }, (_, n) => `ACCEPT net:198.51.${n >> 8}.${n & 255} $FW tcp ${n + 1024}`);
writeFileSync(join(large, 'rules'), `?SECTION NEW\n${many.join('\n')}\n`);

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

describe('progress', { timeout: 60_000 }, () => {
  test('is shown after a second, and is gone when the work is done', () => {
    const { status, shown } = atTerminal([...ftpwall, 'check', large]);
    expect(status).toBe(0);
    expect(shown).toContain('\rcompiling … 1 s');
    const [before = '', after] = shown.split(`\r${controls}[K`);
    expect(before).toMatch(/^(\rcompiling … \d+ s)+$/);
    expect(after).toBe(`${large}: no errors\r\n`);
  });

  test('is not shown for what is quick', () => {
    const { shown } = atTerminal([...ftpwall, 'check', 'etc-samples/one-interface']);
    expect(shown).toBe('etc-samples/one-interface: no errors\r\n');
  });

  test('is not shown with --quiet', () => {
    expect(atTerminal([...ftpwall, 'check', large, '--quiet'])).toEqual({ status: 0, shown: '' });
  });

  test('is not shown in a pipe', () => {
    const [program, ...words] = ftpwall;
    const { stdout, stderr } = spawnSync(program, [...words, 'check', large], {
      encoding: 'utf8',
      env: { ...process.env, TERM: 'xterm' },
    });
    expect({ stdout, stderr }).toEqual({ stdout: `${large}: no errors\n`, stderr: '' });
  });
});
