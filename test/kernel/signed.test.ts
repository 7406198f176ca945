/** Signed scripts: ftpwall-lite runs what a listed key has signed for ftpwall, and nothing else. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { administered } from './administered.ts';
import { describeKernel } from './possible.ts';

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

  test('a script on its own loads nothing that no listed key has signed, once it is told the list', async () => {
    const [mine, other] = [key('own'), key('foreign')];
    const script = machine.folder('alone');
    const signers = machine.folder('signers');
    writeFileSync(signers, `ops@example.org ${readFileSync(`${mine}.pub`, 'utf8')}`);
    const run = (verb: string, list = signers, input?: string) =>
      machine.firewall.run(input === undefined ? ['sh', script, verb] : ['sh', '-s', '--', verb], {
        env: { ...process.env, FTPWALL_SIGNERS: list },
        ...(input === undefined ? {} : { input }),
      });
    expect(compile(script, '--sign', mine)).toMatchObject({ status: 0, stderr: '' });
    expect(await run('start')).toMatchObject({ status: 0 });
    const running = await machine.listing();
    const refused = async (reason: string, ...more: readonly string[]) => {
      const ended = await run('restart', ...more);
      expect(ended).toMatchObject({ status: 3, errors: expect.stringContaining(reason) });
      expect(ended.errors).toContain('nothing was changed');
      expect(await machine.listing()).toBe(running);
    };
    const whole = readFileSync(script, 'utf8');
    await refused('cannot be read', '/nowhere/signers');
    await refused('does not run from its file', signers, whole);
    writeFileSync(script, whole.replace('policy drop', 'policy accept'));
    await refused('is not a signature');
    writeFileSync(script, whole);
    expect(compile(script, '--sign', other)).toMatchObject({ status: 0 });
    await refused('is not a signature');
    rmSync(`${script}.sig`);
    await refused('is not a signature');
    expect(await run('boot')).toMatchObject({ status: 3, errors: expect.stringContaining('is not a signature') });
    expect(await machine.listing()).not.toMatch(/policy accept|dport 22/);
    expect(await run('restart', '')).toMatchObject({ status: 0 });
  });

  test('the start of the machine loads what start --sign has signed, and else closes the machine', async () => {
    const [mine, other] = [key('boots'), key('strange')];
    const signers = machine.folder('list');
    writeFileSync(signers, `ops@example.org ${readFileSync(`${mine}.pub`, 'utf8')}`);
    const boot = () =>
      machine.firewall.run(['sh', 'packaging/init/ftpwall-boot', 'start'], {
        env: { ...process.env, FTPWALL_STATE: machine.state, FTPWALL_SIGNERS: signers },
      });
    const closed = async () => {
      await machine.goDown();
      expect(await boot()).toMatchObject({ status: 1, errors: expect.stringContaining('is not a signature') });
      expect(await machine.listing()).toContain('could not be loaded');
    };
    await machine.must('start');
    await closed();
    await machine.must('start', '--sign', mine);
    const running = (await machine.listing()).split('\n').sort();
    await machine.goDown();
    expect(await boot()).toMatchObject({ status: 0 });
    expect((await machine.listing()).split('\n').sort()).toEqual(running);
    await machine.must('restart', '--sign', other);
    await closed();
    expect((await machine.ftpwall('restart', '--sign', machine.folder('nowhere'))).errors).toContain(
      'could not be signed',
    );
  });

  test('ftpwall-lite, the script and the start of the machine verify alike', () => {
    const verifier = /^signed_by\(\) \{\n[\s\S]*?^\}\n/m;
    const [one, ...others] = [
      'packaging/lite/ftpwall-lite',
      'runtime/script/6-verbs.sh.ejs',
      'packaging/init/ftpwall-boot',
    ].map((path) => verifier.exec(readFileSync(path, 'utf8'))?.[0]);
    expect(one).toContain('-n ftpwall');
    expect(others).toEqual([one, one]);
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
