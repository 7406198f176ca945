/** Providers in the kernel: rules and tables of routing, and what becomes of them as providers come and go. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { scriptTemplate } from '../../runtime/generated/script-template.js';
import { memoryEnvironment } from '../support/memory-environment.ts';
import type { Network } from '../support/probes/topology.ts';
import type { Host } from './host.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';

const networks: readonly Network[] = [
  {
    name: 'isp1',
    interface: 'eth0',
    firewall: ['192.0.2.1/24', '2001:db8:1::1/64'],
    host: ['192.0.2.254/24', '2001:db8:1::fe/64'],
  },
  {
    name: 'isp2',
    interface: 'eth1',
    firewall: ['198.51.100.1/24', '2001:db8:2::1/64'],
    host: ['198.51.100.254/24', '2001:db8:2::fe/64'],
  },
  { name: 'lan', interface: 'eth2', firewall: ['10.0.0.1/24'], host: ['10.0.0.5/24'] },
];

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0 optional\nnet eth1 optional\nloc eth2\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nall all DROP\n',
  rules: 'ACCEPT net all\n',
  'ftpwall.conf': 'ROUTE_FILTER=No\nPROVIDER_OFFSET=16\nIP_FORWARDING=On\n',
};

/** Milliseconds for what comes about by itself, on machines that have other things to do. */
const patience = 120_000;

let lab: Lab;
let firewall: Host;
beforeAll(() => {
  lab = openLab(networks);
  firewall = lab.firewall;
});
afterAll(() => lab?.close());
beforeEach(async () => {
  await firewall?.must([
    'sh',
    '-c',
    'nft flush ruleset; ip link set eth1 up; ip -6 address replace 2001:db8:2::1/64 dev eth1 nodad; ip route replace default via 192.0.2.254',
  ]);
});

let scripts = 0;

function scriptOf(files: Readonly<Record<string, string>>): string {
  const { artifact, report } = compile(memoryEnvironment({ ...base, ...files }), { version: '0', scriptTemplate });
  expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  scripts += 1;
  const path = join(lab.folder, `providers-${scripts}`);
  writeFileSync(path, artifact?.script ?? '');
  chmodSync(path, 0o755);
  return path;
}

async function call(path: string, ...words: readonly string[]): Promise<string> {
  const { status, errors, output } = await firewall.run(['sh', path, ...words]);
  expect({ status, errors: status === 0 ? '' : errors }).toEqual({ status: 0, errors: '' });
  return output;
}

/** Our rules of IPv4, without what is the same in all of them. */
async function rules(version = '-4'): Promise<readonly string[]> {
  const text = await firewall.must(['ip', version, '-N', 'rule', 'show']);
  return text
    .split('\n')
    .filter((line) => line.includes('proto 133'))
    .map((line) => line.replace(/:\s+/, ' ').replace(' proto 133', '').replace('from all ', '').trim());
}

async function table(number: number, version = '-4'): Promise<string> {
  const { output } = await firewall.run(['ip', version, '-o', 'route', 'show', 'table', String(number)]);
  return output
    .replace(/ proto 133| onlink/g, '')
    .replace(/[\s\\]+/g, ' ')
    .trim();
}

async function wayOf(address: string, mark?: number): Promise<string> {
  const words = mark === undefined ? [] : ['mark', String(mark)];
  const text = await firewall.must(['ip', 'route', 'get', address, ...words]);
  return /dev (\S+)/.exec(text)?.[1] ?? '';
}

/** How many datagrams to the port came to each of the two, from now on. */
async function countsOf(port: number): Promise<() => Promise<readonly number[]>> {
  const hosts = ['isp1', 'isp2'].map((name) => lab.host(name));
  const table = `table ip seen { counter n { }\nchain c { type filter hook prerouting priority -500; udp dport ${port} counter name n\n}\n}`;
  for (const host of hosts) await host.must(['nft', `add table ip seen\ndelete table ip seen\n${table}`]);
  return () =>
    Promise.all(
      hosts.map(async (host) =>
        Number(/packets (\d+)/.exec(await host.must(['nft', 'list', 'counter', 'ip', 'seen', 'n']))?.[1]),
      ),
    );
}

const balanced = {
  providers: 'ISP1 1 - - eth0 192.0.2.254 balance=2\nISP2 2 - - eth1 198.51.100.254 balance\n',
};

