/** What rules alone have put into sets, and a machine that goes down in order: by the commands of the units. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Ended, Host } from './host.ts';
import { type Lab, openLab, threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';

vi.setConfig({ testTimeout: 60_000 });

let lab: Lab;
let firewall: Host;
let configuration: string;
let state: string;
let runs = 0;

beforeAll(() => {
  lab = openLab(threeNetworks);
  firewall = lab.firewall;
});
afterAll(() => lab?.close());
beforeEach(async () => {
  runs += 1;
  configuration = join(lab.folder, `etc-${runs}`);
  state = join(lab.folder, `state-${runs}`);
  mkdirSync(configuration);
  put('zones', 'fw firewall\nnet ip\nloc ip\n');
  put('interfaces', '?FORMAT 2\nnet eth0\nloc eth1\n');
  put('policy', 'fw all ACCEPT\nall all REJECT\n');
  put('ipsets', 'create knocked hash:ip timeout 600\ncreate seen hash:ip,port\n');
  put('rules', '?SECTION NEW\nADD(+knocked:src) net fw tcp 23\nADD(+seen:src,dst) net fw tcp 24\n');
  await goDown();
});

function put(name: string, text: string): void {
  writeFileSync(join(configuration, name), text);
}

/** As the loss of power leaves it: nothing but what is on the disk. */
function goDown(): Promise<string> {
  return firewall.must(['sh', '-c', 'nft flush ruleset; rm -rf /run/ftpwall || { sleep 0.3; rm -rf /run/ftpwall; }']);
}

async function must(verb: string, ...more: readonly string[]): Promise<void> {
  const ended = await firewall.run([process.execPath, 'dist/ftpwall.js', verb, ...more, '--state', state]);
  expect(ended, ended.errors).toMatchObject({ status: 0 });
}

/** The command of a line of the unit, with the program of this folder; `first` runs in its mount namespace before it. */
function unit(line: 'ExecStart' | 'ExecStop', first = ':'): Promise<Ended> {
  const text = readFileSync('packaging/systemd/ftpwall.service', 'utf8');
  const [, command = ''] = new RegExp(`^${line}=/usr/lib/ftpwall/(ftpwall-boot .*)$`, 'm').exec(text) ?? [];
  return firewall.run(['sh', '-c', `${first}\nexec sh packaging/init/${command}`], {
    env: { ...process.env, FTPWALL_STATE: state },
  });
}

async function knock(...ports: readonly number[]): Promise<void> {
  const own = threeNetworks.find(({ name }) => name === 'net')?.firewall.find((each) => !each.includes(':'));
  for (const port of ports)
    await lab.host('net').attempt({ protocol: 'tcp', address: own?.split('/')[0] ?? '', port, patience: 300 });
}

const listed = (set: string) => firewall.must(['nft', 'list', 'set', 'inet', 'ftpwall', set]);

/** The seconds after which the address of the host is forgotten; undefined when the set does not hold it. */
async function secondsLeft(): Promise<number | undefined> {
  const [, , minutes = '0', seconds = '0'] =
    /192\.0\.2\.10 (timeout \w+ )?expires (?:(\d+)m)?(?:(\d+)s)?/.exec(await listed('knocked')) ?? [];
  const left = Number(minutes) * 60 + Number(seconds);
  return left === 0 ? undefined : left;
}

const kept = () => readFileSync(join(state, 'sets'), 'utf8');

