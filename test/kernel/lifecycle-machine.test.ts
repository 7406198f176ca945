/** A firewall among others on one machine: packets while it is replaced, tables of others, the start of the machine. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { administered } from './administered.ts';
import { threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';
import { findProgram, program } from './programs.ts';

const machine = administered(
  threeNetworks,
  {
    'ftpwall.conf': 'IP_FORWARDING=On\n',
    zones: 'fw firewall\nnet ip\ndocker ip\n',
    interfaces: '?FORMAT 2\nnet eth0\ndocker eth2\n',
    policy: 'fw all ACCEPT\nall all DROP\n',
    rules: '?SECTION NEW\nSSH(ACCEPT) net fw\n',
  },
  ({ lab }) => lab.host('dmz').serve('tcp', 80),
);

function load(text: string): Promise<string> {
  return machine.firewall.must(['nft', '-f', '-'], text);
}

/** Counts what arrives and what is let through, before and behind all of our chains. */
const watching = ['pre', 'post']
  .map((when) => {
    const hook = when === 'pre' ? 'hook prerouting priority -400' : 'hook postrouting priority 400';
    const count = (port: string) => `iifname != "lo" udp dport ${port} counter comment "${when}-${port}"`;
    return `chain ${when} { type filter ${hook}; ${['5000', '5001', '6000-59999'].map(count).join('; ')}; }`;
  })
  .join('\n');

/** 2,000 lines, exact ones and ranges, most of them not about the streams: a drop stands between a stream and an ACCEPT. */
function manyRules(variant: number): readonly string[] {
  const from = (number: number) => `net:10.${number >> 8}.${number & 255}`;
  const lines = Array.from({ length: 1000 }, (_each, number) => [
    `ACCEPT ${from(number)}.${1 + variant} docker:10.0.2.10 udp ${5000 + number}`,
    `ACCEPT ${from(2000 + number)}.0/${24 + variant} docker:10.0.2.10 udp ${4000 + number}:${8000 + number}`,
  ]);
  const streams = 'net:192.0.2.0/28,192.0.2.128/26 docker:10.0.2.10 udp';
  return [
    `DROP net:192.0.2.0/24 docker:10.0.2.10 udp 5001:${5004 + variant}`,
    ...lines.flat(),
    `ACCEPT ${streams} 5000:${5009 + variant}`,
    `ACCEPT ${streams} 6000:${60000 + variant}`,
  ];
}

/** 1,000 lines in one map without intervals; that of the streams and its neighbour change places. */
function swappedRules(variant: number): readonly string[] {
  const lines = Array.from({ length: 1000 }, (_each, number) => `net:10.9.${number >> 8}.${number & 255}`);
  const pair = ['net:192.0.2.10', 'net:192.0.2.11'];
  return [
    'DROP net:192.0.2.0/24 docker:10.0.2.10 udp 5001',
    ...[...lines, ...(variant === 0 ? pair : pair.reverse())].map((from) => `ACCEPT ${from} docker:10.0.2.10 udp`),
  ];
}

/** Three streams in bursts: one that passes, one that must not, and packets of which each is a new connection. */
const sender = `
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('', 40000))
sent, port, begun = 0, 6000, time.time()
end = begun + float(sys.argv[1])
while time.time() < end:
    for i in range(60):
        s.sendto(b'x', ('10.0.2.10', 5000))
        s.sendto(b'x', ('10.0.2.10', 5001))
        s.sendto(b'x', ('10.0.2.10', port))
        port = port + 1 if port < 59999 else 6000
        sent += 3
    # 60,000 a second where the machine can; one that has other things to do catches up.
    ahead = begun + sent / 60000 - time.time()
    if ahead > 0: time.sleep(ahead)
print(sent)
`;

/** Gives eth0 another IPv4 address in the place of the one it has. */
async function addressIs(address: string): Promise<void> {
  await machine.firewall.must(['ip', '-4', 'address', 'flush', 'dev', 'eth0']);
  await machine.firewall.must(['ip', 'address', 'add', `${address}/24`, 'dev', 'eth0']);
}

