/** USER, HEADERS and TIME as the kernel sees them: by nft through ftpwall, and by the matches of iptables that Shorewall uses. */
import { execFileSync } from 'node:child_process';
import { afterAll, expect } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { Packet } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { kernelTest } from './available.ts';
import { openPacketLab, type PacketLab } from './packet-lab.ts';

let opened: PacketLab | undefined;
const lab = (): PacketLab => {
  opened ??= openPacketLab();
  return opened;
};
afterAll(() => opened?.close());

const files = {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: 'all all ACCEPT\n',
};

function rulesetOf(rules: readonly string[], more: Readonly<Record<string, string>> = {}): string {
  const { artifact, report } = compile(
    memoryEnvironment({ ...files, ...more, rules: `?SECTION NEW\n${rules.join('\n')}\n` }),
    {
      version: '0',
    },
  );
  expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return artifact?.ruleset ?? '';
}

kernelTest(
  'each entry of a list of users and groups is one that fits',
  async () => {
    const { firewall, nft } = lab();
    const lists: readonly [string, readonly (readonly [user: number, group: number, fits: boolean])[]][] = [
      [
        '1:1,2',
        [
          [1, 1, true],
          [1, 2, false],
          [2, 9, true],
          [3, 1, false],
        ],
      ],
      [
        ':5,:6',
        [
          [1, 5, true],
          [2, 6, true],
          [1, 7, false],
        ],
      ],
      [
        '1,2,3:7',
        [
          [1, 9, true],
          [2, 7, true],
          [3, 7, true],
          [3, 8, false],
        ],
      ],
      [
        '10-20:30-40',
        [
          [10, 40, true],
          [20, 30, true],
          [21, 30, false],
          [15, 41, false],
        ],
      ],
      [
        '!1:1',
        [
          [1, 1, false],
          [2, 1, false],
          [1, 2, false],
          [2, 2, true],
        ],
      ],
      [
        '!1000',
        [
          [1, 99, true],
          [1, 100, true],
          [100, 100, false],
          [1000, 1000, false],
        ],
      ],
    ];
    const dropping = lists.map(([list], index) => `DROP fw net udp ${3000 + index} - - - ${list}`);
    // Those who are let past by CONTINUE do not come to what stands behind it.
    const passing = 'CONTINUE fw net udp 3000:3999 - - - !0-99:0-99';
    nft(`flush ruleset\n${rulesetOf([passing, ...dropping])}`);
    const dropped = async (line: number) => {
      const listing = await firewall.must(['nft', 'list', 'table', 'inet', 'ftpwall']);
      const counts = [...listing.matchAll(/counter packets (\d+) [^\n]*"rules:(\d+)"/g)];
      return counts.filter(([, , at]) => Number(at) === line).reduce((sum, [, count]) => sum + Number(count), 0);
    };
    for (const [index, [list, senders]] of lists.entries())
      for (const [user, group, fits] of senders) {
        const before = await dropped(index + 3);
        const send = `import os, socket; os.setgroups([]); os.setgid(${group}); os.setuid(${user})
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try: s.sendto(b"x", ("192.0.2.10", ${3000 + index}))
except PermissionError: pass`;
        await firewall.must(['python3', '-c', send]);
        expect([list, user, group, (await dropped(index + 3)) > before]).toEqual([list, user, group, fits]);
      }
  },
  { programs: ['nft', 'ip', 'python3'] },
);

/** What HEADERS says, and the options that Shorewall makes of it. */
const headers: readonly (readonly [string, string])[] = [
  ['hop', '--header hop --soft'],
  ['hop,dst', '--header hop,dst --soft'],
  ['!hop', '! --header hop --soft'],
  ['!hop,dst', '! --header hop,dst --soft'],
  ['any:route', '--header route --soft'],
  ['!any:frag', '! --header frag --soft'],
  ['proto', '--header protocol --soft'],
  ['dst,proto', '--header dst,protocol --soft'],
  ['exactly:proto', '--header protocol'],
  ['!exactly:proto', '! --header protocol'],
];

