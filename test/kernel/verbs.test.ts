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
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Ended, Host } from './host.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';
import { program } from './programs.ts';
import { slowNft } from './slow-nft.ts';

// They wait for others, on machines that have other things to do.
vi.setConfig({ testTimeout: 60_000 });

let lab: Lab;
let firewall: Host;
let configuration: string;
let state: string;
let runs = 0;

beforeAll(() => {
  lab = openLab([]);
  firewall = lab.firewall;
});
afterAll(() => lab?.close());
beforeEach(async () => {
  runs += 1;
  configuration = join(lab.folder, `etc-${runs}`);
  state = join(lab.folder, `state-${runs}`);
  mkdirSync(configuration);
  put('ftpwall.conf', '');
  put('zones', 'fw firewall\nnet ip\n');
  put('interfaces', '?FORMAT 2\nnet eth0\n');
  put('policy', 'fw net ACCEPT\nnet all DROP\nall all REJECT\n');
  put('rules', '?SECTION NEW\nSSH(ACCEPT) net fw\n');
  put('stoppedrules', 'ACCEPT eth0 - tcp 22\n');
  await firewall.must(['nft', 'flush', 'ruleset']);
});

function put(name: string, text: string): void {
  writeFileSync(join(configuration, name), text);
}

/** Calls a verb as a user would. `path` comes before the usual PATH. */
function ftpwall(verb: string, words: readonly string[] = [], path?: string): Promise<Ended> {
  const env = path === undefined ? process.env : { ...process.env, PATH: `${path}:${process.env.PATH}` };
  return firewall.run([process.execPath, 'dist/ftpwall.js', verb, configuration, '--state', state, ...words], { env });
}

function listing(): Promise<string> {
  return firewall.must(['nft', '--stateless', 'list', 'ruleset']);
}

