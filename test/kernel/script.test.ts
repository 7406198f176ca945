import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SystemStep } from '../../compiler/system-plan.ts';
import type { Ended, Host } from './host.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';
import { findProgram } from './programs.ts';
import { type SlowNft, slowNft } from './slow-nft.ts';
import { type SmallScript, scriptText, writeScript } from './small-script.ts';

let lab: Lab;
let firewall: Host;

beforeAll(() => {
  lab = openLab([]);
  firewall = lab.firewall;
});
afterAll(() => lab?.close());
beforeEach(() => firewall?.must(['sh', '-c', 'nft flush ruleset; echo 0 >/proc/sys/net/ipv4/ip_forward']));

const forwarding: SystemStep = { kind: 'forwarding', version: 4, on: true };
const badSysctl = { kind: 'sysctl', key: 'net/ipv4/ip_default_ttl', value: 'x', optional: false } as const;

let scripts = 0;

function script(parts?: SmallScript): string {
  scripts += 1;
  return writeScript(lab.folder, `script-${scripts}`, parts);
}

function call(path: string, verb: string, shell: readonly string[] = ['sh']): Promise<Ended> {
  return firewall.run([...shell, path, verb]);
}

function listing(): Promise<string> {
  return firewall.must(['nft', '--stateless', 'list', 'ruleset']);
}

function sysctl(key: string): Promise<string> {
  return firewall.must(['cat', `/proc/sys/${key}`]);
}

const shells = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(([name = '']) => findProgram(name));

