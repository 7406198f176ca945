/** What `diff` says of a change is what `evaluate` says of packets before and after it. */

import { expect, test } from 'vitest';
import type { Change } from '../../compiler/answers/compare/comparison.ts';
import { compare, intentOf } from '../../compiler/answers/diff.ts';
import type { Firewall } from '../../compiler/answers/firewall.ts';
import { understandIntent } from '../../compiler/answers/question.ts';
import { compile } from '../../compiler/compile.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Network, Packet } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import fc from '../support/fast-check.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const files = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: '$FW all ACCEPT\nloc net ACCEPT\nnet all DROP\nall all REJECT\n',
};

function firewallOf(rules: readonly string[], more: Readonly<Record<string, string>> = {}): Firewall {
  const environment = memoryEnvironment({ ...files, rules: `${rules.join('\n')}\n`, ...more });
  const { model, lowered, report } = compile(environment, { version: '0', purpose: 'answers', lint: false });
  if (!model || !lowered) throw new Error(report.diagnostics.map(({ message }) => message).join('\n'));
  return { model, ruleset: lowered };
}

function differences(before: Firewall, after: Firewall) {
  const found = compare(before, after);
  if (found.kind === 'undecided') throw new Error(found.reason);
  return found;
}

/** The packet of a witness, and routes that send it as the change says. */
function judged({ ruleset }: Firewall, { witness }: Change) {
  const { version, protocol, source, destination, sourcePort, port, icmpType, in: iif, out, state } = witness;
  const [saddr, daddr] = [parseAddress(source)?.value ?? 0n, parseAddress(destination)?.value ?? 0n];
  const isLocal = out === null;
  const packet: Packet = {
    version,
    saddr,
    daddr,
    protocol,
    ...(iif === null ? {} : { iif }),
    ...(sourcePort === null ? {} : { sport: sourcePort }),
    ...(port === null ? {} : { dport: port }),
    ...(icmpType === null ? {} : { icmp: { type: icmpType, code: 0 } }),
    ...(protocol === 6 ? { tcpFlags: ['syn'] } : {}),
    connection: { state: state as 'new' },
  };
  const network: Network = {
    route: (_version, address) => (address === saddr && iif !== null ? iif : isLocal ? 'local' : out),
    addressType: (_version, address) =>
      address === saddr ? (iif === null ? 'local' : 'unicast') : isLocal ? 'local' : 'unicast',
    addressOf: () => 1n,
  };
  return evaluate(ruleset, packet, network);
}

const line = fc
  .record({
    verdict: fc.constantFrom('ACCEPT', 'ACCEPT', 'DROP', 'REJECT'),
    source: fc.constantFrom('net', 'loc', 'net:192.0.2.0/24', 'net:192.0.2.128/25', 'loc:10.0.1.0/28', 'all'),
    dest: fc.constantFrom('$FW', 'dmz', 'dmz:10.0.2.0/28', 'dmz:10.0.2.8', 'loc'),
    traffic: fc.constantFrom('', 'tcp 22', 'tcp 20:80', 'tcp 80,443', 'udp 53', 'icmp 8', 'tcp 1:1023'),
  })
  .map(({ verdict, source, dest, traffic }) => `${verdict} ${source} ${dest} ${traffic}`.trim());

const mutated = fc.tuple(
  fc.array(line, { minLength: 2, maxLength: 7 }),
  fc.nat(),
  line,
  fc.constantFrom('remove', 'replace', 'swap', 'repeat', 'comment'),
);

/** What chance may not bring: changes that open, that close, and that do neither. */
const oneOfEach: [[string[], number, string, string]][] = [
  [[['ACCEPT net dmz tcp 22', 'DROP net dmz tcp 22'], 0, 'ACCEPT net $FW tcp 22', 'swap']],
  [[['ACCEPT net dmz tcp 22', 'ACCEPT loc dmz tcp 22'], 0, 'ACCEPT net $FW tcp 22', 'remove']],
  [[['DROP net dmz udp 53', 'ACCEPT loc dmz udp 53'], 0, 'ACCEPT net:192.0.2.0/24 $FW udp 53', 'replace']],
  [[['ACCEPT net dmz tcp 22', 'DROP net dmz tcp 22'], 1, 'ACCEPT net $FW tcp 22', 'remove']],
];