/** A folder with a program that stands before the real one. */
function instead(name: string, text: string): string {
  const folder = join(lab.folder, `instead-${runs}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

describeKernel('the verbs', () => {
  test('take a firewall through its life', async () => {
    const seen: unknown[] = [];
    for (const verb of ['status', 'start', 'status', 'restart', 'stop', 'status', 'clear', 'status']) {
      const { status, output } = await ftpwall(verb);
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
    await ftpwall('start');
    expect(JSON.parse((await ftpwall('status', ['--json'])).output)).toEqual({
      schema: 1,
      state: 'running',
      generation: 1,
      drift: false,
      foreign: [],
      modules: [expect.stringMatching(/^nf_conntrack_ftp /)],
    });
  });

  test('keep what was applied, complete, for root alone', async () => {
    await ftpwall('start');
    expect(readlinkSync(join(state, 'current'))).toBe('generations/1');
    const generation = join(state, 'current/');
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
    await firewall.must(['sh', '-c', `cd ${generation} && sha256sum -c --quiet checksums`]);
    expect(statSync(state).mode & 0o077).toBe(0);
    // The script does alone what it did for the program.
    const before = await listing();
    await firewall.must(['nft', 'flush', 'ruleset']);
    expect(await firewall.run(['sh', join(generation, 'firewall'), 'start'])).toMatchObject({ status: 0 });
    expect(await listing()).toBe(before);
  });

  test('keep a few generations only', async () => {
    for (let round = 0; round < 7; round += 1) await ftpwall('restart');
    expect(readlinkSync(join(state, 'current'))).toBe('generations/7');
    expect(readdirSync(join(state, 'generations')).sort()).toEqual(['3', '4', '5', '6', '7']);
  });

  test('change nothing when the configuration has errors', async () => {
    await ftpwall('start');
    const before = await listing();
    put('policy', 'fw net ACEPT\n');
    expect(await ftpwall('restart')).toMatchObject({ status: 1 });
    expect(await listing()).toBe(before);
    expect(readlinkSync(join(state, 'current'))).toBe('generations/1');
  });

  test('change nothing when the system refuses, and forget what it refused', async () => {
    await ftpwall('start');
    const before = await listing();
    put('rules', '?SECTION NEW\nHTTP(ACCEPT) net fw\n');
    const nft = program('nft').path;
    const refusing = instead(
      'nft',
      `case "$*" in '-f -') echo 'Error: no memory' >&2; exit 1 ;; esac; exec ${nft} "$@"`,
    );
    const ended = await ftpwall('restart', [], refusing);
    expect(ended.status).toBe(3);
    expect(ended.errors).toContain('no memory');
    expect(readlinkSync(join(state, 'current'))).toBe('generations/1');
    expect(readdirSync(join(state, 'generations'))).toEqual(['1']);
    expect(await ftpwall('status')).toMatchObject({ status: 0 });
    // Nothing could be loaded, so what there was is still what there is.
    expect(await listing()).toBe(before);
  });

  test('stop by the rules of the last start, whatever the configuration says now', async () => {
    await ftpwall('start');
    for (const name of readdirSync(configuration)) rmSync(join(configuration, name));
    mkdirSync(join(configuration, 'zones'));
    expect(await ftpwall('stop')).toMatchObject({ status: 0 });
    expect(await listing()).toContain('tcp dport 22');
    expect(await ftpwall('clear')).toMatchObject({ status: 0 });
    expect(await listing()).toBe('');
  });

  test('stop by the configuration when nothing was started yet', async () => {
    expect(await ftpwall('stop')).toMatchObject({ status: 0 });
    expect(await listing()).toContain('tcp dport 22');
    expect(await ftpwall('status')).toMatchObject({ status: 4 });
  });

  test('close the machine when there is nothing to go by at all', async () => {
    put('zones', 'fw\nfw\n');
    expect(await ftpwall('stop')).toMatchObject({ status: 0 });
    const closed = await listing();
    for (const hook of ['input', 'forward', 'output'])
      expect(closed).toMatch(new RegExp(`hook ${hook} .* policy drop`));
    expect(await ftpwall('status')).toMatchObject({ status: 4, output: expect.stringMatching(/^stopped/) });
  });

  test('load nothing that somebody else could have written', async () => {
    chmodSync(join(configuration, 'rules'), 0o666);
    expect(await ftpwall('start')).toMatchObject({
      status: 1,
      errors: expect.stringContaining('can be written by everyone'),
    });
    chmodSync(join(configuration, 'rules'), 0o644);
    chmodSync(configuration, 0o777);
    expect(await ftpwall('start')).toMatchObject({
      status: 1,
      errors: expect.stringContaining('can be written by everyone'),
    });
    chmodSync(configuration, 0o755);
    mkdirSync(state, { mode: 0o777 });
    chmodSync(state, 0o777);
    expect(await ftpwall('start')).toMatchObject({
      status: 3,
      errors: expect.stringContaining('can be written by everyone'),
    });
    expect(await listing()).toBe('');
  });

  test('run no script of a state folder that somebody else could have written', async () => {
    await ftpwall('start');
    writeFileSync(join(state, 'current', 'firewall'), `touch ${lab.folder}/trapped\n`);
    chmodSync(join(state, 'current', 'firewall'), 0o777);
    expect(await ftpwall('status')).toMatchObject({ status: 0 });
    expect(existsSync(join(lab.folder, 'trapped'))).toBe(false);
  });

  test('refuse to load what they cannot keep', async () => {
    writeFileSync(state, 'a file where the folder should be');
    expect(await ftpwall('start')).toMatchObject({ status: 3, errors: expect.stringContaining('nothing was changed') });
    expect(await listing()).toBe('');
  });

  test('without root say that the system refuses', async () => {
    const words = [
      'setpriv',
      '--reuid',
      '65534',
      '--clear-groups',
      process.execPath,
      'dist/ftpwall.js',
      'status',
      '/etc',
    ];
    const ended = await firewall.run(words);
    expect(ended).toMatchObject({ status: 3, errors: expect.stringContaining('Operation not permitted') });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s to the program alone leaves old or new, whole',
    async (signal) => {
      await ftpwall('start');
      const old = await listing();
      put('rules', '?SECTION NEW\nHTTP(ACCEPT) net fw\n');
      const { folder, loading } = slowNft(join(lab.folder, `slow-${runs}`), 0.4, 0);
      const words = firewall.command([process.execPath, 'dist/ftpwall.js', 'restart', configuration, '--state', state]);
      const [file, ...rest] = words;
      const child = spawn(file, rest, {
        env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
        stdio: 'ignore',
      });
      await loading();
      child.kill(signal);
      const status = await new Promise((resolve) => child.on('close', resolve));
      const now = await listing();
      const current = readlinkSync(join(state, 'current'));
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