kernelTest(
  'several headers must all be there, and with ! none of them, as in the match of iptables',
  async () => {
    const [from, to] = [parseAddress('2001:db8:1::10'), parseAddress('2001:db8:1::1')];
    if (!from || !to) throw new Error('no addresses');
    const chains = [[], ['hbh'], ['dst'], ['hbh', 'dst'], ['rt'], ['hbh', 'rt'], ['hbh', 'dst', 'rt']] as const;
    const packets = headers.flatMap((_header, line) =>
      chains.map(
        (extensionHeaders, index): Packet => ({
          version: 6,
          iif: 'eth0',
          saddr: from.value,
          daddr: to.value,
          protocol: 17,
          sport: 42_000 + line * 10 + index,
          dport: 3000 + line,
          ...(extensionHeaders.length > 0 ? { extensionHeaders } : {}),
          connection: { state: 'new' },
        }),
      ),
    );
    const six = { zones: 'fw firewall\nnet ipv6\nloc ipv6\n', 'shorewall6.conf': '' };
    const { nft, observe, firewall } = lab();
    const text = rulesetOf(
      headers.map(([header], line) => `DROP net fw udp ${3000 + line} - - - - - - - ${header}`),
      six,
    );
    const ours = await observe(packets, () => nft(text));
    const restore = (rules: readonly string[]): void => {
      const input = `*filter\n:INPUT ACCEPT [0:0]\n${rules.map((rule) => `${rule}\n`).join('')}COMMIT\n`;
      execFileSync('ip', ['netns', 'exec', firewall.namespace, 'ip6tables-legacy-restore'], { input });
    };
    const theirs = await observe(packets, () =>
      restore(
        headers.map(([, options], line) => `-A INPUT -p udp --dport ${3000 + line} -m ipv6header ${options} -j DROP`),
      ),
    );
    restore([]);
    const told = (seen: typeof ours) =>
      packets.map(({ dport = 0, extensionHeaders = [] }, index) => [
        headers[dport - 3000]?.[0],
        extensionHeaders.join(),
        seen[index]?.verdict,
      ]);
    expect(told(ours)).toEqual(told(theirs));
    const verdicts = new Set(told(ours).map(([header, , verdict]) => `${header} ${verdict}`));
    expect(verdicts.size).toBeGreaterThan(headers.length);
  },
  { programs: ['nft', 'ip', 'python3', 'ip6tables-legacy-restore'] },
);

kernelTest(
  'times, and nights that belong to the day before, are those of iptables',
  async () => {
    const now = new Date();
    const clock = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString().slice(11, 19);
    const day = (days: number) =>
      ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(now.getTime() + days * 86_400_000).getUTCDay()];
    const date = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 19);
    // What begins in an hour and ends in half an hour goes on over midnight, and it is past midnight now.
    const hours = [
      ['', ''],
      [clock(-30), clock(30)],
      [clock(60), clock(30)],
      [clock(60), clock(-30)],
      [clock(-30), clock(-60)],
      [clock(30), clock(30)],
    ];
    const times = hours.flatMap(([start, stop]) =>
      [undefined, -1, 0, 1].flatMap((which) =>
        ['', 'contiguous'].map((how) =>
          [
            ...(start ? [`timestart=${start}`, `timestop=${stop}`] : []),
            ...(which === undefined ? [] : [`weekdays=${day(which)}`]),
            ...(how && start && stop && start >= stop ? [how] : []),
            'utc',
          ].join('&'),
        ),
      ),
    );
    times.push(`datestart=${date(-1)}`, `datestart=${date(1)}`, `datestop=${date(1)}`, `datestop=${date(-1)}`);
    const [from, to] = [parseAddress('192.0.2.10'), parseAddress('192.0.2.1')];
    if (!from || !to) throw new Error('no addresses');
    const packets = times.map(
      (_time, line): Packet => ({
        version: 4,
        iif: 'eth0',
        saddr: from.value,
        daddr: to.value,
        protocol: 17,
        sport: 42_000 + line,
        dport: 3000 + line,
        connection: { state: 'new' },
      }),
    );
    const { nft, observe, firewall } = lab();
    process.env.TZ = 'UTC';
    const ours = await observe(packets, () =>
      nft(rulesetOf(times.map((time, line) => `DROP net fw udp ${3000 + line} { time=${time} }`))),
    );
    const options = (time: string) => time.replaceAll('&', ' ').replace(/(^| )/g, '$1--').replaceAll('=', ' ');
    const restore = (rules: readonly string[]): void => {
      const input = `*filter\n:INPUT ACCEPT [0:0]\n${rules.map((rule) => `${rule}\n`).join('')}COMMIT\n`;
      execFileSync('ip', ['netns', 'exec', firewall.namespace, 'iptables-legacy-restore'], { input });
    };
    const theirs = await observe(packets, () =>
      restore(times.map((time, line) => `-A INPUT -p udp --dport ${3000 + line} -m time ${options(time)} -j DROP`)),
    );
    restore([]);
    const told = (seen: typeof ours) => times.map((time, line) => [time, seen[line]?.verdict]);
    expect(told(ours)).toEqual(told(theirs));
    expect(new Set(told(ours).map(([, verdict]) => verdict)).size).toBe(2);
  },
  { programs: ['nft', 'ip', 'python3', 'iptables-legacy-restore'] },
);
