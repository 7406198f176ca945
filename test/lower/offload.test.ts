/** FLOW_OFFLOAD: which packets come to the rule that offloads, what `check` says is left out, and what is refused. */
import { describe, expect, test } from 'vitest';
import { printLooseChain } from '../../compiler/7-emit/nft.ts';
import { compile } from '../../compiler/compile.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Network, Packet } from '../../compiler/ir/packet.ts';
import type { ConnectionState } from '../../compiler/net/state.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const base = {
  'ftpwall.conf': 'FLOW_OFFLOAD=Yes\n',
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: 'all all ACCEPT\n',
};

type Files = Readonly<Record<string, string>>;

function compiled(files: Files) {
  return compile(memoryEnvironment({ ...base, ...files }), { version: '0', lint: false });
}

function stepOf(files: Files) {
  const { plan = [], report } = compiled(files);
  expect(report.failed).toBe(false);
  return plan.flatMap((step) => (step.kind === 'offload' ? [step] : []))[0];
}

/** The interface behind an address is its last byte. */
const network: Network = {
  route: (_version, address) => `eth${address & 0xffn}`,
  addressType: () => 'unicast',
  addressOf: () => undefined,
};

const addressOf = (number: number) => 0x0a000000n + BigInt(number);

interface Passing {
  readonly protocol?: number;
  readonly state?: ConnectionState;
}

/** Whether a packet from one interface to another is offloaded. */
function offloads(
  files: Files,
  from: number,
  to: number,
  { protocol = 6, state = 'established' }: Passing = {},
): boolean {
  const step = stepOf(files);
  if (!step) return false;
  const { chain } = step;
  const packet: Packet = {
    version: 4,
    iif: `eth${from}`,
    saddr: addressOf(from),
    daddr: addressOf(to),
    protocol,
    ...(protocol === 1 ? { icmp: { type: 8, code: 0 } } : { sport: 40000, dport: 80 }),
    connection: { state },
  };
  const ruleset = { family: 'inet' as const, table: 'ftpwall-offload', sets: [], helpers: [], chains: [chain] };
  const { trace, verdict } = evaluate(ruleset, packet, network);
  // It decides nothing: the filter has.
  expect(verdict).toBe('accept');
  return trace.some(({ rule }) => chain.rules[rule]?.statements.some(({ kind }) => kind === 'offload'));
}

const pairs = [
  [0, 1],
  [1, 0],
  [0, 2],
  [2, 0],
  [1, 2],
  [2, 1],
] as const;

/** The pairs of interfaces between which connections are offloaded. */
const offloaded = (files: Files) =>
  pairs.filter(([from, to]) => offloads(files, from, to)).map((pair) => pair.join(''));

const said = (files: Files, code: string) =>
  compiled(files)
    .report.diagnostics.filter((each) => each.code === code)
    .map(({ message, label }) => `${label.span.source.path}: ${message}: ${label.text}`);

describe('FLOW_OFFLOAD', () => {
  test('offloads established TCP and UDP between listed interfaces, and nothing else', () => {
    expect(offloaded({})).toEqual(['01', '10', '02', '20', '12', '21']);
    expect(offloads({}, 0, 1, { protocol: 17 })).toBe(true);
    expect(offloads({}, 0, 1, { protocol: 1 })).toBe(false);
    for (const state of ['new', 'related', 'invalid', 'untracked'] as const)
      expect(offloads({}, 0, 1, { state })).toBe(false);
    expect(offloads({}, 0, 9)).toBe(false);
    expect(offloads({}, 9, 0)).toBe(false);
  });

  test.each(['', 'FLOW_OFFLOAD=No\n', 'FLOW_OFFLOAD=\n'])('is off with %j', (settings) => {
    expect(stepOf({ 'ftpwall.conf': settings })).toBeUndefined();
  });

  test.each([
    ['Yes', false],
    ['hardware', true],
    ['HARDWARE', true],
  ])('=%s', (word, hardware) => {
    expect(stepOf({ 'ftpwall.conf': `FLOW_OFFLOAD=${word}\n` })?.hardware).toBe(hardware);
  });

  test('another word is refused', () => {
    expect(said({ 'ftpwall.conf': 'FLOW_OFFLOAD=Maybe\n' }, 'bad-setting')).toHaveLength(1);
  });

  test('the text is that of nft(8), connections with a helper in front', () => {
    const chain = stepOf({
      interfaces: '?FORMAT 2\nnet ppp+\nloc eth1\n',
      zones: 'fw firewall\nnet ip\nloc ip\n',
    })?.chain;
    expect(chain && printLooseChain(chain)).toBe(`	chain forward {
		type filter hook forward priority filter + 10; policy accept;

		ct helper { "ftp", "irc", "tftp", "sip", "amanda", "snmp", "netbios-ns", "sane", "pptp", "Q.931", "RAS" } accept comment "a helper reads every packet"
		iifname { "ppp*", "eth1" } oifname { "ppp*", "eth1" } meta l4proto { tcp, udp } ct state established flow add @forwarded counter comment "ftpwall.conf:1"
	}
`);
  });
});