describeKernel('the script', () => {
  test.each(shells)('goes through its states in %s', async (...shell) => {
    const path = script({ plan: [forwarding] });
    const states: unknown[] = [];
    for (const verb of ['status', 'start', 'status', 'start', 'restart', 'stop', 'status', 'clear', 'status']) {
      const { status, output } = await call(path, verb, shell);
      states.push([verb, status, output.split(/[:\n]/)[0]]);
    }
    expect(states).toEqual([
      ['status', 4, 'cleared'],
      ['start', 0, ''],
      ['status', 0, 'running'],
      ['start', 0, ''],
      ['restart', 0, ''],
      ['stop', 0, ''],
      ['status', 4, 'stopped'],
      ['clear', 0, ''],
      ['status', 4, 'cleared'],
    ]);
    expect(await sysctl('net/ipv4/ip_forward')).toBe('1\n');
    expect(await listing()).toBe('');
  });

  test('knows no other verbs', async () => {
    expect((await call(script(), 'strat')).status).toBe(2);
    expect((await firewall.run(['sh', script()])).status).toBe(2);
    expect((await firewall.run(['sh', script(), 'start', 'stop'])).status).toBe(2);
  });

  test('says loudly that a cleared machine is open', async () => {
    const path = script();
    await call(path, 'start');
    expect((await call(path, 'clear')).errors).toContain('THIS MACHINE IS OPEN');
  });

  test('tells a refusal at the line of the configuration, and changes nothing', async () => {
    await call(script(), 'start');
    const before = await listing();
    const bad = script({ rules: ['tcp dport 22 goto nowhere comment "rules:14"'], plan: [forwarding] });
    const ended = await call(bad, 'start');
    expect(ended.status).toBe(3);
    expect(ended.errors).toContain(
      'rules:14: the system refuses this: Could not process rule: No such file or directory',
    );
    expect(ended.errors).toContain('the firewall that was running is still in force');
    expect(await listing()).toBe(before);
    expect(await sysctl('net/ipv4/ip_forward')).toBe('0\n');
  });

  test('hours are those of UTC, whatever the time zone of the machine', async () => {
    const path = script({ rules: ['meta hour "10:00"-"11:00" accept'] });
    const away = ['env', 'TZ=JST-9'];
    expect((await firewall.run([...away, 'sh', path, 'start'])).status).toBe(0);
    expect(await firewall.must(['env', 'TZ=UTC0', 'nft', 'list', 'ruleset'])).toContain('"10:00"-"11:00"');
    expect((await firewall.run([...away, 'sh', path, 'restart'])).status).toBe(0);
    expect((await firewall.run(['env', 'TZ=EST5', 'sh', path, 'status'])).status).toBe(0);
  });

  test('names the line that needs a module which is not there', async () => {
    const plan: readonly SystemStep[] = [
      { kind: 'module', name: 'nf_conntrack_nosuch', neededBy: 'rules:3', required: true },
    ];
    const ruleset = `table inet ftpwall {\n\tct helper nosuch { type "nosuch" protocol tcp; }\n}\n`;
    const ended = await call(script({ plan, ruleset }), 'start');
    expect(ended.status).toBe(3);
    expect(ended.errors).toContain('rules:3: needs the kernel module nf_conntrack_nosuch');
    expect(await listing()).toBe('');
  });

  test('is content with a module that is built into the kernel', async () => {
    const plan: readonly SystemStep[] = [
      { kind: 'module', name: 'nf_conntrack_ftp', neededBy: 'rules:3', required: true },
    ];
    expect(await call(script({ plan }), 'start')).toMatchObject({
      status: 0,
      errors: 'ftpwall: the firewall is running\n',
    });
  });

  test('undoes everything when a step after the load fails', async () => {
    await call(script({ rules: ['tcp dport 25 accept comment "rules:1"'] }), 'start');
    const before = await listing();
    const plan: readonly SystemStep[] = [
      { kind: 'sysctl', key: 'net/ipv4/conf/lo/rp_filter', value: '2', optional: false },
      badSysctl,
      forwarding,
    ];
    const ended = await call(script({ plan }), 'start');
    expect(ended.status).toBe(3);
    expect(ended.errors).toContain('does not let net/ipv4/ip_default_ttl be set to x');
    expect(await listing()).toBe(before);
    expect(await sysctl('net/ipv4/conf/lo/rp_filter')).toBe('0\n');
    expect(await sysctl('net/ipv4/ip_forward')).toBe('0\n');
  });

  test('goes back, too, where nft lists protocols as numbers', async () => {
    const helper = '\tct helper ftp {\n\t\ttype "ftp" protocol tcp;\n\t}\n';
    const ruleset = `table inet ftpwall {\n\tchain about {\n\t\tcomment "ftpwall running 0"\n\t}\n${helper}}\n`;
    await call(script({ ruleset }), 'start');
    const before = await listing();
    const folder = join(lab.folder, 'numbers');
    mkdirSync(folder);
    const nft = findProgram('nft')?.path ?? '';
    writeFileSync(join(folder, 'nft'), `#!/bin/sh\n${nft} "$@" | sed 's/protocol tcp$/protocol 6/'\n`, { mode: 0o755 });
    const ended = await firewall.run([
      'sh',
      '-c',
      `PATH=${folder}:$PATH exec sh ${script({ plan: [badSysctl] })} start`,
    ]);
    expect(ended.errors).toContain('rolled back: the rules from before are in force again');
    expect(await listing()).toBe(before);
  });

  test('closes the machine when there is nothing to go back to', async () => {
    const path = script({ plan: [badSysctl] });
    expect((await call(path, 'start')).status).toBe(3);
    expect((await call(path, 'status')).output).toMatch(/^stopped/);
  });

  test('passes over settings of interfaces that are not there', async () => {
    const plan: readonly SystemStep[] = [
      { kind: 'sysctl', key: 'net/ipv4/conf/eth9/rp_filter', value: '1', optional: true },
    ];
    expect((await call(script({ plan }), 'start')).status).toBe(0);
  });

  test('leaves the tables of others as they are', async () => {
    await firewall.must(
      ['nft', '-f', '-'],
      'table ip docker { chain DOCKER { counter accept; }; }\ntable inet filter { set s { type mark; }; }\n',
    );
    const before = await listing();
    const path = script();
    const bad = script({ plan: [badSysctl] });
    const others = async () => (await listing()).replace(/table inet ftpwall \{.*?\n\}\n/s, '');
    for (const [file, verb] of [
      [path, 'start'],
      [path, 'start'],
      [bad, 'start'],
      [path, 'stop'],
    ] as const) {
      await call(file, verb);
      expect(await others()).toBe(before);
    }
    await call(path, 'clear');
    expect(await listing()).toBe(before);
  });

  test('replaces our tables of other families, but not the twin of an IPv4 firewall', async () => {
    await call(script({ family: 'ip' }), 'start');
    await call(script({ family: 'ip6' }), 'start');
    expect(await firewall.must(['nft', 'list', 'tables'])).toBe('table ip ftpwall\ntable ip6 ftpwall\n');
    await call(script(), 'start');
    expect(await firewall.must(['nft', 'list', 'tables'])).toBe('table inet ftpwall\n');
    // What fails brings back the other family, too.
    await call(script({ family: 'ip', plan: [badSysctl] }), 'start');
    expect(await firewall.must(['nft', 'list', 'tables'])).toBe('table inet ftpwall\n');
  });

  test('outlives mistakes in scripts of the user', async () => {
    const origin = [{ source: { path: 'started', text: '' }, start: 0, end: 0 }] as const;
    const text = `echo "it's $COMMAND"\nif\n`;
    const ended = await call(script({ plan: [{ kind: 'extension', moment: 'started', text, origin }] }), 'start');
    expect(ended).toMatchObject({ status: 0, output: "it's start\n" });
    expect(ended.errors).toContain('the extension script started ended with status 2');
  });

  test('needs nothing but sh, nft and a few programs that every system has', async () => {
    const folder = join(lab.folder, 'few');
    mkdirSync(folder);
    for (const name of ['sh', 'nft', 'cat', 'mkdir', 'mv', 'rm', 'ln', 'readlink', 'ls', 'sleep', 'sync'])
      symlinkSync(findProgram(name)?.path ?? '', join(folder, name));
    const text = scriptText({ plan: [forwarding] }).replace('/usr/sbin:/usr/bin:/sbin:/bin', folder);
    expect(text).toContain(folder);
    const ended = await firewall.run(['sh', '-c', `PATH=${folder} exec sh -s start`], { input: text });
    expect(ended).toMatchObject({ status: 0 });
  });
});

