/**
 * An interface that comes after the start, goes, and comes again with another address: `refresh IFACE`, as the hooks of
 * networks call it, makes what the configuration says of it and nothing else; `boot` finds it or goes without. No Node.js.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Host } from './host.ts';
import { type Lab, openLab, threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';
import { writeCompiled } from './small-script.ts';

const files = {
  'ftpwall.conf': 'ROUTE_FILTER=No\nPROVIDER_OFFSET=16\nIP_FORWARDING=On\n',
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0 optional\nnet late0 optional,logmartians=1\nloc eth1\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nall all DROP\n',
  rules: '?SECTION NEW\nDNAT net loc:10.0.1.10 tcp 80 - &late0\n',
  providers: 'ISP1 1 - - eth0 192.0.2.254 track,balance\nISP2 2 - - late0 203.0.113.254 track,balance\n',
  rtrules: '10.0.1.7 - ISP2 1000\n',
  tcdevices: 'eth0 - 5mbit\nlate0 - 2mbit\n',
  tcclasses: 'eth0 1 full full 1 default,pfifo\nlate0 1 full full 1 default,pfifo\n',
};

let lab: Lab;
let firewall: Host;
let path: string;
beforeAll(() => {
  lab = openLab(threeNetworks);
  firewall = lab.firewall;
  path = writeCompiled(lab.folder, 'late', files);
});
afterAll(() => lab?.close());
beforeEach(async () => {
  await firewall?.must(['sh', '-c', 'ip link del late0 2>/dev/null; ip route replace default via 192.0.2.254']);
});

/** By the script alone, as init and hooks do: a bare environment. */
async function call(...words: readonly string[]): Promise<string> {
  const bare = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin'];
  const { status, errors, output } = await firewall.run([...bare, 'sh', path, ...words]);
  expect({ status, errors: status === 0 ? '' : errors }).toEqual({ status: 0, errors: '' });
  return output;
}

const come = (address: string) =>
  firewall.must([
    'sh',
    '-c',
    `ip link show late0 >/dev/null 2>&1 || ip link add late0 type veth peer name far0; ip link set far0 up; ip link set late0 up; ip address flush dev late0; ip address add ${address}/24 dev late0`,
  ]);

async function lines(...words: readonly string[]): Promise<readonly string[]> {
  const { output } = await firewall.run(words);
  return output.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.replace(/\s+/g, ' ').trim()]));
}

/** Every rule, route and queue that the kernel has. */
async function everything(): Promise<readonly string[]> {
  return [
    ...(await lines('ip', '-4', '-N', 'rule', 'show')),
    ...(await lines('ip', '-4', '-N', '-o', 'route', 'show', 'table', 'all')).filter(
      (line) => !/ table 255 /.test(line),
    ),
    ...(await lines('tc', 'qdisc', 'show')),
    ...(await lines('tc', 'class', 'show', 'dev', 'eth0')),
  ];
}

/** What is of the late interface and its provider, by its parts. */
async function ofLate() {
  const all = await everything();
  const set = await lines('nft', 'list', 'set', 'inet', 'ftpwall', 'address-of-late0-4');
  return {
    rules: all.filter((line) => /lookup 2 proto 133/.test(line)).map((line) => line.replace(/:? (.*) lookup.*/, ' $1')),
    way: all.find((line) => /^default via \S+ dev late0 table 2 /.test(line))?.replace(/ table.*/, ''),
    shared: all.some((line) => / table 250 /.test(line) && /dev late0/.test(line)),
    queue: all.some((line) => /^qdisc htb .* dev late0 /.test(line)),
    address: /elements = \{ (\S+) \}/.exec(set.join(' '))?.[1],
    martians: (await lines('cat', '/proc/sys/net/ipv4/conf/late0/log_martians'))[0],
  };
}

const nothing = { rules: [], way: undefined, shared: false, queue: false, address: undefined, martians: undefined };
const there = (address: string) => ({
  rules: ['1000 from 10.0.1.7', '10001 from all fwmark 0x20000/0xff0000', `20000 from ${address}`],
  way: 'default via 203.0.113.254 dev late0',
  shared: true,
  queue: true,
  address,
  martians: '1',
});

describeKernel('an interface that comes late', () => {
  test('is taken up by refresh, given up, and taken up with another address; the other line stays as it is', async () => {
    const before = await everything();
    await call('start');
    expect(await ofLate()).toEqual(nothing);
    const without = await everything();
    expect(await call('status')).toMatch(/provider: ISP2 \(late0, IPv4.*\): down/);

    await come('203.0.113.7');
    await call('refresh', 'late0');
    expect(await ofLate()).toEqual(there('203.0.113.7'));
    const isOfBoth = (line: string) => /table 250 /.test(line);
    const others = (all: readonly string[]) => all.filter((line) => !isOfBoth(line));
    expect(await everything()).toEqual(expect.arrayContaining([...others(without)]));

    await come('203.0.113.8');
    await call('refresh', 'late0');
    expect(await ofLate()).toEqual(there('203.0.113.8'));

    await firewall.must(['ip', 'link', 'del', 'late0']);
    await call('refresh', 'late0');
    expect(await ofLate()).toEqual(nothing);
    expect(await everything()).toEqual(without);

    await come('203.0.113.9');
    await call('refresh', 'late0');
    expect(await ofLate()).toEqual(there('203.0.113.9'));
    await call('stop');
    await firewall.must(['ip', 'link', 'del', 'late0']);
    expect(await everything()).toEqual(before);
  });

  test.each(['clear', 'stop'])('boot goes without it, refresh takes it up, and %s leaves nothing', async (last) => {
    await firewall.must(['nft', 'flush', 'ruleset']);
    const before = await everything();
    await call('boot');
    expect(await ofLate()).toEqual(nothing);
    await come('203.0.113.7');
    await call('refresh', 'late0');
    expect(await ofLate()).toEqual(there('203.0.113.7'));
    await call('boot');
    expect(await ofLate()).toEqual(there('203.0.113.7'));
    await call(last);
    await firewall.must(['ip', 'link', 'del', 'late0']);
    expect(await everything()).toEqual(before);
  });
});