function mutate(lines: readonly string[], at: number, other: string, how: string): readonly string[] {
  const index = at % lines.length;
  const one = lines[index] ?? '';
  if (how === 'remove') return lines.filter((_, each) => each !== index);
  if (how === 'replace') return lines.with(index, other);
  if (how === 'repeat') return [...lines, one];
  if (how === 'comment') return ['# nothing', ...lines.flatMap((each) => [each, ''])];
  const next = (index + 1) % lines.length;
  return lines.with(index, lines[next] ?? '').with(next, one);
}

/** Packets on a grid of the values that lines name, between all zones. */
const grid = [
  'net:192.0.2.1 eth0',
  'net:192.0.2.200 eth0',
  'net:198.51.100.1 eth0',
  'loc:10.0.1.2 eth1',
  'loc:10.0.1.200 eth1',
].flatMap((from) =>
  ['10.0.2.8 eth2', '10.0.2.3 eth2', '10.0.2.99 eth2', '10.0.1.99 eth1', '203.0.113.1 -'].flatMap((to) =>
    [
      [6, 22],
      [6, 80],
      [6, 443],
      [6, 1000],
      [6, 8080],
      [17, 53],
      [17, 54],
      [1, 8],
    ].map(([protocol = 6, port = 22]) => ({ from, to, protocol, port })),
  ),
);

function verdictOf({ ruleset }: Firewall, { from, to, protocol, port }: (typeof grid)[number]): string {
  const [source = '', iif = ''] = from.split(' ');
  const [destination = '', oif = '-'] = to.split(' ');
  const saddr = parseAddress(source.split(':')[1] ?? '')?.value ?? 0n;
  const packet: Packet = {
    version: 4,
    iif,
    saddr,
    daddr: parseAddress(destination)?.value ?? 0n,
    protocol,
    ...(protocol === 1 ? { icmp: { type: port, code: 0 } } : { sport: 40000, dport: port }),
    ...(protocol === 6 ? { tcpFlags: ['syn'] } : {}),
    connection: { state: 'new' },
  };
  return evaluate(ruleset, packet, {
    route: (_version, address) => (address === saddr ? iif : oif === '-' ? 'local' : oif),
    addressType: (_version, address) => (address === saddr || oif !== '-' ? 'unicast' : 'local'),
    addressOf: () => 1n,
  }).verdict;
}

test('changed lines are found with a right witness, and nothing else is', () => {
  const count = { equal: 0, different: 0 };
  const property = fc.property(mutated, ([lines, at, other, how]) => {
    const [before, after] = [firewallOf(lines), firewallOf(mutate(lines, at, other, how))];
    const { changes } = differences(before, after);
    for (const change of changes) {
      expect([judged(before, change).verdict, judged(after, change).verdict]).toEqual([
        change.before.verdict,
        change.after.verdict,
      ]);
    }
    const differs = grid.some((packet) => verdictOf(before, packet) !== verdictOf(after, packet));
    if (differs) expect(changes).not.toEqual([]);
    if (how === 'comment' || how === 'repeat') expect(changes).toEqual([]);
    count[changes.length === 0 ? 'equal' : 'different'] += 1;
  });
  fc.assert(property, { numRuns: Number(process.env.FTPWALL_RUNS ?? 20), examples: oneOfEach });
  expect(count.equal).toBeGreaterThan(0);
  expect(count.different).toBeGreaterThan(0);
});

test('a change names the zones, both lines, the packets and one of them', () => {
  const before = firewallOf(['SSH(ACCEPT) loc $FW']);
  const after = firewallOf(['SSH(ACCEPT) loc $FW', 'ACCEPT net dmz:10.0.2.0/28 tcp 80,8080']);
  const { changes, others } = differences(before, after);
  expect(others).toEqual([]);
  expect(changes).toHaveLength(1);
  expect(changes[0]).toMatchObject({
    from: 'net',
    to: 'dmz',
    before: { verdict: 'drop', line: 'policy:3' },
    after: { verdict: 'accept', line: 'rules:2' },
    packets: [{ version: 4, protocol: 'tcp', port: '80,8080', destination: '10.0.2.0/28' }],
    witness: { destination: expect.stringMatching(/^10\.0\.2\./), port: 80 },
  });
});