describeKernel('packets', () => {
  test.each<[string, (variant: number) => readonly string[], boolean]>([
    ['these are replaced', manyRules, false],
    ['elements of a map change in place', swappedRules, true],
  ])('pass and are stopped by the rules alone while %s', async (_name, rules, inPlace) => {
    const restarts = Number(process.env.FTPWALL_RESTARTS ?? 15);
    machine.put('zones', 'fw firewall\nnet ip\nloc ip\ndocker ip\n');
    machine.put('interfaces', '?FORMAT 2\nnet eth0\nloc eth1\ndocker eth2\n');
    // None of the maps of the one is the same in the other.
    const scripts: string[] = [];
    for (const variant of [0, 1]) {
      machine.rules(...rules(variant));
      const script = machine.folder(`script${variant}`);
      const compile = ['dist/ftpwall.js', 'compile', machine.configuration, '--script', script];
      await machine.firewall.must([process.execPath, ...compile]);
      scripts.push(script);
    }
    const replace = (round: number, ...words: readonly string[]) =>
      machine.firewall.run(['sh', scripts[round % 2] ?? '', ...words]);
    expect((await replace(0, 'start')).status).toBe(0);
    const maps = async () => (await machine.listing()).match(/map net-docker-\S+/g)?.join();
    const first = await maps();
    const { length } = (await machine.listing()).split('\n').filter((line) => line.includes('flags interval'));
    if (!inPlace) expect(length).toBeGreaterThan(3);
    await load(`table ip watching {\n${watching}\n}\n`);
    machine.lab.host('dmz').start(program('python3'), ['-c', answerer]);
    const [file, ...words] = machine.lab.host('net').command(['python3', '-c', sender, '280']);
    const child = spawn(file, words, { stdio: ['ignore', 'ignore', 'ignore'] });
    const begun = Date.now();
    for (let round = 1; round <= restarts; round += 1) {
      // Every fifth one waits for a confirmation, and is rolled back.
      const tried = round % 5 === 0;
      expect((await replace(round, 'restart', ...(tried ? ['60'] : []))).status).toBe(0);
      if (inPlace) expect(await maps()).toBe(first);
      if (tried) expect((await replace(round, 'rollback')).status).toBe(0);
    }
    const took = (Date.now() - begun) / 1000;
    const closed = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGINT');
    await closed;
    await new Promise((resolve) => setTimeout(resolve, 100));
    const listing = await machine.firewall.must(['nft', 'list', 'table', 'ip', 'watching']);
    const counted = (name: string) =>
      Number(new RegExp(`packets (\\d+) bytes \\d+ comment "${name}"`).exec(listing)?.[1]);
    const streams = ['5000', '5001', '6000-59999'].map(
      (port) => [counted(`pre-${port}`), counted(`post-${port}`)] as const,
    );
    const [good = [0, 0], bad = [0, 1], fresh = [0, 0]] = streams;
    const all = good[0] + bad[0] + fresh[0];
    console.log(
      `${restarts} restarts in ${took.toFixed(1)} s, ${all} packets (${Math.round(all / took)} a second): lost ${good[0] - good[1]} and ${fresh[0] - fresh[1]} new of ${fresh[0]}, leaked ${bad[1]} of ${bad[0]}`,
    );
    // A slow machine sends less and takes as much longer for a restart.
    expect(all / restarts).toBeGreaterThan(1000);
    if (process.env.FTPWALL_RATE) expect(all / took).toBeGreaterThan(Number(process.env.FTPWALL_RATE));
    const lost = { established: good[0] - good[1], fresh: fresh[0] - fresh[1] };
    expect({ ...lost, leaked: bad[1] }).toEqual({ established: 0, fresh: 0, leaked: 0 });
  });
});

