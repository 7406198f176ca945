/** Zones of ports of a bridge: what passes from port to port, to the firewall, and to another interface. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { scriptTemplate } from '../../runtime/generated/script-template.js';
import { memoryEnvironment } from '../support/memory-environment.ts';
import type { Network } from '../support/probes/topology.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';

const networks: readonly Network[] = [
  { name: 'loc', interface: 'p1', firewall: [], host: ['10.5.0.2/24', 'fd05::2/64'] },
  { name: 'dmz', interface: 'p2', firewall: [], host: ['10.5.0.3/24', 'fd05::3/64'] },
  { name: 'other', interface: 'p3', firewall: [], host: ['10.5.0.4/24', 'fd05::4/64'] },
  { name: 'net', interface: 'eth0', firewall: ['192.0.2.1/24'], host: ['192.0.2.10/24'] },
];

const files = {
  zones: 'fw firewall\nnet ip\nworld ip\nloc:world bport\ndmz:world bport\n',
  interfaces: '?FORMAT 2\nnet eth0\nworld br0 bridge\nloc br0:p1\ndmz br0:p2\n',
  policy: 'loc dmz ACCEPT\nloc net ACCEPT\nloc fw DROP\nfw all ACCEPT\nall all DROP\n',
  rules:
    '?SECTION NEW\nACCEPT dmz loc udp 9001\nACCEPT dmz fw udp 9002\nACCEPT world loc udp 9003\nACCEPT net world:10.5.0.3 udp 9004\nAllowICMPv6 world world\nAllowICMPv6 loc dmz\nAllowICMPv6 dmz loc\n',
  arprules: 'DROP p1:10.5.0.66 p2\nSNAT:10.5.0.77 p1:10.5.0.67 p2 1\n',
  // All bits that are the users': those of the ports are not.
  mangle: 'MARK(5):P br0\nMARK(&0x1):P eth0\n',
  'ftpwall.conf': 'IP_FORWARDING=On\nZERO_MARKS=Yes\n',
};

const arp = `${import.meta.dirname}/arp.py`;

let lab: Lab;
let path: string;
beforeAll(async () => {
  lab = openLab(networks);
  const { firewall } = lab;
  const ports = ['p1', 'p2', 'p3'].map((port) => `ip link set ${port} master br0`).join('; ');
  await firewall.must([
    'sh',
    '-c',
    `ip link add br0 type bridge; ${ports}; ip link set br0 up; ip address add 10.5.0.1/24 dev br0`,
  ]);
  for (const name of ['loc', 'dmz', 'other'])
    await lab.host(name).must(['ip', 'route', 'add', 'default', 'via', '10.5.0.1']);
  const { artifact, report } = compile(memoryEnvironment(files), { version: '0', scriptTemplate });
  expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  path = join(lab.folder, 'ports');
  writeFileSync(path, artifact?.script ?? '');
  chmodSync(path, 0o755);
  for (const name of ['loc', 'dmz', 'other', 'net'])
    for (const port of [9000, 9001, 9003, 9004]) await lab.host(name).serve('udp', port);
  await firewall.serve('udp', 9002);
});
afterAll(() => lab?.close());

async function call(...words: readonly string[]): Promise<void> {
  const { status, errors } = await lab.firewall.run(['sh', path, ...words]);
  expect({ status, errors: status === 0 ? '' : errors }).toEqual({ status: 0, errors: '' });
}

/** Which host answered, if one did. */
async function answer(from: string, address: string, port: number): Promise<string> {
  const outcome = await lab.host(from).attempt({ protocol: 'udp', address, port });
  return outcome.kind === 'connected' ? (outcome.by ?? '') : outcome.kind;
}

describeKernel('ports of a bridge', () => {
  test('each port is a zone for what passes between ports, comes to the firewall, and goes on', async () => {
    await call('start');
    const ways: readonly (readonly [string, string, number, string])[] = [
      ['loc', '10.5.0.3', 9000, 'dmz'],
      ['dmz', '10.5.0.2', 9000, 'silence'],
      ['dmz', '10.5.0.2', 9001, 'loc'],
      ['loc', '10.5.0.4', 9000, 'silence'],
      ['other', '10.5.0.2', 9003, 'loc'],
      ['other', '10.5.0.2', 9001, 'silence'],
      ['dmz', '10.5.0.1', 9002, 'fw'],
      ['loc', '10.5.0.1', 9002, 'silence'],
      ['loc', '192.0.2.10', 9000, 'net'],
      ['dmz', '192.0.2.10', 9000, 'silence'],
      ['net', '10.5.0.3', 9004, 'dmz'],
      ['net', '10.5.0.2', 9004, 'silence'],
      ['loc', 'fd05::3', 9000, 'dmz'],
      ['dmz', 'fd05::2', 9000, 'silence'],
      ['dmz', 'fd05::2', 9001, 'loc'],
    ];
    const seen: (readonly [string, string, number, string])[] = [];
    for (const [from, to, port] of ways) seen.push([from, to, port, await answer(from, to, port)]);
    expect(seen).toEqual(ways);
  });

  test('messages of ARP between two ports are refused and rewritten', async () => {
    await call('restart');
    const { stdin, stdout } = lab.host('dmz').start({ path: 'python3', env: process.env }, ['-I', arp, 'eth0']);
    if (!stdin || !stdout) throw new Error('a program without pipes');
    const heard: string[] = [];
    for await (const line of createInterface({ input: stdout })) {
      heard.push(line.replace(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2} /, ''));
      if (line !== 'ready') continue;
      for (const sender of ['10.5.0.66', '10.5.0.67', '10.5.0.68'])
        await lab.host('loc').must(['python3', '-I', arp, 'eth0', '1', sender, '10.5.0.99']);
      stdin.end();
    }
    const asked = heard.filter((line) => line.endsWith(' 10.5.0.99'));
    expect(asked).toEqual(['1 10.5.0.77 10.5.0.99', '1 10.5.0.68 10.5.0.99']);
  });

  test('what the rules for packets do not see does not pass', async () => {
    await call('restart');
    expect(await answer('loc', '10.5.0.3', 9000)).toBe('dmz');
    await lab.firewall.must(['sh', '-c', 'echo 0 >/proc/sys/net/bridge/bridge-nf-call-iptables']);
    expect(await answer('loc', '10.5.0.3', 9000)).toBe('silence');
    // A restart sets it again.
    await call('restart');
    expect(await answer('loc', '10.5.0.3', 9000)).toBe('dmz');
  });

  test('the table goes with the rules, and comes back with them', async () => {
    await call('stop');
    expect(await lab.firewall.must(['nft', 'list', 'tables'])).toBe('table inet ftpwall\n');
    await call('boot');
    expect(await answer('dmz', '10.5.0.2', 9001)).toBe('loc');
    await call('clear');
    expect(await lab.firewall.must(['nft', 'list', 'tables'])).toBe('');
  });
});
