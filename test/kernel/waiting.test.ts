/** While a change waits for its confirmation: what commands and rules do meanwhile, who answers, and what cannot be done now. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { administered, outsideSsh } from './administered.ts';
import { threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';
import { startRunning } from './running.ts';

const base = {
  'ftpwall.conf': 'DYNAMIC_BLACKLIST=Yes\n',
  zones: 'fw firewall\nnet ip\nloc ip\ncomes:net ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  hosts: 'comes eth0:dynamic\n',
  ipsets: 'create knocked hash:ip timeout 600\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
  rules: '',
};

const machine = administered(threeNetworks, base);

/** Rules that let in one port; a knock on port 23 is remembered in a set. */
function letIn(port: number): void {
  machine.rules('ADD(+knocked:src) net fw tcp 23', `ACCEPT net fw tcp ${port}`);
}

const port = async () => /dport (\d{4})/.exec(await machine.listing())?.[1];

const link = (name: 'current' | 'boot') => readlinkSync(join(machine.state, name));
const shell = (text: string) => machine.firewall.must(['sh', '-c', text]);

async function elements(): Promise<readonly string[]> {
  const listing = await machine.firewall.must(['nft', 'list', 'ruleset']);
  const known = ['192.0.2.10', '203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4', '203.0.113.5', '192.0.2.77'];
  return known.filter((address) => new RegExp(`\\b${address.replaceAll('.', '\\.')}\\b(?! accept)`).test(listing));
}

