/** What options of interfaces ask of a start, and what those do to packets that depend on the running system. */
import { mkdirSync, writeFileSync } from 'node:fs';
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
  put('policy', 'fw all ACCEPT\nloc net ACCEPT\nall all DROP\n');
  await firewall.must(['sh', '-c', 'nft flush ruleset; rm -rf /run/ftpwall || { sleep 0.3; rm -rf /run/ftpwall; }']);
});

function put(name: string, text: string): void {
  writeFileSync(join(configuration, name), text);
}

function ftpwall(verb: string, ...words: readonly string[]): Promise<Ended> {
  const folder = ['start', 'restart'].includes(verb) ? [configuration] : [];
  return firewall.run([process.execPath, 'dist/ftpwall.js', verb, ...folder, ...words, '--state', state], {
    env: { ...process.env, SSH_CONNECTION: undefined },
  });
}

function listing(): Promise<string> {
  return firewall.must(['nft', '--stateless', 'list', 'ruleset']);
}

/** What a verb ended with, and what it said. */
async function said(verb: string): Promise<readonly [status: number | null, errors: string]> {
  const { status, errors } = await ftpwall(verb);
  return [status, errors];
}

describeKernel('interfaces on start', () => {
  test('required: one that is down, without address or not there keeps the rules as they are', async () => {
    put('interfaces', '?FORMAT 2\nnet eth0 required\nloc eth1\n');
    expect((await said('start'))[0]).toBe(0);
    const before = await listing();
    put('policy', 'fw all ACCEPT\nall all REJECT\n');
    const lacks =
      'interfaces:2: the interface eth0 is required, and it is not up or has no address; nothing was changed';
    await firewall.must(['ip', 'link', 'set', 'eth0', 'down']);
    try {
      expect(await said('restart')).toEqual([3, expect.stringContaining(lacks)]);
      await firewall.must(['ip', 'link', 'set', 'eth0', 'up']);
      await firewall.must(['ip', 'address', 'flush', 'dev', 'eth0']);
      expect(await said('restart')).toEqual([3, expect.stringContaining(lacks)]);
    } finally {
      await firewall.must(['sh', '-c', 'ip link set eth0 up; ip addr replace 192.0.2.1/24 dev eth0']);
    }
    expect(await listing()).toBe(before);
    expect((await said('restart'))[0]).toBe(0);
    expect(await listing()).not.toBe(before);
    put('interfaces', '?FORMAT 2\nnet eth0\nloc ppp+ required\n');
    const several =
      'interfaces:3: the interface ppp+ is required, and it is not up or has no address; nothing was changed';
    expect(await said('restart')).toEqual([3, expect.stringContaining(several)]);
  });

  test('required: of a pattern one is enough', async () => {
    put('interfaces', '?FORMAT 2\nnet eth0\nloc eth+ required\n');
    expect((await said('start'))[0]).toBe(0);
  });

  test('required: the rules of a boot come before the network, whatever is there', async () => {
    put('interfaces', '?FORMAT 2\nnet eth0 required\nloc eth1\n');
    expect((await said('start'))[0]).toBe(0);
    await firewall.must(['sh', '-c', 'nft flush ruleset; rm -rf /run/ftpwall; ip link set eth0 down']);
    try {
      expect(await firewall.run(['sh', `${state}/boot/firewall`, 'boot'])).toMatchObject({ status: 0 });
      expect(await listing()).toContain('ftpwall running');
    } finally {
      await firewall.must(['ip', 'link', 'set', 'eth0', 'up']);
    }
  });

  test('wait: until the interface is there, and no longer than said', async () => {
    put('interfaces', '?FORMAT 2\nnet eth0\nloc eth7 required,wait=8\n');
    const starting = ftpwall('start');
    await firewall.must([
      'sh',
      '-c',
      'sleep 2; ip link add eth7 type veth peer name eth8; ip link set eth8 up; ip link set eth7 up; ip addr add 10.9.9.1/24 dev eth7',
    ]);
    const started = await starting;
    expect([started.status, started.errors]).toEqual([
      0,
      expect.stringContaining('waiting for the interface eth7 (up to 8 seconds)'),
    ]);
    await firewall.must(['ip', 'link', 'delete', 'eth7']);
    put('interfaces', '?FORMAT 2\nnet eth0\nloc eth7 optional,wait=1\n');
    const before = Date.now();
    expect((await said('restart'))[0]).toBe(0);
    expect(Date.now() - before).toBeGreaterThanOrEqual(1000);
  });

  test('REQUIRE_INTERFACE: one of the optional ones is enough, none is not', async () => {
    put('ftpwall.conf', 'REQUIRE_INTERFACE=Yes\n');
    put('interfaces', '?FORMAT 2\nnet eth6 optional\nloc eth1 optional\n');
    expect((await said('start'))[0]).toBe(0);
    put('interfaces', '?FORMAT 2\nnet eth6 optional\nloc eth5 optional\n');
    expect(await said('restart')).toEqual([
      3,
      expect.stringContaining('interfaces:2: REQUIRE_INTERFACE wants one of the optional interfaces'),
    ]);
    put('interfaces', '?FORMAT 2\nnet eth6\nloc eth5\n');
    expect((await said('restart'))[0]).toBe(0);
  });

  test('STARTUP_ENABLED=No: it is checked, and not started', async () => {
    put('ftpwall.conf', '# not yet\nSTARTUP_ENABLED=No\n');
    expect(await firewall.run([process.execPath, 'dist/ftpwall.js', 'check', configuration])).toMatchObject({
      status: 0,
    });
    expect(await said('start')).toEqual([3, expect.stringContaining('ftpwall.conf:2: STARTUP_ENABLED=No')]);
    expect(await listing()).toBe('');
    put('ftpwall.conf', 'STARTUP_ENABLED=Yes\n');
    expect((await said('start'))[0]).toBe(0);
  });
});