test('DNAT to another server is a change of translation, a rate or a log is one besides', () => {
  const rule = (server: string) => firewallOf([`DNAT net dmz:${server} tcp 80 - 203.0.113.5`]);
  const moved = differences(rule('10.0.2.5'), rule('10.0.2.6')).changes;
  expect(moved.map(({ before, after }) => [before.verdict, before.dnat, after.dnat])).toContainEqual([
    'accept',
    'dnat ip to 10.0.2.5',
    'dnat ip to 10.0.2.6',
  ]);
  const slower = differences(
    firewallOf(['ACCEPT net $FW tcp 22 - - 5/min:5']),
    firewallOf(['ACCEPT net $FW tcp 22 - - 3/min:5']),
  );
  expect(slower.changes).toEqual([]);
  expect(slower.others).toMatchObject([{ from: 'net', to: 'fw', line: 'rules:1' }]);
  const logged = differences(firewallOf(['ACCEPT net $FW tcp 22']), firewallOf(['ACCEPT:info net $FW tcp 22']));
  expect(logged.changes).toEqual([]);
  expect(logged.others[0]?.after.join()).toContain('net-fw ACCEPT');
});

test.each([
  ['a list that is split', ['ACCEPT net $FW tcp 22,80'], ['ACCEPT net $FW tcp 22', 'ACCEPT net $FW tcp 80']],
  [
    'two networks as one',
    ['ACCEPT net:192.0.2.0/25,192.0.2.128/25 $FW tcp 22'],
    ['ACCEPT net:192.0.2.0/24 $FW tcp 22'],
  ],
  [
    'lines that do not overlap in another order',
    ['ACCEPT net $FW tcp 22', 'DROP net $FW udp 53'],
    ['DROP net $FW udp 53', 'ACCEPT net $FW tcp 22'],
  ],
  ['a line that another one covers', ['ACCEPT net $FW tcp', 'ACCEPT net $FW tcp 22'], ['ACCEPT net $FW tcp']],
  ['a macro as its lines', ['SSH(ACCEPT) net $FW'], ['ACCEPT net $FW tcp 22']],
])('%s is no change', (_name, before, after) => {
  expect(differences(firewallOf(before), firewallOf(after))).toMatchObject({ changes: [], others: [] });
});

test.each([
  ['ACCEPT net dmz:10.0.2.0/27 tcp 80', true, 0, 0],
  ['ACCEPT net dmz:10.0.2.0/28 tcp 80', false, 0, 1],
  ['ACCEPT net dmz:10.0.2.0/27 tcp 80,443', false, 1, 0],
  ['ACCEPT net dmz:10.0.2.0/26 tcp 80', false, 1, 0],
])('a change meant as %s opens exactly that: %s', (intent, holds, missing, beyond) => {
  const before = firewallOf(['SSH(ACCEPT) loc $FW']);
  const after = firewallOf(['SSH(ACCEPT) loc $FW', 'ACCEPT net dmz:10.0.2.0/27 tcp 80']);
  const meant = understandIntent(intent, after.model, memoryEnvironment({}));
  if (typeof meant === 'string') throw new Error(meant);
  const found = intentOf(before, after, meant);
  expect([found.holds, found.missing.length, found.beyond.length]).toEqual([holds, missing, beyond]);
});

test.each([
  ['ACCEPT net dmz tcp 2121 ; helper=ftp', 'ACCEPT net dmz tcp 2121'],
  ['ACCEPT net dmz tcp 2121', 'ACCEPT net dmz tcp 2121 ; helper=ftp'],
  ['ACCEPT $FW loc udp 69 ; helper=tftp', 'ACCEPT $FW loc udp 69'],
])('a helper that alone comes or goes is no change of a verdict: %s, %s', (before, after) => {
  const { changes, others } = differences(firewallOf([before]), firewallOf([after]));
  expect(changes).toEqual([]);
  const told = others.flatMap((each) => [...each.before, ...each.after]);
  expect(told.some((text) => /helper set "helper-t?ftp"/.test(text))).toBe(true);
});
