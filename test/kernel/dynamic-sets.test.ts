/** Commands that change sets of the running firewall: what they do to packets, and what outlives what. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  put('ftpwall.conf', 'DYNAMIC_BLACKLIST=ipset,timeout=600\n');
  put('zones', 'fw firewall\nnet ip\nloc ip\nvpn ip\n');
  put('interfaces', '?FORMAT 2\nnet eth0\nloc eth1\n- eth2\n');
  put('hosts', 'vpn eth2:dynamic\n');
  put('policy', 'fw all ACCEPT\nall all DROP\n');
  put('rules', '?SECTION NEW\nACCEPT net,loc,vpn fw tcp 22\nADD(+seen:src) net fw tcp 23\n');
  await firewall.must(['sh', '-c', 'nft flush ruleset; rm -rf /run/ftpwall || { sleep 0.3; rm -rf /run/ftpwall; }']);
});

function put(name: string, text: string): void {
  writeFileSync(join(configuration, name), text);
}

const withFolder = ['start', 'restart', 'stop', 'clear', 'status'];

function ftpwall(verb: string, ...more: readonly string[]): Promise<Ended> {
  const folder = withFolder.includes(verb) ? [configuration] : [];
  return firewall.run([process.execPath, 'dist/ftpwall.js', verb, ...folder, ...more, '--state', state], {
    env: { ...process.env, SSH_CONNECTION: undefined },
  });
}

async function must(verb: string, ...more: readonly string[]): Promise<Ended> {
  const ended = await ftpwall(verb, ...more);
  expect(ended, ended.errors).toMatchObject({ status: 0 });
  return ended;
}

async function shown(subject: string, ...more: readonly string[]): Promise<readonly string[]> {
  const { output } = await must('show', subject, ...more);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/ {2}\(.*/, ''))
    .sort();
}

/** Whether a set holds an address, by the kernel's own word. */
async function holds(set: string, element: string): Promise<boolean> {
  return (await firewall.run(['nft', 'get', 'element', 'inet', 'ftpwall', set, `{ ${element} }`])).status === 0;
}

