import { expect, test, vi } from 'vitest';
import { administered, outsideSsh } from './administered.ts';
import { threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';
import { emptyRun } from './run-folder.ts';
import { startRunning } from './running.ts';

const machine = administered(threeNetworks, {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: 'fw all ACCEPT\nloc net ACCEPT\nall all DROP\n',
});

/** What a verb ended with, and what it said. */
async function said(verb: string): Promise<readonly [status: number | null, errors: string]> {
  const { status, errors } = await machine.ftpwall(verb);
  return [status, errors];
}

describeKernel('interfaces on start', () => {
  test('required: one that is down, without address or not there keeps the rules as they are', async () => {
    machine.put('interfaces', '?FORMAT 2\nnet eth0 required\nloc eth1\n');
    expect((await said('start'))[0]).toBe(0);
    const before = await machine.listing();
    machine.put('policy', 'fw all ACCEPT\nall all REJECT\n');
    const lacks =
      'interfaces:2: the interface eth0 is required, and it is not up or has no address; nothing was changed';
    await machine.firewall.must(['ip', 'link', 'set', 'eth0', 'down']);
    try {
      expect(await said('restart')).toEqual([3, expect.stringContaining(lacks)]);
      await machine.firewall.must(['ip', 'link', 'set', 'eth0', 'up']);
      await machine.firewall.must(['ip', 'address', 'flush', 'dev', 'eth0']);
      expect(await said('restart')).toEqual([3, expect.stringContaining(lacks)]);
    } finally {
      await machine.firewall.must(['sh', '-c', 'ip link set eth0 up; ip addr replace 192.0.2.1/24 dev eth0']);
    }
    expect(await machine.listing()).toBe(before);
    expect((await said('restart'))[0]).toBe(0);
    expect(await machine.listing()).not.toBe(before);
    machine.put('interfaces', '?FORMAT 2\nnet eth0\nloc ppp+ required\n');
    const several =
      'interfaces:3: the interface ppp+ is required, and it is not up or has no address; nothing was changed';
    expect(await said('restart')).toEqual([3, expect.stringContaining(several)]);
  });

  test('required: of a pattern one is enough', async () => {
    machine.put('interfaces', '?FORMAT 2\nnet eth0\nloc eth+ required\n');
    expect((await said('start'))[0]).toBe(0);
  });

  test('required: the rules of a boot come before the network, whatever is there', async () => {
    machine.put('interfaces', '?FORMAT 2\nnet eth0 required\nloc eth1\n');
    expect((await said('start'))[0]).toBe(0);
    await machine.firewall.must(['sh', '-c', `nft flush ruleset; ${emptyRun}; ip link set eth0 down`]);
    try {
      expect(await machine.firewall.run(['sh', `${machine.state}/boot/firewall`, 'boot'])).toMatchObject({ status: 0 });
      expect(await machine.listing()).toContain('ftpwall running');
    } finally {
      await machine.firewall.must(['ip', 'link', 'set', 'eth0', 'up']);
    }
  });

  test('wait: until the interface is there, and no longer than said', async () => {
    machine.put('interfaces', '?FORMAT 2\nnet eth0\nloc eth7 required,wait=60\n');
    const starting = startRunning(machine.firewall, machine.words('start'), { env: outsideSsh });
    await starting.says(/waiting for the interface eth7 \(up to 60 seconds\)/);
    await machine.firewall.must([
      'sh',
      '-c',
      'ip link add eth7 type veth peer name eth8; ip link set eth8 up; ip link set eth7 up; ip addr add 10.9.9.1/24 dev eth7',
    ]);
    expect(await starting.ended).toMatchObject({ status: 0 });
    await machine.firewall.must(['ip', 'link', 'delete', 'eth7']);
    machine.put('interfaces', '?FORMAT 2\nnet eth0\nloc eth7 optional,wait=1\n');
    const before = Date.now();
    expect((await said('restart'))[0]).toBe(0);
    expect(Date.now() - before).toBeGreaterThanOrEqual(1000);
  });

  test('REQUIRE_INTERFACE: one of the optional ones is enough, none is not', async () => {
    machine.put('ftpwall.conf', 'REQUIRE_INTERFACE=Yes\n');
    machine.put('interfaces', '?FORMAT 2\nnet eth6 optional\nloc eth1 optional\n');
    expect((await said('start'))[0]).toBe(0);
    machine.put('interfaces', '?FORMAT 2\nnet eth6 optional\nloc eth5 optional\n');
    expect(await said('restart')).toEqual([
      3,
      expect.stringContaining('interfaces:2: REQUIRE_INTERFACE wants one of the optional interfaces'),
    ]);
    machine.put('interfaces', '?FORMAT 2\nnet eth6\nloc eth5\n');
    expect((await said('restart'))[0]).toBe(0);
  });

  test('STARTUP_ENABLED=No: it is checked, and not started', async () => {
    machine.put('ftpwall.conf', '# not yet\nSTARTUP_ENABLED=No\n');
    expect(
      await machine.firewall.run([process.execPath, 'dist/ftpwall.js', 'check', machine.configuration]),
    ).toMatchObject({
      status: 0,
    });
    expect(await said('start')).toEqual([3, expect.stringContaining('ftpwall.conf:2: STARTUP_ENABLED=No')]);
    expect(await machine.listing()).toBe('');
    machine.put('ftpwall.conf', 'STARTUP_ENABLED=Yes\n');
    expect((await said('start'))[0]).toBe(0);
  });
});

describeKernel('interfaces and packets', () => {
  /** Whether a connection from a host of a network gets as far as an answer. */
  const attempt = async (from: string, address: string): Promise<string> =>
    (await machine.lab.host(from).attempt({ protocol: 'tcp', address, port: 4444 })).kind;
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
      machine.put('ftpwall.conf', 'DYNAMIC_BLACKLIST=ipset\nIP_FORWARDING=On\n');
      machine.put('interfaces', `?FORMAT 2\nnet eth0 ${option}\nloc eth1\n`);
      machine.put('policy', 'all all ACCEPT\n');
      expect((await said('start'))[0]).toBe(0);
      expect((await machine.ftpwall('blacklist', other)).status).toBe(0);
      const seen = {
        comes: (await attempt('net', '10.0.1.1')) !== 'silence',
        goes: (await attempt('loc', other)) !== 'silence',
      };
      // Answers of an established connection are no new packets: what loc asks for, comes.
      expect(seen).toEqual(want);
    },
  );

  test('dbl=dst on loc: what loc sends to a listed host stays here', async () => {
    machine.put('ftpwall.conf', 'DYNAMIC_BLACKLIST=ipset\nIP_FORWARDING=On\n');
    machine.put('policy', 'all all ACCEPT\n');
    for (const [option, answer] of [
      ['dbl=dst', 'silence'],
      ['dbl=src-dst', 'silence'],
      ['dbl=src', 'refused'],
    ] as const) {
      machine.put('interfaces', `?FORMAT 2\nnet eth0\nloc eth1 ${option}\n`);
      expect((await said('restart'))[0]).toBe(0);
      expect((await machine.ftpwall('blacklist', other)).status).toBe(0);
      expect(await attempt('loc', other), option).toBe(answer);
    }
    expect(await attempt('net', inside)).toBe('silence');
  });

  test('upnpclient: UDP of the gateway is accepted, that of others is not', async () => {
    machine.put('interfaces', '?FORMAT 2\nnet eth0 upnpclient\nloc eth1\n');
    await machine.firewall.must(['ip', 'route', 'replace', 'default', 'via', other, 'dev', 'eth0']);
    const udp = async (): Promise<number> => {
      await machine.lab.host('net').attempt({ protocol: 'udp', address: '192.0.2.1', port: 1901 });
      const chain = await machine.firewall.must(['nft', 'list', 'chain', 'inet', 'ftpwall', 'input']);
      return Number(/@gateway-of-eth0-4 .*counter packets (\d+)/.exec(chain)?.[1]);
    };
    try {
      expect((await said('start'))[0]).toBe(0);
      expect(await udp()).toBe(1);
    } finally {
      await machine.firewall.must(['ip', 'route', 'del', 'default']);
    }
    await machine.firewall.must(['ip', 'route', 'replace', 'default', 'via', '192.0.2.77', 'dev', 'eth0']);
    expect((await machine.ftpwall('refresh')).status).toBe(0);
    expect(await udp()).toBe(1);
    await machine.firewall.must(['ip', 'route', 'del', 'default']);
  });

  test('dhcp of every listed interface opens nothing to another one, running or stopped', async () => {
    machine.put('interfaces', '?FORMAT 2\nnet eth0 dhcp\nloc eth1 dhcp\n');
    const answers = async () => {
      const asked = async (from: string, address: string, port: number) =>
        (await machine.lab.host(from).attempt({ protocol: 'udp', address, port })).kind;
      return {
        listed: [await asked('loc', '10.0.1.1', 67), await asked('loc', '2001:db8:3::1', 546)],
        unlisted: [await asked('dmz', '10.0.2.1', 67), await asked('dmz', '2001:db8:2::1', 546)],
      };
    };
    const right = { listed: ['refused', 'refused'], unlisted: ['silence', 'silence'] };
    expect((await said('start'))[0]).toBe(0);
    expect(await answers()).toEqual(right);
    expect((await said('stop'))[0]).toBe(0);
    expect(await answers()).toEqual(right);
  });

  test('rpfilter lets DHCP through from servers that there is no route to, and nothing else', async () => {
    machine.put('interfaces', '?FORMAT 2\nnet eth0 dhcp,rpfilter\nloc eth1\n');
    await machine.lab
      .host('net')
      .must(['sh', '-c', 'ip addr add 198.18.7.2 dev lo; ip addr add 2001:db8:77::2 dev lo']);
    const send = (family: string, from: string, to: string, port: number) =>
      machine.lab.host('net').must(['python3', '-c', sendUdp, family, from, to, String(port)]);
    const counted = async (pattern: RegExp): Promise<number> => {
      const rules = await machine.firewall.must(['nft', 'list', 'table', 'inet', 'ftpwall']);
      return [...rules.matchAll(pattern)].reduce((sum, [, packets]) => sum + Number(packets), 0);
    };
    const heard = () => counted(/dport \d+-\d+ counter packets (\d+) .*interfaces: dhcp/g);
    const filtered = () => counted(/fib saddr.*counter packets (\d+) .*interfaces: rpfilter/g);
    expect((await said('start'))[0]).toBe(0);
    // Tests before may have taken the address away.
    await machine.firewall.must(['ip', 'address', 'replace', '2001:db8:1::1/64', 'dev', 'eth0', 'nodad']);
    // Whoever has no route back answers no ARP.
    await attempt('net', '192.0.2.1');
    await send('AF_INET6', '2001:db8:77::2', '2001:db8:1::1', 546);
    await send('AF_INET', '198.18.7.2', '192.0.2.1', 68);
    // Without a route IPv4 of this kernel goes no further than routing, behind the chain of rpfilter.
    expect([await heard(), await filtered()]).toEqual([1, 0]);
    await send('AF_INET6', '2001:db8:77::2', '2001:db8:1::1', 545);
    await send('AF_INET', '198.18.7.2', '192.0.2.1', 69);
    expect([await heard(), await filtered()]).toEqual([1, 2]);
  });
});