const two = [
  '999 lookup 254 suppress_prefixlength 0',
  '10000 fwmark 0x10000/0xff0000 lookup 1',
  '10001 fwmark 0x20000/0xff0000 lookup 2',
  '20000 from 192.0.2.1 lookup 1',
  '20000 from 198.51.100.1 lookup 2',
  '32765 lookup 250',
];
const one = two.filter((line) => !line.endsWith('lookup 2'));
const shared = 'default nexthop via 192.0.2.254 dev eth0 weight 2 nexthop via 198.51.100.254 dev eth1 weight 1';

describeKernel('providers', () => {
  test('two that are balanced: disabled, enabled, down, up, stopped', async () => {
    const path = scriptOf(balanced);
    await call(path, 'start');
    expect(await rules()).toEqual(two);
    expect(await table(250)).toBe(shared);
    expect(await table(2)).toContain('default via 198.51.100.254 dev eth1 src 198.51.100.1');
    expect([await wayOf('203.0.113.1', 0x10000), await wayOf('203.0.113.1', 0x20000)]).toEqual(['eth0', 'eth1']);
    expect(await wayOf('10.0.0.5', 0x20000)).toBe('eth2');

    await call(path, 'disable', 'eth1');
    expect(await rules()).toEqual(one);
    expect([await table(250), await table(2)]).toEqual(['default via 192.0.2.254 dev eth0', '']);
    expect(await call(path, 'status')).toContain('provider: ISP2 (eth1, IPv4, gateway 198.51.100.254): disabled');
    await call(path, 'restart');
    expect(await rules(), 'a restart does not enable it').toEqual(one);

    await call(path, 'enable', 'ISP2');
    expect(await rules()).toEqual(two);
    expect(await table(250)).toBe(shared);

    await firewall.must(['ip', 'link', 'set', 'eth1', 'down']);
    await call(path, 'refresh', 'eth1');
    expect(await rules()).toEqual(one);
    await firewall.must(['ip', 'link', 'set', 'eth1', 'up']);
    await vi.waitFor(async () => {
      await call(path, 'refresh', 'eth1');
      expect(await rules()).toEqual(two);
    }, patience);

    await call(path, 'stop');
    expect(await rules()).toEqual([]);
    expect([await table(250), await table(1)]).toEqual(['', '']);
    expect(await table(254)).toContain('default via 192.0.2.254 dev eth0');
  });

  test('one that takes the place of another', async () => {
    const path = scriptOf({
      providers: 'ISP1 1 - - eth0 192.0.2.254 primary,persistent\nISP2 2 - - eth1 198.51.100.254 fallback\n',
      rtrules: '10.0.0.7 - ISP1 1001!\n10.0.0.8 - ISP1 1002\n',
    });
    await call(path, 'start');
    expect(await wayOf('203.0.113.1')).toBe('eth0');
    expect(await table(253)).toBe('default via 198.51.100.254 dev eth1 src 198.51.100.1 metric 2');
    await call(path, 'disable', 'ISP1');
    expect(await wayOf('203.0.113.1')).toBe('eth1');
    expect(await table(1)).toContain('default via 192.0.2.254 dev eth0');
    const left = await rules();
    expect(left).toContain('1001 from 10.0.0.7 lookup 1');
    expect(left).toContain('20000 from 192.0.2.1 lookup 1');
    expect(left.filter((line) => /fwmark 0x10000|10\.0\.0\.8/.test(line))).toEqual([]);
    await call(path, 'enable', 'ISP1');
    expect(await wayOf('203.0.113.1')).toBe('eth0');
    await call(path, 'clear');
    expect(await rules()).toEqual([]);
  });

  test('rules, routes, copies and a proxy', async () => {
    const path = scriptOf({
      'ftpwall.conf': 'ROUTE_FILTER=No\nUSE_DEFAULT_RT=No\nNULL_ROUTE_RFC1918=Yes\n',
      providers:
        'ISP1 1 1 main eth0 192.0.2.254 track,balance eth2\nISP2 2 2 main eth1 detect track,loose none\ntp 3 - - lo - tproxy\n',
      rtrules: 'eth2:10.2.0.0/16 203.0.113.0/24 main 11000\n- 203.0.114.0/24 2 1004 0x20/0x30\n&eth0 - ISP1 1005\n',
      routes: 'ISP1 172.20.0.0/16 10.0.0.2 eth2\nmain 10.98.0.0/16 blackhole\n',
    });
    await firewall.must(['ip', 'route', 'replace', 'default', 'via', '198.51.100.254', 'dev', 'eth1', 'table', '2']);
    await call(path, 'start');
    expect(await rules()).toEqual([
      '1 fwmark 0x200/0x200 lookup 3',
      '1004 to 203.0.114.0/24 fwmark 0x20/0x30 lookup 2',
      '1005 from 192.0.2.1 lookup 1',
      '10000 fwmark 0x1/0xff lookup 1',
      '10001 fwmark 0x2/0xff lookup 2',
      '11000 from 10.2.0.0/16 to 203.0.113.0/24 iif eth2 lookup 254 suppress_prefixlength 0',
      '11000 from 10.2.0.0/16 to 203.0.113.0/24 iif eth2 lookup 250',
      '20000 from 192.0.2.1 lookup 1',
      '32764 lookup 254 suppress_prefixlength 0',
      '32765 lookup 250',
    ]);
    const first = await table(1);
    expect(first).toContain('10.0.0.0/24 dev eth2');
    expect(first).toContain('172.20.0.0/16 via 10.0.0.2 dev eth2');
    expect(first).not.toContain('eth1');
    expect(await table(2)).toBe(
      'default via 198.51.100.254 dev eth1 src 198.51.100.1 198.51.100.0/24 dev eth1 scope link src 198.51.100.1 198.51.100.254 dev eth1 scope link src 198.51.100.1',
    );
    expect(await table(3)).toBe('local default dev lo scope host');
    const main = await table(254);
    expect(main).toContain('blackhole 10.98.0.0/16');
    expect(main).toContain('blackhole 172.16.0.0/12');
    await call(path, 'stop');
    expect(await table(254)).not.toContain('blackhole');
    expect(await rules()).toEqual([]);
  });

  test('addresses that are answered for', async () => {
    const path = scriptOf({
      proxyarp: '192.0.2.100 eth2 eth0 No Yes\n192.0.2.101 eth2 eth0\n192.0.2.102 - eth0 Yes\n',
      proxyndp: '2001:db8:1::100 eth2 eth0\n',
    });
    const answered = async (version: string) =>
      (await firewall.must(['ip', version, 'neighbour', 'show', 'proxy'])).replace(/\s*\n/g, ';').trim();
    await call(path, 'start');
    expect(await answered('-4')).toContain('192.0.2.102 dev eth0');
    expect(await answered('-6')).toContain('2001:db8:1::100 dev eth0');
    expect(await table(254)).toContain('192.0.2.101 dev eth2');
    expect(await firewall.must(['cat', '/proc/sys/net/ipv4/conf/eth2/proxy_arp'])).toBe('1\n');
    const outside = lab.host('isp1');
    // The kernel takes its time with answers for others, up to a second (proxy_delay).
    await vi.waitFor(async () => {
      await outside.attempt({ protocol: 'udp', address: '192.0.2.100', port: 9, patience: 100 });
      expect(await outside.must(['ip', 'neighbour', 'show', '192.0.2.100'])).toContain('lladdr');
    }, patience);
    await call(path, 'stop');
    expect([await answered('-4'), await answered('-6')]).toEqual(['', '']);
    const main = await table(254);
    expect([main.includes('192.0.2.100'), main.includes('192.0.2.101')]).toEqual([true, false]);
    await firewall.must(['ip', 'route', 'del', '192.0.2.100']);
  });

  test('IPv6 has providers of its own', async () => {
    const path = scriptOf({
      providers: `${balanced.providers}ISP1 1 - - eth0 2001:db8:1::fe balance\nISP2 2 - - eth1 2001:db8:2::fe fallback\n`,
    });
    await call(path, 'start');
    expect(await rules('-6')).toEqual([
      '999 lookup 254 suppress_prefixlength 0',
      '10000 fwmark 0x10000/0xff0000 lookup 1',
      '10001 fwmark 0x20000/0xff0000 lookup 2',
      '20000 from 2001:db8:1::/64 lookup 1',
      '20000 from 2001:db8:2::/64 lookup 2',
      '32765 lookup 250',
      '32767 lookup 253',
    ]);
    expect(await table(250, '-6')).toContain('default via 2001:db8:1::fe dev eth0');
    await call(path, 'stop');
    expect(await rules('-6')).toEqual([]);
  });

  test('two behind one interface', async () => {
    await firewall.must(['ip', 'address', 'replace', '192.0.2.2/24', 'dev', 'eth0']);
    const path = scriptOf({
      providers:
        'ISP1 1 - - eth0:192.0.2.1 192.0.2.254 track,balance\nISP2 2 - - eth0:192.0.2.2 192.0.2.253 track,balance\n',
      snat: 'SNAT(192.0.2.1) 10.0.0.0/24 eth0(ISP1)\nSNAT(192.0.2.2) 10.0.0.0/24 eth0(ISP2)\n',
    });
    await call(path, 'start');
    expect(await table(1)).toContain('realm 1');
    expect(await table(250)).toMatch(/via 192\.0\.2\.254 realm 1 .* via 192\.0\.2\.253 realm 2 /);
    expect(await rules()).toContain('20000 from 192.0.2.2 lookup 2');
    expect(await firewall.must(['nft', 'list', 'set', 'inet', 'ftpwall', 'gateway-of-mac-ISP1'])).toMatch(
      /elements = /,
    );
    await call(path, 'stop');
    await firewall.must(['ip', 'address', 'del', '192.0.2.2/24', 'dev', 'eth0']);
  });

  test('the monitor takes out what leads nowhere, and brings it back', async () => {
    const far = '203.0.113.1';
    for (const name of ['isp1', 'isp2'])
      await lab.host(name).must(['ip', 'address', 'replace', `${far}/32`, 'dev', 'lo']);
    const lead = (there: boolean) =>
      lab.host('isp2').must(['ip', 'address', there ? 'replace' : 'del', `${far}/32`, 'dev', 'lo']);
    const path = scriptOf({ ...balanced, rules: 'ACCEPT net all\nACCEPT fw net icmp\n' });
    await call(path, 'start');
    // Nobody waits two seconds for what is near.
    const folder = join(lab.folder, 'hasty');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'ping'), '#!/bin/sh\nexec /usr/bin/ping -W 0.3 "$@" -W 0.3\n', { mode: 0o755 });
    const round = () =>
      firewall.must(['env', `PATH=${folder}:${process.env.PATH}`, 'sh', path, 'probe', '2', '3', far]);
    const rounds = async (count: number) => {
      for (let each = 0; each < count; each += 1) await round();
    };
    await round();
    expect(await rules(), 'nothing of the question stays').toEqual(two);
    // A line that comes and goes faster than it is counted is not switched.
    for (let flap = 0; flap < 10; flap += 1) {
      await lead(flap % 2 === 1);
      await round();
      expect(await rules()).toEqual(two);
    }
    await lead(false);
    await rounds(2);
    expect(await rules()).toEqual(one);
    expect(await table(250)).toBe('default via 192.0.2.254 dev eth0');
    expect(await call(path, 'status')).toMatch(/provider: ISP2 .*: down: nothing answers through it/);
    await call(path, 'restart');
    expect(await rules(), 'a restart knows it still').toEqual(one);
    await lead(true);
    await rounds(2);
    expect(await rules()).toEqual(one);
    await round();
    expect(await rules()).toEqual(two);
    // What somebody has disabled is not asked; the last one that is left stays in use.
    await call(path, 'disable', 'ISP2');
    await rounds(3);
    expect(await rules()).toEqual(one);
    await lab.host('isp1').must(['ip', 'address', 'del', `${far}/32`, 'dev', 'lo']);
    await rounds(3);
    expect(await rules()).toEqual(one);
    await call(path, 'enable', 'ISP2');
    await rounds(1);
    expect(await table(250)).toBe('default via 198.51.100.254 dev eth1');
    await call(path, 'stop');
    expect(await rules()).toEqual([]);
  });

  test('shares by chance are those of the providers in use', async () => {
    const path = scriptOf({
      providers: 'ISP1 1 - - eth0 192.0.2.254 load=.6\nISP2 2 - - eth1 198.51.100.254 load=.4\n',
    });
    await call(path, 'start');
    const send =
      "import socket\nfor n in range(60): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('203.0.113.%d' % (n + 1), 19))";
    const sent = async () => {
      const seen = await countsOf(19);
      await firewall.must(['python3', '-c', send]);
      await vi.waitFor(async () => expect((await seen()).reduce((sum, each) => sum + each)).toBe(60), patience);
      return await seen();
    };
    // Each is missed by all sixty less than once in a million million times.
    const [one, other] = await sent();
    expect([one === 0, other === 0]).toEqual([false, false]);
    await call(path, 'disable', 'ISP1');
    expect(await sent()).toEqual([0, 60]);
    await call(path, 'enable', 'ISP1');
    await call(path, 'disable', 'ISP2');
    await call(path, 'restart');
    expect(await sent()).toEqual([60, 0]);
    await call(path, 'enable', 'ISP2');
    await call(path, 'stop');
  });

  // FTPWALL_RESTARTS=100 for more of them.
  const restarts = Number(process.env.FTPWALL_RESTARTS ?? 3);
  const time = 240_000 + restarts * 5000;
  test('a restart loses no packet of a stream, and leads none astray', {
    timeout: time + 60_000,
  }, async () => {
    const marked = { mangle: 'MARK(0x20000/0xff0000):P eth2 - udp 9\n', tcdevices: 'eth1 - 500mbit\n' };
    const classes = (part: number) => `eth1 1 full/${part} full 1 pfifo\neth1 2 full/2 full 2 default,pfifo\n`;
    const paths = [
      scriptOf({ ...balanced, ...marked, tcclasses: classes(4) }),
      scriptOf({
        ...balanced,
        ...marked,
        tcclasses: classes(8),
        rtrules: '10.9.0.0/16 - ISP1 11000\n',
        routes: 'ISP2 172.20.0.0/16 198.51.100.7 eth1\n',
      }),
    ];
    await call(paths[0] ?? '', 'start');
    const seen = await countsOf(9);
    const sender = [
      'import socket, time, os, sys',
      's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)',
      'n = 0',
      `while not os.path.exists('${lab.folder}/enough'):`,
      "    s.sendto(b'x', ('203.0.113.9', 9)); n += 1; time.sleep(0.0003)",
      'print(n)',
    ].join('\n');
    await lab.host('lan').must(['ip', 'route', 'replace', 'default', 'via', '10.0.0.1']);
    const sent = lab.host('lan').run(['python3', '-c', sender], { patience: time });
    await vi.waitFor(async () => expect(await seen()).not.toEqual([0, 0]), patience);
    for (let each = 1; each <= restarts; each += 1) await call(paths[each % 2] ?? '', 'restart');
    writeFileSync(join(lab.folder, 'enough'), '');
    const count = Number((await sent).output);
    expect(count).toBeGreaterThan(100);
    // The last ones may be on their way.
    await vi.waitFor(async () => expect(await seen()).toEqual([0, count]), patience);
    await call(paths[0] ?? '', 'stop');
  });

  test('what is refused is undone', async () => {
    const path = scriptOf(balanced);
    await call(path, 'start');
    const bad = scriptOf({
      ...balanced,
      routes: 'ISP1 172.20.0.0/16 10.99.0.2 eth2\n',
      rtrules: '10.0.0.9 - ISP2 1001\n',
    });
    const { status, errors } = await firewall.run(['sh', bad, 'start']);
    expect(status).toBe(3);
    expect(errors).toContain('the route cannot be made');
    expect(await rules()).toEqual(two);
    expect(await table(1)).not.toContain('172.20');
    await call(path, 'stop');
  });

  test('an optional interface without a provider is disabled and enabled, with its queues and scripts', async () => {
    const said = (name: string) => `echo ${name} "$@" >>${lab.folder}/said`;
    const path = scriptOf({
      interfaces: '?FORMAT 2\nnet eth0 optional\nnet up2 optional,physical=eth1\nloc eth2\n',
      providers: 'ISP1 1 - - eth0 192.0.2.254 -\nV 3 - - eth2 detect -\n',
      tcdevices: 'up2 - 5mbit\n',
      tcclasses: 'up2 1 full full 1 default,pfifo\n',
      enabled: said('enabled'),
      disabled: said('disabled'),
    });
    const queues = () => firewall.must(['tc', 'qdisc', 'show', 'dev', 'eth1']);
    await call(path, 'start');
    expect(await queues()).toContain('htb');
    await call(path, 'disable', 'eth1');
    expect(await queues()).not.toContain('htb');
    await call(path, 'restart');
    expect(await queues()).not.toContain('htb');
    expect(await call(path, 'status')).toContain('interface: up2: disabled by ftpwall disable\n');
    await call(path, 'enable', 'up2');
    expect(await queues()).toContain('htb');
    await call(path, 'disable', 'V');
    expect(await call(path, 'status')).toContain('provider: V (eth2, IPv4): disabled by ftpwall disable\n');
    await call(path, 'reenable', 'ISP1');
    expect(await call(path, 'status')).not.toContain('interface: ');
    expect(readFileSync(join(lab.folder, 'said'), 'utf8')).toBe(
      'disabled eth1 up2\nenabled eth1 up2\ndisabled eth0 eth0 ISP1\nenabled eth0 eth0 ISP1\n',
    );
    const { status, errors } = await firewall.run(['sh', path, 'disable', 'eth3']);
    expect(status).toBe(3);
    expect(errors).toContain('eth3 is not a provider, the interface of a provider, or an optional interface');
    await call(path, 'stop');
  });
});

test('a provider is named once for each IP version', () => {
  const { report } = compile(
    memoryEnvironment({ ...base, providers: 'ISP1 1 - - eth0 192.0.2.254\nISP1 1 - - eth1 192.0.2.253\n' }),
    { version: '0' },
  );
  expect(report.diagnostics.map(({ code }) => code)).toContain('bad-provider');
});
