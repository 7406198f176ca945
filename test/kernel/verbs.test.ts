import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { administered } from './administered.ts';
import { describeKernel } from './possible.ts';
import { program } from './programs.ts';
import { slowNft } from './slow-nft.ts';

const machine = administered([], {
  'ftpwall.conf': '',
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0\n',
  policy: 'fw net ACCEPT\nnet all DROP\nall all REJECT\n',
  rules: '?SECTION NEW\nSSH(ACCEPT) net fw\n',
  stoppedrules: 'ACCEPT eth0 - tcp 22\n',
});

/** A folder with a program that stands before the real one. */
function instead(name: string, text: string): string {
  const folder = machine.folder('instead');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

/** The same with an nft that loads nothing. */
function refusingNft(): string {
  const refuse = `case "$*" in '-f -') echo 'Error: no memory' >&2; exit 1 ;; esac`;
  return instead('nft', `${refuse}; exec ${program('nft').path} "$@"`);
}

describeKernel('the verbs', () => {
  test('take a firewall through its life', async () => {
    const seen: unknown[] = [];
    for (const verb of ['status', 'start', 'status', 'restart', 'stop', 'status', 'clear', 'status']) {
      const { status, output } = await machine.ftpwall(verb);
      seen.push([verb, status, output.split(/[:\n]/)[0]]);
    }
    expect(seen).toEqual([
      ['status', 4, 'cleared'],
      ['start', 0, ''],
      ['status', 0, 'running'],
      ['restart', 0, ''],
      ['stop', 0, ''],
      ['status', 4, 'stopped'],
      ['clear', 0, ''],
      ['status', 4, 'cleared'],
    ]);
  });

  test('tell the state as JSON', async () => {
    await machine.ftpwall('start');
    expect(JSON.parse((await machine.ftpwall('status', '--json')).output)).toEqual({
      schema: 1,
      state: 'running',
      generation: 1,
      drift: false,
      foreign: [],
      modules: [
        expect.objectContaining({
          name: 'nf_conntrack_ftp',
          loaded: expect.any(Boolean),
          line: expect.stringMatching(/^\w+:\d+$/),
        }),
      ],
    });
  });

  test('keep what was applied, complete, for root alone', async () => {
    await machine.ftpwall('start');
    expect(readlinkSync(join(machine.state, 'current'))).toBe('generations/1');
    const generation = join(machine.state, 'current/');
    expect(readdirSync(generation).sort()).toEqual([
      'about.json',
      'checksums',
      'configuration',
      'firewall',
      'ruleset.nft',
      'rulesets.json',
      'source-map.json',
      'stopped.nft',
    ]);
    expect(readFileSync(join(generation, 'configuration', 'rules'), 'utf8')).toContain('SSH(ACCEPT)');
    await machine.firewall.must(['sh', '-c', `cd ${generation} && sha256sum -c --quiet checksums`]);
    expect(statSync(machine.state).mode & 0o077).toBe(0);
    // The script does alone what it did for the program.
    const before = await machine.listing();
    await machine.firewall.must(['nft', 'flush', 'ruleset']);
    expect(await machine.firewall.run(['sh', join(generation, 'firewall'), 'start'])).toMatchObject({ status: 0 });
    expect(await machine.listing()).toBe(before);
  });

  test('keep a few generations only', async () => {
    for (let round = 0; round < 7; round += 1) await machine.ftpwall('restart');
    expect(readlinkSync(join(machine.state, 'current'))).toBe('generations/7');
    expect(readdirSync(join(machine.state, 'generations')).sort()).toEqual(['3', '4', '5', '6', '7']);
  });

  test('change nothing when the configuration has errors', async () => {
    await machine.ftpwall('start');
    const before = await machine.listing();
    machine.put('policy', 'fw net ACEPT\n');
    expect(await machine.ftpwall('restart')).toMatchObject({ status: 1 });
    expect(await machine.listing()).toBe(before);
    expect(readlinkSync(join(machine.state, 'current'))).toBe('generations/1');
  });

  test('change nothing when the system refuses, and forget what it refused', async () => {
    await machine.ftpwall('start');
    const before = await machine.listing();
    machine.put('rules', '?SECTION NEW\nHTTP(ACCEPT) net fw\n');
    const ended = await machine.within({ env: { PATH: `${refusingNft()}:${process.env.PATH}` } }, 'restart');
    expect(ended.status).toBe(3);
    expect(ended.errors).toContain('no memory');
    expect(readlinkSync(join(machine.state, 'current'))).toBe('generations/1');
    expect(readdirSync(join(machine.state, 'generations'))).toEqual(['1']);
    expect(await machine.ftpwall('status')).toMatchObject({ status: 0 });
    // Nothing could be loaded, so what there was is still what there is.
    expect(await machine.listing()).toBe(before);
  });

  test('leave a machine without a firewall as it was when the first is refused', async () => {
    const ended = await machine.within({ env: { PATH: `${refusingNft()}:${process.env.PATH}` } }, 'start');
    expect(ended.status).toBe(3);
    expect(ended.errors).toContain('no memory');
    expect(ended.errors).toContain('NO FIREWALL IS LOADED: THIS MACHINE IS OPEN');
    expect(ended.errors).toContain('the rules were not changed');
    expect(await machine.listing()).toBe('');
    expect(readdirSync(join(machine.state, 'generations'))).toEqual([]);
    expect(await machine.ftpwall('status')).toMatchObject({ status: 4 });
  });

  test('close a machine without a firewall when the first is loaded and nft fails all the same', async () => {
    const nft = program('nft').path;
    const failing = instead(
      'nft',
      `case "$*" in '-f -') [ -e ${machine.state}/failed ] || { ${nft} "$@"; true >${machine.state}/failed; exit 1; } ;; esac; exec ${nft} "$@"`,
    );
    const ended = await machine.within({ env: { PATH: `${failing}:${process.env.PATH}` } }, 'start');
    expect(ended.status).toBe(3);
    expect(await machine.ftpwall('status')).toMatchObject({ status: 4 });
    expect(await machine.listing()).toContain('comment "ftpwall stopped"');
  });

  test('stop by the rules of the last start, whatever the configuration says now', async () => {
    await machine.ftpwall('start');
    for (const name of readdirSync(machine.configuration)) rmSync(join(machine.configuration, name));
    mkdirSync(join(machine.configuration, 'zones'));
    expect(await machine.ftpwall('stop')).toMatchObject({ status: 0 });
    expect(await machine.listing()).toContain('tcp dport 22');
    expect(await machine.ftpwall('clear')).toMatchObject({ status: 0 });
    expect(await machine.listing()).toBe('');
  });

  test('stop by the configuration when nothing was started yet', async () => {
    expect(await machine.ftpwall('stop')).toMatchObject({ status: 0 });
    expect(await machine.listing()).toContain('tcp dport 22');
    expect(await machine.ftpwall('status')).toMatchObject({ status: 4 });
  });

  test('close the machine when there is nothing to go by at all', async () => {
    machine.put('zones', 'fw\nfw\n');
    expect(await machine.ftpwall('stop')).toMatchObject({ status: 0 });
    const closed = await machine.listing();
    for (const hook of ['input', 'forward', 'output'])
      expect(closed).toMatch(new RegExp(`hook ${hook} .* policy drop`));
    expect(await machine.ftpwall('status')).toMatchObject({ status: 4, output: expect.stringMatching(/^stopped/) });
  });

  test('load nothing that somebody else could have written', async () => {
    chmodSync(join(machine.configuration, 'rules'), 0o666);
    expect(await machine.ftpwall('start')).toMatchObject({
      status: 1,
      errors: expect.stringContaining('can be written by everyone'),
    });
    chmodSync(join(machine.configuration, 'rules'), 0o644);
    chmodSync(machine.configuration, 0o777);
    expect(await machine.ftpwall('start')).toMatchObject({
      status: 1,
      errors: expect.stringContaining('can be written by everyone'),
    });
    chmodSync(machine.configuration, 0o755);
    mkdirSync(machine.state, { mode: 0o777 });
    chmodSync(machine.state, 0o777);
    expect(await machine.ftpwall('start')).toMatchObject({
      status: 3,
      errors: expect.stringContaining('can be written by everyone'),
    });
    expect(await machine.listing()).toBe('');
  });

  test('run no script of a state folder that somebody else could have written', async () => {
    await machine.ftpwall('start');
    writeFileSync(join(machine.state, 'current', 'firewall'), `touch ${machine.lab.folder}/trapped\n`);
    chmodSync(join(machine.state, 'current', 'firewall'), 0o777);
    expect(await machine.ftpwall('status')).toMatchObject({ status: 0 });
    expect(existsSync(join(machine.lab.folder, 'trapped'))).toBe(false);
  });

  test('refuse to load what they cannot keep', async () => {
    writeFileSync(machine.state, 'a file where the folder should be');
    expect(await machine.ftpwall('start')).toMatchObject({
      status: 3,
      errors: expect.stringContaining('nothing was changed'),
    });
    expect(await machine.listing()).toBe('');
  });

  // Of each verb a call that reads or changes what only root may: none gets as far as to be refused by the system.
  const forRoot =
    'start /etc,restart /etc,reload /etc,safe-start /etc,safe-restart /etc,try /etc 60,stop,clear,confirm,rollback,generations,' +
    'save,restore,forget,drop 192.0.2.9,reject 192.0.2.9,logdrop 192.0.2.9,logreject 192.0.2.9,blacklist 192.0.2.9,' +
    'allow 192.0.2.9,open all all,close all all,add guests 192.0.2.9,delete guests 192.0.2.9,switch a on,refresh,enable A,' +
    'disable A,reenable A,monitor --once,status,status --json,hits,top,trace net fw,logs,metrics,doctor,plan,plan 1,diff 1 2,' +
    'matrix 1,why net fw tcp 22 --config 1,report /etc --output /dev/null --counters,show blacklists,show accounting';

  test('say in one sentence that they need root', async () => {
    const calls = forRoot.split(',').map((words) => words.split(' '));
    const said = await Promise.all(
      calls.map((words) =>
        machine.firewall.run([
          ...['setpriv', '--reuid', '65534', '--clear-groups'],
          ...[process.execPath, 'dist/ftpwall.js', ...words],
        ]),
      ),
    );
    expect(said.map(({ status, output, errors }) => ({ status, output, errors }))).toEqual(
      calls.map(([verb]) => ({ status: 3, output: '', errors: `ftpwall: ftpwall ${verb} must be run as root\n` })),
    );
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s to the program alone leaves old or new, whole',
    async (signal) => {
      await machine.ftpwall('start');
      const old = await machine.listing();
      machine.put('rules', '?SECTION NEW\nHTTP(ACCEPT) net fw\n');
      const { folder, loading } = slowNft(machine.folder('slow'), 0.4, 0);
      const words = machine.firewall.command(machine.words('restart'));
      const [file, ...rest] = words;
      const child = spawn(file, rest, {
        env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
        stdio: 'ignore',
      });
      await loading();
      child.kill(signal);
      const status = await new Promise((resolve) => child.on('close', resolve));
      const now = await machine.listing();
      const current = readlinkSync(join(machine.state, 'current'));
      if (status === 0) {
        expect(now).not.toBe(old);
        expect(current).toBe('generations/2');
      } else {
        expect(status).toBe(3);
        expect(now).toBe(old);
        expect(current).toBe('generations/1');
      }
    },
  );
});