describeKernel('a machine that goes down in order', () => {
  test('finds again what rules have put into sets, with the time that is left', async () => {
    await must('start', configuration);
    await knock(23, 24);
    const before = (await secondsLeft()) ?? 0;
    expect(before).toBeGreaterThan(590);
    const rules = await firewall.must(['nft', '-s', 'list', 'chain', 'inet', 'ftpwall', 'input']);
    expect(await unit('ExecStop')).toEqual(expect.objectContaining({ status: 0, errors: '' }));
    expect(await firewall.must(['nft', '-s', 'list', 'chain', 'inet', 'ftpwall', 'input'])).toBe(rules);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await goDown();
    expect(await unit('ExecStart')).toMatchObject({ status: 0 });
    const after = (await secondsLeft()) ?? 0;
    expect(after).toBeGreaterThan(before - 30);
    expect(after).toBeLessThan(before);
    expect(await listed('seen')).toContain('192.0.2.10 . tcp . 24');
  });

  test('and so does one whose unit is started anew while it runs', async () => {
    await must('start', configuration);
    await knock(23);
    expect(await unit('ExecStart')).toMatchObject({ status: 0 });
    expect(await secondsLeft()).toBeGreaterThan(580);
  });

  test('what does not fit into one set any more keeps nothing out of the others', async () => {
    put('ipsets', 'create knocked hash:ip timeout 600\ncreate seen hash:ip,port\ncreate nets hash:net\n');
    put(
      'rules',
      '?SECTION NEW\nADD(+knocked:src) net fw tcp 23\nADD(+seen:src,dst) net fw tcp 24\nDROP net:+nets fw\n',
    );
    await must('start', configuration);
    await knock(23);
    await firewall.must(['nft', 'add', 'element', 'inet', 'ftpwall', 'nets', '{ 198.51.100.0/24 }']);
    await unit('ExecStop');
    expect(kept()).toContain('198.51.100.0/24');
    writeFileSync(join(state, 'sets'), `${kept()}nets\tipv4_addr\t198.51.100.7-198.51.101.9\t0\n`);
    await goDown();
    const ended = await unit('ExecStart');
    expect(ended).toMatchObject({ status: 0 });
    expect(ended.errors).toContain('what the set nets held when the machine went down could not be put back');
    expect(ended.errors).not.toContain('knocked');
    expect(await secondsLeft()).toBeGreaterThan(580);
  });

  test('forgets what has left the sets in the meantime', async () => {
    await must('start', configuration);
    await knock(23);
    await unit('ExecStop');
    expect(kept()).toContain('192.0.2.10');
    await firewall.must(['nft', 'flush', 'set', 'inet', 'ftpwall', 'knocked']);
    await unit('ExecStop');
    expect(kept()).toBe('');
  });

  test('loses nothing of what was kept, and is not held up, when nothing more can be kept', async () => {
    await must('start', configuration);
    await knock(23);
    await unit('ExecStop');
    const before = kept();
    expect(before).toContain('192.0.2.10');
    await knock(24);
    const mounted = (options: string) =>
      `mkdir -p ${state}-m; mount ${options} ${state}-m && cp -a ${state}/. ${state}-m/ && mount --move ${state}-m ${state}`;
    const script = join(state, 'current', 'firewall');
    const broken: readonly [string, string][] = [
      ['a read-only folder', `mount --bind ${state} ${state}; mount -o remount,ro,bind ${state}`],
      ['a full disk', `${mounted('-t tmpfs -o size=2m none')}; cat /dev/zero >${state}/filling 2>/dev/null`],
      ['a script that is half there', `mount --bind /dev/null ${script}`],
      [
        'a script of an older version',
        `sed 's/ | keep:1//' ${script} >${state}/old; mount --bind ${state}/old ${script}`,
      ],
      [
        'an awk that dies half-way',
        `mkdir -p ${state}/few; printf '#!/bin/sh\\necho half\\nexit 1\\n' >${state}/few/awk; chmod 755 ${state}/few/awk; PATH=${state}/few:$PATH; export PATH`,
      ],
    ];
    for (const [what, first] of broken) {
      const ended = await unit('ExecStop', first);
      expect([what, ended.status]).toEqual([what, 0]);
      expect(kept(), what).toBe(before);
    }
    expect((await unit('ExecStop', broken[0]?.[1])).errors).toContain(`could not be kept in ${state}`);
    await firewall.must(['nft', 'delete', 'table', 'inet', 'ftpwall']);
    expect(await unit('ExecStop')).toMatchObject({ status: 0 });
    expect(kept(), 'no table').toBe(before);
    await goDown();
    await unit('ExecStart');
    expect(await secondsLeft()).toBeGreaterThan(500);
    await knock(24);
    await must('stop', configuration);
    const stopped = kept();
    expect(stopped).toContain('192.0.2.10 . tcp . 24');
    expect(await unit('ExecStop')).toMatchObject({ status: 0 });
    expect(kept(), 'stopped').toBe(stopped);
    rmSync(state, { recursive: true });
    expect(await unit('ExecStop')).toMatchObject({ status: 0, errors: '' });
  });

  test('with a script that was compiled elsewhere, too', async () => {
    const script = join(lab.folder, 'compiled');
    await firewall.must([process.execPath, 'dist/ftpwall.js', 'compile', '--script', script, configuration]);
    const folder = join(lab.folder, 'lite');
    mkdirSync(folder, { recursive: true });
    const text = readFileSync('packaging/lite/ftpwall-lite.service', 'utf8');
    const lite = (line: 'ExecStart' | 'ExecStop') => {
      const [, word = ''] = new RegExp(`^${line}=-?/usr/sbin/ftpwall-lite (\\w+)$`, 'm').exec(text) ?? [];
      const program = readFileSync('packaging/lite/ftpwall-lite', 'utf8')
        .replace('/etc/ftpwall-lite/firewall', script)
        .replace('/var/lib/ftpwall-lite', folder);
      writeFileSync(join(lab.folder, 'ftpwall-lite'), program);
      return firewall.run(['sh', join(lab.folder, 'ftpwall-lite'), word]);
    };
    expect(await lite('ExecStart')).toMatchObject({ status: 0 });
    await knock(23);
    expect(await lite('ExecStop')).toMatchObject({ status: 0, errors: '' });
    await goDown();
    expect(await lite('ExecStart')).toMatchObject({ status: 0 });
    expect(await secondsLeft()).toBeGreaterThan(580);
    expect(readdirSync(folder)).toEqual(['sets']);
  });
});