describeKernel('interfaces and packets', () => {
  /** Whether a connection from a host of a network gets as far as an answer. */
  const attempt = async (from: string, address: string): Promise<string> =>
    (await lab.host(from).attempt({ protocol: 'tcp', address, port: 4444, patience: 600 })).kind;
  const other = '192.0.2.10';
  const inside = '10.0.1.10';

  test.each([
    ['', { comes: false, goes: true }],
    ['dbl=none', { comes: true, goes: true }],
    ['dbl=src', { comes: false, goes: true }],
    ['dbl=dst', { comes: true, goes: true }],
    ['dbl=src-dst', { comes: false, goes: true }],
  ])(
    'dynamic blacklist with net `%s`: what a listed host of net sends, and what loc sends there',
    async (option, want) => {
      put('ftpwall.conf', 'DYNAMIC_BLACKLIST=ipset\nIP_FORWARDING=On\n');
      put('interfaces', `?FORMAT 2\nnet eth0 ${option}\nloc eth1\n`);
      put('policy', 'all all ACCEPT\n');
      expect((await said('start'))[0]).toBe(0);
      expect((await ftpwall('blacklist', other)).status).toBe(0);
      const seen = {
        comes: (await attempt('net', '10.0.1.1')) !== 'silence',
        goes: (await attempt('loc', other)) !== 'silence',
      };
      // Answers of an established connection are no new packets: what loc asks for, comes.
      expect(seen).toEqual(want);
    },
  );

  test('dbl=dst on loc: what loc sends to a listed host stays here', async () => {
    put('ftpwall.conf', 'DYNAMIC_BLACKLIST=ipset\nIP_FORWARDING=On\n');
    put('policy', 'all all ACCEPT\n');
    for (const [option, answer] of [
      ['dbl=dst', 'silence'],
      ['dbl=src-dst', 'silence'],
      ['dbl=src', 'refused'],
    ] as const) {
      put('interfaces', `?FORMAT 2\nnet eth0\nloc eth1 ${option}\n`);
      expect((await said('restart'))[0]).toBe(0);
      expect((await ftpwall('blacklist', other)).status).toBe(0);
      expect(await attempt('loc', other), option).toBe(answer);
    }
    expect(await attempt('net', inside)).toBe('silence');
  });

  test('upnpclient: UDP of the gateway is accepted, that of others is not', async () => {
    put('interfaces', '?FORMAT 2\nnet eth0 upnpclient\nloc eth1\n');
    await firewall.must(['ip', 'route', 'replace', 'default', 'via', other, 'dev', 'eth0']);
    const udp = async (): Promise<number> => {
      await lab.host('net').attempt({ protocol: 'udp', address: '192.0.2.1', port: 1901, patience: 300 });
      const chain = await firewall.must(['nft', 'list', 'chain', 'inet', 'ftpwall', 'input']);
      return Number(/@gateway-of-eth0-4 .*counter packets (\d+)/.exec(chain)?.[1]);
    };
    try {
      expect((await said('start'))[0]).toBe(0);
      expect(await udp()).toBe(1);
    } finally {
      await firewall.must(['ip', 'route', 'del', 'default']);
    }
    await firewall.must(['ip', 'route', 'replace', 'default', 'via', '192.0.2.77', 'dev', 'eth0']);
    expect((await ftpwall('refresh')).status).toBe(0);
    expect(await udp()).toBe(1);
    await firewall.must(['ip', 'route', 'del', 'default']);
  });
});