function slow(name: string, before: number, after: number): SlowNft {
  return slowNft(join(lab.folder, name), before, after);
}

/** Starts the script and sends its whole process group a signal as soon as it loads. */
async function startAndInterrupt(
  path: string,
  { folder, loading }: SlowNft,
  signal: NodeJS.Signals,
): Promise<number | null> {
  const [file, ...words] = firewall.command(['sh', '-c', `PATH=${folder}:$PATH exec sh ${path} start`]);
  const child = spawn(file, words, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', (status) => resolve(status)));
  await loading();
  process.kill(-(child.pid ?? 0), signal);
  return ended;
}

describeKernel('an interrupted start', () => {
  const old: SmallScript = { rules: ['tcp dport 25 counter accept comment "rules:1"'] };
  const next: SmallScript = { rules: ['tcp dport 26 counter accept comment "rules:2"'], plan: [forwarding] };

  test.each([
    ['SIGINT', 0.5, 0],
    ['SIGTERM', 0.5, 0],
    ['SIGHUP', 0.5, 0],
    ['SIGINT', 0, 0.5],
    ['SIGTERM', 0, 0.5],
    ['SIGHUP', 0, 0.5],
    ['SIGPIPE', 0, 0.5],
  ] as const)(
    'by %s (nft waits %s s before and %s s after the load) is finished or undone, whole',
    async (signal, before, after) => {
      await call(script(next), 'start');
      const whole = await listing();
      await firewall.must(['nft', 'flush', 'ruleset']);
      await firewall.must(['sh', '-c', 'echo 0 >/proc/sys/net/ipv4/ip_forward']);
      await call(script(old), 'start');
      const untouched = await listing();

      const status = await startAndInterrupt(script(next), slow(`slow-${signal}-${before}`, before, after), signal);
      const forwards = await sysctl('net/ipv4/ip_forward');
      const found = { status, rules: await listing(), forwards };
      expect([
        { status: 0, rules: whole, forwards: '1\n' },
        { status: 3, rules: untouched, forwards: '0\n' },
      ]).toContainEqual(found);
    },
  );

  test('goes on when nobody reads what it says any more', async () => {
    const { folder, loading } = slow('slow-reader', 0.5, 0);
    // It has something to say between the load and the last step.
    const talking = script({ ...next, plan: [{ ...badSysctl, optional: true }, forwarding] });
    const [file, ...words] = firewall.command(['sh', '-c', `PATH=${folder}:$PATH exec sh ${talking} start`]);
    const child = spawn(file, words, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    await Promise.race([loading(), ended]);
    expect(said).toBe('');
    child.stderr.destroy();
    await ended;
    expect(await listing()).toContain('rules:2');
    expect(await sysctl('net/ipv4/ip_forward')).toBe('1\n');
  });

  test('two at once come one after the other', async () => {
    const { folder } = slow('slow-twice', 2, 0);
    const run = (path: string) => firewall.run(['sh', '-c', `PATH=${folder}:$PATH exec sh ${path} start`]);
    const [first, second] = await Promise.all([run(script(old)), run(script(next))]);
    expect([first.status, second.status]).toEqual([0, 0]);
    expect(`${first.errors}${second.errors}`).toMatch(/waiting for another ftpwall at work \(process (\d+|unknown)\)/);
    const rules = await listing();
    expect(rules.includes('rules:1')).not.toBe(rules.includes('rules:2'));
  });
});

test.skipIf(!findProgram('shellcheck'))('the script is clean by shellcheck', async () => {
  const origin = [{ source: { path: 'started', text: '' }, start: 0, end: 0 }] as const;
  const text = scriptText({
    plan: [
      { kind: 'module', name: 'nf_conntrack_ftp', neededBy: 'rules:14', required: true },
      { kind: 'module', name: 'nf_nat_ftp', neededBy: 'rules:14', required: false },
      { kind: 'sysctl', key: 'net/ipv4/conf/eth0.1/rp_filter', value: "it's", optional: true },
      { kind: 'extension', moment: 'started', text: `echo $COMMAND 'done'\n`, origin },
      forwarding,
      { kind: 'forwarding', version: 6, on: true },
    ],
  });
  const child = spawn('shellcheck', ['--shell=sh', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(text);
  let words = '';
  child.stdout.on('data', (said) => {
    words += String(said);
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(words).toBe('');
});