/** Files, the pairs that are offloaded with them, and what is said of the rest. */
const leftOut: readonly (readonly [string, Files, readonly string[], string])[] = [
  [
    'a provider',
    {
      'ftpwall.conf': 'FLOW_OFFLOAD=Yes\nROUTE_FILTER=No\n',
      providers: 'isp 1 1 - eth0 203.0.113.1 track,balance -\n',
    },
    ['12', '21'],
    'providers: connections through `eth0`',
  ],
  [
    'a shaped device',
    { tcdevices: 'eth0 - 5mbit\n', tcclasses: 'eth0 1 full/2 full 1 default\n' },
    ['12', '21'],
    'tcdevices: connections through `eth0`',
  ],
  [
    'simple shaping',
    { 'ftpwall.conf': 'FLOW_OFFLOAD=Yes\nTC_ENABLED=Simple\n', tcinterfaces: 'eth2 - 10mbit\n' },
    ['01', '10'],
    'tcinterfaces: connections through `eth2`',
  ],
  [
    'a line of mangle with an interface',
    { mangle: 'TTL(+1):F eth2 -\n' },
    ['01', '10'],
    'mangle: connections through `eth2`',
  ],
  [
    'a section that asks open connections',
    { rules: '?SECTION ESTABLISHED\nDROP net loc tcp 80\n?SECTION NEW\n' },
    ['02', '20', '12', '21'],
    'rules: connections between `net` and `loc`',
  ],
  [
    'an interface that is only a destination',
    { interfaces: '?FORMAT 2\nnet eth0\nloc eth1 destonly\ndmz eth2\n' },
    ['02', '20'],
    'interfaces: connections through `eth1`',
  ],
  [
    'hosts that are only some of those there',
    {
      zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
      interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n- eth2\n',
      hosts: 'dmz eth2:10.0.0.0/24\n',
    },
    ['01', '10'],
    'interfaces: connections through `eth2`',
  ],
  [
    'hosts behind IPsec',
    {
      zones: 'fw firewall\nnet ip\nloc ip\ndmz ipsec\n',
      interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
      hosts: 'dmz eth0:10.0.0.2\n',
    },
    [],
    'interfaces: connections through `eth0`',
  ],
];

describe('what is left out', () => {
  test.each(leftOut)('%s', (_name, files, pairsThen, told) => {
    expect(offloaded(files)).toEqual(pairsThen);
    expect(said(files, 'offload-left-out').filter((each) => each.startsWith(told))).toHaveLength(1);
  });

  test('connections with a helper', () => {
    expect(said({}, 'offload-left-out')).toEqual([
      expect.stringContaining('ftpwall.conf: connections with a helper are not offloaded: ftp, '),
    ]);
  });

  test('what concerns the firewall itself, and new connections alone, leaves nothing out', () => {
    const rules = '?SECTION ESTABLISHED\nACCEPT net fw tcp 80\n?SECTION NEW\nACCEPT net loc tcp 80\n';
    expect(offloaded({ rules, mangle: 'MARK(1):I eth0 -\n' })).toHaveLength(6);
  });
});

describe('what cannot be left out is refused', () => {
  test.each([
    ['accounting', { accounting: 'COUNT - eth0\n' }, 'accounting'],
    ['a line of mangle for all interfaces', { mangle: 'DSCP(AF11):F - -\n' }, 'mangle'],
    ['BLACKLIST=ALL', { 'ftpwall.conf': 'FLOW_OFFLOAD=Yes\nBLACKLIST=ALL\n' }, 'ftpwall.conf'],
  ])('%s', (_name, files, file) => {
    expect(said(files, 'offload-not-exact')).toEqual([expect.stringMatching(new RegExp(`^${file}: `))]);
  });
});