describeKernel('sets of the running firewall', () => {
  test('addresses are refused and allowed again, in one list at a time', async () => {
    await must('start');
    expect((await must('drop', '192.0.2.7', '198.51.100.0/24', '203.0.113.4-203.0.113.9')).errors).toContain(
      '198.51.100.0/24: dropped from now on',
    );
    await must('logreject', '2001:db8::7', '1h30m');
    expect(await shown('blacklists')).toEqual([
      'drop  192.0.2.7',
      'drop  198.51.100.0/24',
      'drop  203.0.113.4-203.0.113.9',
      'logreject  2001:db8::7',
    ]);
    await must('reject', '192.0.2.7', '10m');
    expect(await shown('blacklists')).toContain('reject  192.0.2.7');
    expect(await shown('blacklists')).not.toContain('drop  192.0.2.7');
    expect((await must('show', 'blacklists')).output).toMatch(/reject {2}192\.0\.2\.7 {2}\((10m|9m\d+s) left\)/);
    expect((await ftpwall('drop', '198.51.100.9')).status).toBe(3);
    for (const address of ['192.0.2.7', '198.51.100.0/24', '203.0.113.4-203.0.113.9', '2001:db8::7'])
      await must('allow', address);
    expect(await shown('blacklists')).toEqual([]);
    expect((await must('allow', '192.0.2.7')).errors).toContain('was on no list');
  });

  test('the packets of a refused address do not get through, those of others do', async () => {
    await must('start');
    const counted = async (): Promise<number> => {
      const chain = await firewall.must(['nft', 'list', 'chain', 'inet', 'ftpwall', 'dynamic-rules']);
      return Number(/@dynamic-drop-4 counter packets (\d+)/.exec(chain)?.[1]);
    };
    const own = threeNetworks.find(({ name }) => name === 'net');
    const [address = '', sender = ''] = [own?.firewall, own?.host].map(
      (all) => all?.find((each) => !each.includes(':'))?.split('/')[0],
    );
    const attempt = async () =>
      (await lab.host('net').attempt({ protocol: 'tcp', address, port: 22, patience: 700 })).kind;
    expect(await attempt()).toBe('refused'); // nobody listens, and nothing stands in the way
    await must('drop', sender);
    expect(await attempt()).toBe('silence');
    expect(await counted()).toBeGreaterThan(0);
    await must('allow', sender);
    expect(await attempt()).toBe('refused');
  });

  test('only addresses and times are taken, and nothing of a word reaches a shell or nft', async () => {
    await must('start');
    const before = await firewall.must(['nft', '-s', 'list', 'ruleset']);
    const words = [
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.4/33',
      '1.2.3.9-1.2.3.4',
      '::1/129',
      '$(reboot)',
      '1.2.3.4; flush ruleset',
    ];
    for (const word of [
      ...words,
      '1.2.3.4 }',
      "'",
      '`id`',
      'example.com',
      '',
      '1.2.3.4,1.2.3.5',
      '1.2.3.4-2001:db8::1',
    ])
      expect((await ftpwall('drop', word)).status, word).toBe(2);
    for (const word of words) expect((await ftpwall('open', word, 'all')).status, word).toBe(2);
    expect((await ftpwall('open', 'all', 'all', 'nosuch')).status).toBe(2);
    expect((await ftpwall('open', 'all', 'all', 'tcp', '70000')).status).toBe(2);
    expect((await ftpwall('add', 'eth2:1.2.3.4;', 'vpn')).status).toBe(2);
    expect((await ftpwall('add', 'eth9:1.2.3.4', 'vpn')).status).toBe(3);
    expect((await ftpwall('add', 'eth2:1.2.3.4', '$(reboot)')).status).not.toBe(0);
    expect(await firewall.must(['nft', '-s', 'list', 'ruleset'])).toBe(before);
  });

  test('what commands have put into sets outlives restart, stop, clear and the next start of the machine', async () => {
    await must('start');
    await must('drop', '192.0.2.7', '198.51.100.0/24');
    await must('logdrop', '192.0.2.8', '1h');
    await must('blacklist', '192.0.2.9');
    await must('blacklist', '2001:db8::9', '2d');
    await must('add', 'eth2:10.0.2.5,10.0.2.64/26', 'vpn');
    await must('open', 'all', '10.0.1.5', 'tcp', '22');
    await firewall.must(['nft', 'add', 'element', 'inet', 'ftpwall', 'seen', '{ 192.0.2.20 timeout 1h }']);
    const before = await shown('sets');
    expect(before.length).toBe(9);
    expect(before).toContain('zone-vpn-eth2-4  10.0.2.64/26');
    put('rules', '?SECTION NEW\nACCEPT net,vpn fw tcp 2222\nADD(+seen:src) net fw tcp 23\n');
    await must('restart');
    expect(await shown('sets')).toEqual(before);
    for (const verb of ['stop', 'clear']) {
      await must(verb);
      await must(verb);
      await must('start');
      expect(await shown('sets'), verb).toEqual(before);
    }
    await firewall.must(['sh', '-c', 'nft flush ruleset; rm -rf /run/ftpwall || { sleep 0.3; rm -rf /run/ftpwall; }']);
    await firewall.must(['sh', join(state, 'boot', 'firewall'), 'boot']);
    expect(await shown('sets')).toEqual(before);
    expect((await must('show', 'blacklists')).output).toMatch(/logdrop {2}192\.0\.2\.8 {2}\((1h|59m\d+s) left\)/);
    expect(await holds('dynamic-drop-4', '198.51.100.77')).toBe(true);
    expect((await ftpwall('status')).status).toBe(0);
  });

  test('what has run out while the machine was down does not come back', async () => {
    await must('start');
    await must('drop', '192.0.2.7', '1h');
    await must('drop', '192.0.2.8');
    await must('stop');
    const kept = readFileSync(join(state, 'sets'), 'utf8');
    const later = kept.replace(
      /(192\.0\.2\.7\t)\d+/,
      (_, start: string) => `${start}${Math.floor(Date.now() / 1000) - 5}`,
    );
    expect(later).not.toBe(kept);
    writeFileSync(
      join(state, 'sets'),
      `${later}dynamic-drop-4\tipv4_addr\t1.1.1.1 } ; flush ruleset\t0\nnosuch\tipv4_addr\t1.1.1.1\t0\n`,
    );
    await must('start');
    expect(await shown('blacklists')).toEqual(['drop  192.0.2.8']);
  });

  test('zones whose hosts come and go', async () => {
    await must('start');
    await must('add', 'eth2:10.0.2.5', 'vpn');
    expect(await shown('dynamic', 'vpn')).toEqual(['zone-vpn-eth2-4  10.0.2.5']);
    await must('delete', 'eth2:10.0.2.5', 'vpn');
    expect(await shown('dynamic', 'vpn')).toEqual([]);
    put('zones', 'fw firewall\nnet ip\nloc ip\nvpn ip dynamic_shared\n');
    await must('restart');
    await must('add', 'vpn', '10.0.2.5,2001:db8:2::5');
    expect(await shown('dynamic', 'vpn')).toEqual(['zone-vpn-4  10.0.2.5', 'zone-vpn-6  2001:db8:2::5']);
  });

  test('connections are opened and closed', async () => {
    await must('start');
    await must('open', '192.0.2.0/24', '10.0.1.5', 'tcp', 'ssh');
    await must('open', 'all', '2001:db8:1::5', 'udp');
    expect(await shown('opens')).toEqual([
      'open  192.0.2.0/24 . 10.0.1.5 . tcp . 22',
      'open  ::/0 . 2001:db8:1::5 . udp . 0-65535',
    ]);
    expect((await ftpwall('close', '192.0.2.0/24', '10.0.1.5', 'tcp', '23')).status).toBe(3);
    await must('close', '192.0.2.0/24', '10.0.1.5', 'tcp', '22');
    await must('close', 'all', '2001:db8:1::5', 'udp');
    expect(await shown('opens')).toEqual([]);
  });

  test('switches turn rules on and off, and stay as they are', async () => {
    put('rules', '?SECTION NEW\nACCEPT net fw tcp 85 { switch=repair }\nACCEPT net fw tcp 86 { switch=!mail=1 }\n');
    await must('start');
    const reached = async (port: number) =>
      (await lab.host('net').attempt({ protocol: 'tcp', address: '192.0.2.1', port, patience: 500 })).kind ===
      'refused';
    const both = async () => [await reached(85), await reached(86)];
    expect(await both()).toEqual([false, false]);
    await must('switch', 'repair', 'on');
    await must('switch', 'mail', 'off');
    expect(await both()).toEqual([true, true]);
    await must('restart');
    expect(await both()).toEqual([true, true]);
    await must('stop');
    await must('start');
    expect(await both()).toEqual([true, true]);
    await must('switch', 'repair', 'off');
    await must('switch', 'mail', 'on');
    expect(await both()).toEqual([false, false]);
    expect((await ftpwall('switch', 'nosuch', 'on')).status).toBe(3);
    expect((await ftpwall('switch', 'repair', 'maybe')).status).toBe(2);
  });

  test('events are kept over a restart, and forget when their time is over', async () => {
    put('rules', '?SECTION NEW\nIfEvent(KNOCK,ACCEPT,4) net fw tcp 85\nSetEvent(KNOCK,DROP) net fw tcp 86\n');
    await must('start');
    const knock = async (port: number) =>
      (await lab.host('net').attempt({ protocol: 'tcp', address: '192.0.2.1', port, patience: 300 })).kind;
    expect(await knock(85)).toBe('silence');
    expect(await knock(86)).toBe('silence');
    expect(await knock(85)).toBe('refused');
    expect(await shown('events', 'KNOCK')).toEqual(['event-KNOCK-4s-4  192.0.2.10']);
    await must('restart');
    expect(await knock(85)).toBe('refused');
    await vi.waitFor(async () => expect(await knock(85)).toBe('silence'), { timeout: 10_000, interval: 200 });
    expect(await shown('events', 'KNOCK')).toEqual([]);
  });

  test('without a firewall, or without the setting, it is said', async () => {
    expect((await ftpwall('drop', '192.0.2.7')).status).toBe(3);
    put('ftpwall.conf', 'DYNAMIC_BLACKLIST=No\n');
    await must('start');
    expect((await ftpwall('drop', '192.0.2.7')).errors).toContain('it needs DYNAMIC_BLACKLIST=Yes');
    expect((await ftpwall('blacklist', '192.0.2.7')).errors).toContain('it needs DYNAMIC_BLACKLIST=ipset');
    await must('stop');
    expect((await ftpwall('drop', '192.0.2.7')).errors).toContain('is not running');
  });
});
