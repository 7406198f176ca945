/** Signed scripts: ftpwall-lite runs what a listed key has signed for ftpwall, and nothing else. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { administered } from './administered.ts';
import { describeKernel } from './possible.ts';

vi.setConfig({ testTimeout: 60_000 });

const machine = administered(undefined, {
  'ftpwall.conf': '',
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
  rules: '?SECTION NEW\nSSH(ACCEPT) net fw\n',
});

const keygen = (...words: readonly string[]) => execFileSync('ssh-keygen', words, { stdio: 'pipe' });

function key(name: string, type = 'ed25519', passphrase = ''): string {
  const file = machine.folder(name);
  keygen('-q', '-t', type, '-N', passphrase, '-C', name, '-f', file);
  return file;
}

function compile(script: string, ...more: readonly string[]) {
  const words = ['dist/ftpwall.js', 'compile', machine.configuration, '--script', script, ...more];
  return spawnSync(process.execPath, words, { encoding: 'utf8' });
}

/** ftpwall-lite with a folder of this test in place of its own. */
function lite(): { folder: string; run(verb: string): ReturnType<typeof machine.firewall.run> } {
  const folder = machine.folder('lite');
  mkdirSync(folder);
  const text = readFileSync('packaging/lite/ftpwall-lite', 'utf8').replaceAll('/etc/ftpwall-lite', folder);
  writeFileSync(join(folder, 'program'), text);
  return { folder, run: (verb) => machine.firewall.run(['sh', join(folder, 'program'), verb]) };
}

describeKernel('signed scripts', () => {
  test('only what a listed key has signed for ftpwall is run; the running rules stay', async () => {
    const [mine, other] = [key('mine'), key('other')];
    const { folder, run } = lite();
    const script = join(folder, 'firewall');
    expect(compile(script, '--sign', mine)).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(join(folder, 'allowed_signers'), `ops@example.org ${readFileSync(`${mine}.pub`, 'utf8')}`);
    expect(await run('start')).toMatchObject({ status: 0 });
    const running = await machine.listing();

    const refused = async () => {
      expect(await run('restart')).toMatchObject({ status: 3, errors: expect.stringContaining('is not a signature') });
      expect(await machine.listing()).toBe(running);
    };
    const good = machine.folder('good');
    copyFileSync(`${script}.sig`, good);
    rmSync(`${script}.sig`);
    await refused();
    expect(compile(script, '--sign', other)).toMatchObject({ status: 0 });
    await refused();
    rmSync(`${script}.sig`);
    keygen('-Y', 'sign', '-q', '-f', mine, '-n', 'file', script);
    await refused();
    copyFileSync(good, `${script}.sig`);
    expect(await run('restart')).toMatchObject({ status: 0 });
    const whole = readFileSync(script, 'utf8');
    writeFileSync(script, whole.replace('\n', '\nnft flush ruleset\n'));
    await refused();
    writeFileSync(script, whole);
    appendFileSync(join(folder, 'allowed_signers'), '# a comment\n');
    expect(await run('restart')).toMatchObject({ status: 0 });
  });

  test('keys that cannot sign are refused with the reason, and nothing is written', () => {
    const script = machine.folder('script');
    const errors = [
      compile(script, '--sign', machine.folder('nowhere')),
      compile(script, '--sign', key('locked', 'ed25519', 'a passphrase')),
      compile(script, '--sign', key('curve', 'ecdsa')),
    ].map(({ status, stderr }) => [status, stderr.split('\n')[0]]);
    for (const [status, said] of errors)
      expect([status, said]).toEqual([3, expect.stringMatching(/could not be signed: ./)]);
    expect(errors[2]?.[1]).toContain('is not a key of type ed25519');
    expect(() => readFileSync(script)).toThrow();
    expect(compile('-', '--sign', 'x')).toMatchObject({ status: 2, stderr: expect.stringContaining('--script FILE') });
  });
});