describeKernel('what sets hold', () => {
  const meanwhile = async () => {
    await machine.must('drop', '203.0.113.2');
    await machine.must('allow', '203.0.113.1');
    await machine.must('reject', '203.0.113.3', '1h');
    await machine.must('open', '203.0.113.4', 'all', 'tcp', '22');
    await machine.must('add', 'eth0:192.0.2.77', 'comes');
    await machine.lab.host('net').attempt({ protocol: 'tcp', address: '192.0.2.1', port: 23, patience: 300 });
  };
  const after = ['192.0.2.10', '203.0.113.2', '203.0.113.3', '203.0.113.4', '192.0.2.77'];

  test.each(['rollback', 'time', 'no', 'refused'] as const)('since a load stays when that ends by %s', async (end) => {
    letIn(1111);
    await machine.must('start');
    await machine.must('drop', '203.0.113.1');
    letIn(2222);
    if (end === 'no') {
      const [file, ...words] = machine.firewall.command(machine.words('safe-restart', '--confirm-within', '60s'));
      const child = spawn(file, words, { stdio: ['pipe', 'ignore', 'ignore'] });
      const ended = new Promise((resolve) => child.on('close', resolve));
      await until(async () => (await machine.ftpwall('status')).status === 5);
      await meanwhile();
      child.stdin.end('no\n');
      await ended;
    } else if (end === 'refused') {
      // A value that the kernel does not take comes after the rules are loaded, and a command waits for the lock.
      await machine.must('try', '60');
      await meanwhile();
      await machine.must('rollback');
      const script = join(machine.folder('copy'), 'firewall');
      mkdirSync(machine.folder('copy'));
      const text = readFileSync(join(machine.state, 'generations', '2', 'firewall'), 'utf8');
      writeFileSync(
        script,
        text.replace(/^sysctls\(\) \{\n/m, '$&    "$1" required net/ipv4/ip_default_ttl \'x\' || return\n'),
      );
      expect((await machine.firewall.run(['sh', script, 'start'])).status).toBe(3);
    } else {
      await machine.must('try', '60');
      await meanwhile();
      if (end === 'rollback') await machine.must('rollback');
      else await machine.letTimePass();
    }
    await until(async () => (await port()) === '1111');
    await until(async () => (await machine.ftpwall('status')).status === 0);
    expect(await elements()).toEqual(after);
    expect(await machine.firewall.must(['nft', 'list', 'set', 'inet', 'ftpwall', 'knocked'])).toMatch(
      /192\.0\.2\.10 .*expires/,
    );
    expect(await machine.firewall.must(['nft', 'list', 'map', 'inet', 'ftpwall', 'dynamic-4'])).toMatch(
      /timeout 1h .*: goto refused-by-reject/,
    );
    const kept = readFileSync(join(machine.state, 'sets'), 'utf8');
    for (const address of after) expect(kept).toContain(address);
    expect(kept).not.toContain('203.0.113.1\t');
  });

  test('that the tried rules have no set for is what it was before', async () => {
    letIn(1111);
    await machine.must('start');
    await machine.must('drop', '203.0.113.1');
    machine.put('ftpwall.conf', 'DYNAMIC_BLACKLIST=No\n');
    await machine.must('try', '60');
    expect(await machine.listing()).not.toContain('203.0.113.1');
    await machine.must('rollback');
    expect(await machine.listing()).toContain('203.0.113.1');
  });
});

describeKernel('an answer', () => {
  test('is to the change that was asked about, and to no other', async () => {
    letIn(1111);
    await machine.must('start');
    for (const answer of ['yes', 'no']) {
      letIn(2222);
      const [file, ...words] = machine.firewall.command(machine.words('safe-restart', '--confirm-within', '60s'));
      const child = spawn(file, words, { stdio: ['pipe', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (text) => {
        said += text;
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      await until(() => said.includes('Keep the new rules?'));
      await machine.must('rollback');
      letIn(3333);
      await machine.must('try', '60');
      child.stdin.end(`${answer}\n`);
      expect(await ended).toBe(3);
      expect(said).toMatch(/what was asked about is gone already, and generation \d+ waits/);
      expect(await port()).toBe('3333');
      expect(await machine.ftpwall('status')).toMatchObject({ status: 5 });
      await machine.must('rollback');
      expect(link('boot')).toBe('generations/1');
    }
  });

  test('that comes too late brings back the rules from before, also when nobody watches', async () => {
    letIn(1111);
    await machine.must('start');
    letIn(2222);
    await machine.must('try', '60');
    await shell('read -r watchdog rest <$(echo /run/ftpwall/*/pending)/watchdog; kill -9 "$watchdog"');
    await machine.letTimePass();
    expect(await port()).toBe('2222');
    const late = await machine.ftpwall('confirm');
    expect(late).toMatchObject({ status: 3, errors: expect.stringContaining('it is too late to confirm') });
    expect(await port()).toBe('1111');
    expect(await machine.ftpwall('status')).toMatchObject({ status: 0 });
  });
});

describeKernel('a generation that was taken back', () => {
  test.each(['time', 'rollback', 'no', 'stop', 'restart of the machine'])(
    'by %s is no target of a rollback',
    async (how) => {
      letIn(1111);
      await machine.must('start');
      letIn(2222);
      if (how === 'no') await machine.within({ input: 'no\n' }, 'safe-restart');
      else await machine.must('try', how === 'time' ? '1' : '60');
      if (how === 'rollback') await machine.must('rollback');
      if (how === 'stop') await machine.must('stop');
      if (how === 'restart of the machine') {
        await machine.goDown();
        await shell(`FTPWALL_STATE=${machine.state} sh packaging/init/ftpwall-boot start`);
      }
      await until(async () => [0, 4].includes((await machine.ftpwall('status')).status ?? 1));
      letIn(3333);
      await machine.must('restart');
      const [, second] = JSON.parse((await machine.must('generations', '--json')).output).generations;
      expect(second.outcome).toBe(how === 'restart of the machine' ? 'waiting' : 'refused');
      await machine.must('rollback');
      expect([await port(), link('boot')]).toEqual(['1111', 'generations/1']);
      expect(await machine.ftpwall('rollback')).toMatchObject({
        status: 3,
        errors: expect.stringContaining('no generation before the current one that was confirmed'),
      });
      expect(await machine.ftpwall('rollback', '2')).toMatchObject({
        status: 3,
        errors: expect.stringContaining('generation 2 was never confirmed'),
      });
      expect(await port()).toBe('1111');
      await machine.must('rollback', '2', '--force');
      expect(await port()).toBe('2222');
      const after = JSON.parse((await machine.must('generations', '--json')).output).generations;
      expect(after.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
        'confirmed',
        'confirmed',
        'rolled-back',
      ]);
    },
  );

  test('pushes none that was confirmed out of the folder', async () => {
    letIn(1111);
    await machine.must('start');
    for (let tries = 0; tries < 7; tries += 1) {
      letIn(2000 + tries);
      await machine.must('try', '60');
      await machine.must('rollback');
    }
    letIn(3333);
    await machine.must('restart');
    await machine.must('rollback');
    expect(await port()).toBe('1111');
  });

  test('that is removed while a rollback to it waits is told so, and nothing changes', async () => {
    letIn(1111);
    await machine.must('start');
    letIn(2222);
    await machine.must('restart');
    const script = join(machine.state, 'generations', '1', 'firewall');
    // Somebody else has the lock, for as long as his input is open.
    const holding = 'flock $(echo /run/ftpwall/*.lock) sh -c "echo locked; read -r end"';
    const other = startRunning(machine.firewall, ['sh', '-c', holding], { input: true });
    await other.says(/locked/);
    const waiting = startRunning(machine.firewall, machine.words('rollback'), { env: outsideSsh });
    await waiting.says(/waiting for another ftpwall at work/);
    await shell(`rm -rf ${machine.state}/generations/1`);
    other.child.stdin?.end('\n');
    expect(await waiting.ended).toMatchObject({
      status: 3,
      errors: expect.stringContaining('was removed in the meantime'),
    });
    expect([await port(), link('current'), existsSync(script)]).toEqual(['2222', 'generations/2', false]);
  });

  test('leaves no link to it, once a read-only state folder can be written again', async () => {
    letIn(1111);
    await machine.must('start');
    letIn(2222);
    // The watching process sees what is mounted where it was started.
    const [program = '', ...words] = machine.words('try', '4');
    const isBack = 'nft list ruleset | grep -q 1111 && ! ls -d /run/ftpwall/*/pending';
    const ended = await machine.firewall.run([
      'sh',
      '-c',
      `mount --bind ${machine.state} ${machine.state}; "$@" && mount -o remount,ro,bind ${machine.state}; until ${isBack}; do sleep 0.1; done >/dev/null 2>&1; readlink ${machine.state}/current`,
      'sh',
      program,
      ...words,
    ]);
    expect(ended.output).toBe('generations/2\n');
    expect(await port()).toBe('1111');
    expect(link('current')).toBe('generations/2');
    expect(await machine.ftpwall('status')).toMatchObject({ status: 0 });
    expect([link('current'), link('boot')]).toEqual(['generations/1', 'generations/1']);
    const [, second] = JSON.parse((await machine.must('generations', '--json')).output).generations;
    expect(second.outcome).toBe('refused');
  });
});

describeKernel('a machine', () => {
  test('with two network namespaces has two firewalls, and each its own journal', async () => {
    letIn(1111);
    await machine.must('start');
    letIn(2222);
    await machine.must('try', '60');
    const call = (words: string) => `${process.execPath} dist/ftpwall.js ${words} --state ${machine.folder('other')}`;
    const ended = await machine.firewall.run([
      ...['unshare', '-n', 'sh', '-c'],
      [
        call(`start -q ${machine.configuration}`),
        `${call('status')} | grep -c pending`,
        call('confirm'),
        call('stop -q'),
      ].join('; '),
    ]);
    expect(ended.output).toBe('0\n');
    expect(ended.errors).toContain('nothing waits for confirmation');
    expect(await machine.ftpwall('status')).toMatchObject({ status: 5 });
    await machine.must('rollback');
    expect(await port()).toBe('1111');
  });

  test('whose state lies below a folder called generations goes back with its links', async () => {
    const state = join(machine.folder('generations-of'), 'generations', 'state');
    mkdirSync(state, { recursive: true });
    const call = (verb: string, ...more: readonly string[]) =>
      machine.firewall.must([process.execPath, 'dist/ftpwall.js', verb, ...more, '--state', state]);
    letIn(1111);
    await call('start', machine.configuration);
    letIn(2222);
    await call('restart', machine.configuration);
    await call('rollback');
    expect(await port()).toBe('1111');
    expect(['current', 'boot'].map((name) => readlinkSync(join(state, name)))).toEqual([
      'generations/1',
      'generations/1',
    ]);
  });

  test.each(['init', 'start', 'stop', 'stopped', 'clear'])('is not held by a script %s that hangs', async (name) => {
    letIn(1111);
    await machine.must('start');
    const hangs = machine.folder('hangs');
    machine.put(name, `echo $$ >${hangs}; exec sleep 100\n`);
    const verb = name === 'clear' ? 'clear' : name.startsWith('stop') ? 'stop' : 'restart';
    if (verb !== 'restart') await machine.must('restart');
    const [file, ...words] = machine.firewall.command(machine.words(verb));
    const child = spawn(file, words, { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await until(() => existsSync(hangs) && readFileSync(hangs, 'utf8').endsWith('\n'));
    machine.put(name, '');
    letIn(2222);
    await machine.must('restart');
    expect(await port()).toBe('2222');
    if (name === 'stop') {
      // It is not waited for for ever: who says stop has a closed machine in the end.
      await until(async () => (await port()) === undefined);
    } else {
      process.kill(Number(readFileSync(hangs, 'utf8')), 'SIGKILL');
    }
    await ended;
  });

  test('whose state lies in its configuration keeps no copy of it', async () => {
    for (const state of [join(machine.configuration, 'state'), machine.configuration]) {
      for (const number of [1111, 2222, 3333]) {
        letIn(number);
        await machine.firewall.must([
          ...[process.execPath, 'dist/ftpwall.js', 'restart', machine.configuration, '--state', state],
        ]);
      }
      const copies = join(state, 'current', 'configuration');
      expect(readdirSync(copies, { recursive: true }).length).toBe(Object.keys(base).length);
    }
  });
});