/** Answers the first packet, so that the stream becomes an established connection. */
const answerer = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('', 5000))
s.sendto(b'y', s.recvfrom(10)[1])
`;

/** What Docker makes with iptables-nft for one published port, and with nftables of its own. */
const dockers = {
  iptables: `table ip nat {
  chain PREROUTING { type nat hook prerouting priority dstnat; policy accept; fib daddr type local counter jump DOCKER; }
  chain OUTPUT { type nat hook output priority -100; policy accept; ip daddr != 127.0.0.0/8 fib daddr type local counter jump DOCKER; }
  chain POSTROUTING { type nat hook postrouting priority srcnat; policy accept; ip saddr 10.0.2.0/24 oifname != "eth2" counter masquerade; }
  chain DOCKER { iifname "eth2" counter return; iifname != "eth2" tcp dport 8080 counter dnat to 10.0.2.10:80; }
}
table ip filter {
  chain FORWARD { type filter hook forward priority filter; policy drop;
    counter jump DOCKER-USER; oifname "eth2" ct state established,related counter accept;
    oifname "eth2" counter jump DOCKER; iifname "eth2" oifname != "eth2" counter accept; }
  chain DOCKER { ip daddr 10.0.2.10 iifname != "eth2" oifname "eth2" tcp dport 80 counter accept; }
  chain DOCKER-USER { counter return; }
}
`,
  nftables: `table ip docker-bridges {
  map published { type inet_service : ipv4_addr . inet_service; elements = { 8080 : 10.0.2.10 . 80 }; }
  chain nat-prerouting { type nat hook prerouting priority dstnat; policy accept; fib daddr type local counter dnat to tcp dport map @published; }
  chain filter-forward { type filter hook forward priority filter; policy accept; oifname "eth2" ct state established,related counter accept; ip daddr 10.0.2.10 tcp dport 80 counter accept; }
}
`,
};

describeKernel('tables of others', () => {
  test.each(Object.entries(dockers))(
    '%s of Docker stays, and our rules decide whoever is loaded last',
    async (_, theirs) => {
      const others = async () =>
        (await machine.firewall.must(['nft', '-sa', 'list', 'ruleset'])).replace(
          /table inet ftpwall \{.*?\n\}[^\n]*\n/s,
          '',
        );
      const reach = async () =>
        (await machine.lab.host('net').attempt({ protocol: 'tcp', address: '192.0.2.1', port: 8080 })).kind;
      for (const last of ['ours', 'theirs']) {
        for (const open of [true, false]) {
          await machine.firewall.must(['nft', 'flush', 'ruleset']);
          machine.rules(...(open ? ['ACCEPT net docker tcp 80'] : ['ACCEPT net docker tcp 81']));
          if (last === 'ours') await load(theirs);
          await machine.must('restart');
          if (last === 'theirs') await load(theirs);
          const before = await others();
          expect([last, open, await reach()]).toEqual([last, open, open ? 'connected' : 'silence']);
          await machine.must('restart');
          expect(await others()).toBe(before);
        }
      }
      const before = await others();
      for (const verb of ['start', 'restart', 'stop', 'clear']) {
        await machine.must(verb);
        expect(await others()).toBe(before);
      }
    },
  );
});

/** A folder of programs for PATH, in which Node.js is not. */
function withoutNode(name: string, more: readonly string[] = []): string {
  const folder = join(machine.lab.folder, `without-node-${name}`);
  mkdirSync(folder);
  const needed = [
    'sh',
    'nft',
    'cat',
    'mkdir',
    'mv',
    'rm',
    'ln',
    'readlink',
    'ls',
    'sleep',
    'sync',
    'awk',
    'flock',
    'sha256sum',
  ];
  for (const each of [...needed, ...more]) symlinkSync(program(each).path, join(folder, each));
  return folder;
}

describeKernel('the start of the machine', () => {
  const boot = (path = process.env.PATH) =>
    machine.firewall.run([
      'env',
      `PATH=${path}`,
      `FTPWALL_STATE=${machine.state}`,
      'sh',
      'packaging/init/ftpwall-boot',
      'start',
    ]);
  const reboot = () => machine.goDown();

  test('loads what was confirmed, without Node.js', async () => {
    await machine.must('start');
    const confirmed = await machine.listing();
    machine.rules('HTTP(ACCEPT) net fw');
    await machine.ftpwall('try', '60');
    expect(await machine.listing()).not.toBe(confirmed);
    await reboot();
    const few = withoutNode('boot');
    const text = readFileSync('packaging/init/ftpwall-boot', 'utf8');
    expect(text).not.toMatch(/\bnode\b/);
    const begun = Date.now();
    const ended = await boot(few);
    console.log(`the rules were loaded ${Date.now() - begun} ms after the unit's command was called`);
    expect(ended, ended.errors).toMatchObject({ status: 0 });
    expect(await machine.listing()).toBe(confirmed);
    const status = await machine.ftpwall('status');
    expect(status, status.output).toMatchObject({ status: 0 });
  });

  test('and 10,000 rules do not keep it long', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => {
      const address = `10.${index >> 8}.${index & 255}.7`;
      return `ACCEPT net:${address} fw tcp ${1000 + (index % 5000)}`;
    });
    machine.rules(...lines);
    const timed = async (work: () => Promise<unknown>) => {
      const begun = Date.now();
      await work();
      return Date.now() - begun;
    };
    const start = await timed(() => machine.must('start'));
    const restart = await timed(() =>
      machine.firewall.must(['sh', join(machine.state, 'current', 'firewall'), 'restart']),
    );
    const load = await timed(() => machine.firewall.must(['nft', '-f', join(machine.state, 'current', 'ruleset.nft')]));
    await reboot();
    const boots = await timed(async () => expect(await boot()).toMatchObject({ status: 0 }));
    expect((await machine.listing()).match(/ comment "rules:/g)?.length).toBe(lines.length);
    console.log(
      `10,000 rules: compiled and loaded in ${start} ms, replaced by the script in ${restart} ms, of which the kernel takes ${load} ms, and loaded in ${boots} ms when the machine starts`,
    );
  });

  test('closes the machine when the generation is damaged, half-written or refused', async () => {
    await machine.must('start');
    const script = join(machine.state, 'boot', 'firewall');
    const whole = readFileSync(script, 'utf8');
    const nft = findProgram('nft')?.path ?? '';
    const refusing = join(machine.lab.folder, 'refusing');
    mkdirSync(refusing);
    // Refuses the running rules, which are the longer text, and not the stopped ones.
    writeFileSync(
      join(refusing, 'nft'),
      `#!/bin/sh\n[ "$*" = '-f -' ] || exec ${nft} "$@"\ntext=$(cat)\ncase $text in *'ftpwall running'*) exit 1 ;; esac\nprintf '%s\\n' "$text" | ${nft} -f -\n`,
    );
    chmodSync(join(refusing, 'nft'), 0o755);
    const damages: readonly [string, () => void, string?][] = [
      ['half-written', () => writeFileSync(script, whole.slice(0, whole.length / 2))],
      ['everything lost', () => rmSync(join(machine.state, 'generations', '1'), { recursive: true })],
    ];
    await reboot();
    expect((await boot(`${refusing}:${process.env.PATH}`)).status).toBe(1);
    expect(await machine.listing()).toContain('ftpwall stopped');
    for (const [, damage] of damages) {
      await reboot();
      damage();
      const ended = await boot();
      expect(ended.status).toBe(1);
      expect(ended.errors).toContain('this machine is closed');
      expect(await machine.listing()).toMatch(/ftpwall stopped[\s\S]*hook input priority filter; policy drop/);
    }
  });

  test('leaves a machine alone on which no firewall was ever started, or none was ever confirmed', async () => {
    expect(await boot()).toMatchObject({ status: 0 });
    expect(await machine.listing()).toBe('');
    await machine.must('try');
    expect(await machine.listing()).not.toBe('');
    await reboot();
    expect(await boot()).toMatchObject({
      status: 0,
      errors: expect.stringContaining('no firewall was ever confirmed'),
    });
    expect(await machine.listing()).toBe('');
  });

  test('forgets what was not confirmed: a start afterwards loads it', async () => {
    await machine.must('start');
    machine.rules('HTTP(ACCEPT) net fw');
    await machine.must('try');
    const unconfirmed = await machine.listing();
    await reboot();
    expect(await boot()).toMatchObject({ status: 0 });
    expect([readlinkSync(join(machine.state, 'current')), await machine.listing()]).toEqual([
      'generations/1',
      expect.not.stringContaining('tcp dport 80'),
    ]);
    await machine.must('start');
    expect(await machine.listing()).toBe(unconfirmed);
  });

  test('fills what interfaces are given at run time, and refreshes it', async () => {
    machine.rules('ACCEPT net fw:&eth0 tcp 22');
    await machine.must('start');
    const set = () => machine.firewall.must(['nft', 'list', 'set', 'inet', 'ftpwall', 'address-of-eth0-4']);
    expect(await set()).toContain('elements = { 192.0.2.1 }');
    // The first one counts (rules(5)): a rule for it says nothing of others that the interface has.
    await machine.firewall.must(['ip', 'address', 'add', '192.0.2.77/24', 'dev', 'eth0']);
    await machine.firewall.must(['sh', join(machine.state, 'current', 'firewall'), 'refresh', 'eth0']);
    expect(await set()).toContain('elements = { 192.0.2.1 }');
    await addressIs('192.0.2.77');
    await machine.firewall.must(['sh', join(machine.state, 'current', 'firewall'), 'refresh', 'eth0']);
    expect(await set()).toContain('elements = { 192.0.2.77 }');
    await addressIs('192.0.2.1');
    await machine.must('restart');
    expect(await set()).toContain('elements = { 192.0.2.1 }');
  });

  test('hooks of the network and the init script do their work, without Node.js', async () => {
    machine.rules('ACCEPT net fw:&eth0 tcp 22');
    await machine.must('start');
    const confirmed = await machine.listing();
    const lib = join(machine.lab.folder, 'lib');
    mkdirSync(join(lib, 'ftpwall'), { recursive: true });
    copyFileSync('packaging/init/ftpwall-boot', join(lib, 'ftpwall', 'ftpwall-boot'));
    chmodSync(join(lib, 'ftpwall', 'ftpwall-boot'), 0o755);
    const few = withoutNode('hooks', ['ip', 'grep', 'run-parts']);
    /** As installed, in a mount namespace of its own. */
    const installed = (line: string, env: NodeJS.ProcessEnv = {}) =>
      machine.firewall.run(
        [
          'sh',
          '-c',
          `mount -t overlay none -o lowerdir=${lib}:/usr/lib /usr/lib && PATH=${few} && export PATH && ${line}`,
        ],
        { env: { ...process.env, FTPWALL_STATE: machine.state, ...env } },
      );
    const set = () => machine.firewall.must(['nft', 'list', 'set', 'inet', 'ftpwall', 'address-of-eth0-4']);
    const folderOf = (hook: string) => {
      const folder = machine.folder(hook);
      mkdirSync(folder);
      copyFileSync(join('packaging/hooks', hook), join(folder, 'ftpwall'));
      chmodSync(join(folder, 'ftpwall'), 0o755);
      return folder;
    };
    const hooks: readonly [string, string, NodeJS.ProcessEnv?][] = [
      ['networkd-dispatcher', 'sh packaging/hooks/networkd-dispatcher', { IFACE: 'eth0' }],
      ['NetworkManager', 'sh packaging/hooks/NetworkManager eth0 dhcp4-change'],
      // By the callers that Debian has: ifupdown and pppd have run-parts(8) call what is in their folders.
      ['ifupdown', `run-parts ${folderOf('ifupdown')}`, { IFACE: 'eth0' }],
      ['ppp', `run-parts --arg=eth0 --arg=none ${folderOf('ppp')}`],
      // dhclient-script(8) reads it.
      ['dhclient', '. ./packaging/hooks/dhclient', { reason: 'BOUND', interface: 'eth0' }],
    ];
    for (const [index, [name, line, env]] of hooks.entries()) {
      const address = `192.0.2.${70 + index}`;
      for (const now of [address, '192.0.2.1']) {
        await addressIs(now);
        const ended = await installed(line, env);
        expect([name, ended.status, ended.errors]).toEqual([name, 0, '']);
        expect([name, await set()]).toEqual([name, expect.stringContaining(`elements = { ${now} }`)]);
      }
    }
    const init = (word: string) => installed(`sh packaging/init/ftpwall ${word}`);
    await reboot();
    expect(await init('status')).toMatchObject({ status: 3 });
    expect(await init('start')).toMatchObject({ status: 0 });
    expect(await machine.listing()).toBe(confirmed);
    expect(await init('status')).toMatchObject({ status: 0 });
    expect(await init('stop')).toMatchObject({ status: 0 });
    expect(await machine.listing()).toBe(confirmed);
    expect(await init('dance')).toMatchObject({ status: 2 });
  });

  test('with systemd, the watching process is a unit of its own', async () => {
    await machine.must('start');
    const folder = join(machine.lab.folder, 'systemd');
    mkdirSync(folder);
    const stand = `#!/bin/sh\necho "$*" >${folder}/called\nwhile [ "$1" != /bin/sh ]; do shift; done\nsetsid "$@" </dev/null >/dev/null 2>&1 &\n`;
    writeFileSync(join(folder, 'systemd-run'), stand, { mode: 0o755 });
    // A PID namespace, so that its first process is in this network namespace, as in a machine that systemd runs.
    const line = `mkdir -p /run/systemd/system; PATH=${folder}:$PATH; ${process.execPath} dist/ftpwall.js try ${machine.configuration} 60 --state ${machine.state}; ${process.execPath} dist/ftpwall.js confirm ${machine.configuration} --state ${machine.state}; rmdir /run/systemd/system`;
    const ended = await machine.firewall.run(['unshare', '--pid', '--fork', '--mount-proc', 'sh', '-c', line]);
    expect(ended.status, ended.errors).toBe(0);
    expect(ended.errors).toContain('is confirmed');
    expect(readFileSync(join(folder, 'called'), 'utf8')).toMatch(
      /--quiet --collect --unit=ftpwall-watchdog-\S+ .*\/bin\/sh \S+\/firewall guard \S+\n/,
    );
  });
});