const sendUdp = `
import socket, sys
family, source, target, port = sys.argv[1:]
one = socket.socket(getattr(socket, family), socket.SOCK_DGRAM)
one.bind((source, 0))
one.sendto(b"x", (target, int(port)))
`;

const advertise = `
import socket
one = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex("eth0"))
one.sendto(bytes([134, 0, 0, 0, 64, 0]) + (1800).to_bytes(2, "big") + bytes(8), ("ff02::1", 0))
`;

describeKernel('the IPv6 default route of a router', () => {
  const route = async () => machine.firewall.must(['ip', '-6', 'route', 'show', 'default']);

  /**
   * A machine that forwards nothing and has learned its route. Who advertises is a router: of one whose neighbour
   * advertisements say that it is none the kernel forgets the routes (net/ipv6/ndisc.c, ndisc_recv_na).
   */
  const learn = async (): Promise<void> => {
    await machine.lab.host('net').must(['sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding']);
    await machine.firewall.must([
      'sh',
      '-c',
      'echo 0 >/proc/sys/net/ipv6/conf/all/forwarding; echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_ra',
    ]);
    await vi.waitFor(
      async () => {
        await machine.lab.host('net').must(['python3', '-c', advertise]);
        expect(await route()).toContain('proto ra');
      },
      { timeout: 120_000, interval: 300 },
    );
  };
  const forget = () =>
    machine.firewall.must([
      'sh',
      '-c',
      'echo 0 >/proc/sys/net/ipv6/conf/all/forwarding; echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_ra; ip -6 route flush default',
    ]);

  test('accept_ra=2 is set before forwarding, so the route stays', async () => {
    await learn();
    try {
      machine.put('ftpwall.conf', 'IP_FORWARDING=On\n');
      machine.put('interfaces', '?FORMAT 2\nnet eth0 dhcp,accept_ra=2\nloc eth1\n');
      expect(await said('start')).toEqual([0, expect.not.stringContaining('advertised-route-lost')]);
      expect(await route()).toContain('proto ra');
    } finally {
      await forget();
    }
  });

  test('without it check and start warn, doctor finds it, and rollback gives the route back', async () => {
    await learn();
    try {
      expect((await said('start'))[0]).toBe(0);
      expect(await route()).toContain('proto ra');
      machine.put('ftpwall.conf', 'IP_FORWARDING=On\n');
      await machine.firewall.must(['ip', 'route', 'replace', 'default', 'via', '192.0.2.10', 'dev', 'eth0']);
      const checked = await machine.firewall.run([process.execPath, 'dist/ftpwall.js', 'check', machine.configuration]);
      const warned = expect.stringContaining('this machine will lose its IPv6 default route on `eth0`');
      expect([checked.status, checked.errors]).toEqual([0, warned]);
      expect(await said('restart')).toEqual([0, warned]);
      expect(await route()).toBe('');
      const examined = await machine.ftpwall('doctor', 'ftp', machine.configuration);
      expect(`${examined.output}${examined.errors}`).toContain('ignores router advertisements on eth0');
      await machine.firewall.must(['ip', 'route', 'del', 'default']);
      await learn();
      const tried = await machine.ftpwall('safe-restart', '--no-wait');
      expect([tried.status, await route()]).toEqual([0, '']);
      expect((await machine.ftpwall('rollback')).status).toBe(0);
      expect(await route()).toContain('proto ra');
    } finally {
      await forget();
    }
  });
});
