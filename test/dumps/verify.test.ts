/** A configuration against listings of iptables-save: the same, mutants of the same, and what nobody understands. */
import { expect, test } from 'vitest';
import { compareWithListing, type Mismatch, type Verification } from '../../compiler/answers/compare/verify.ts';
import type { Firewall } from '../../compiler/answers/firewall.ts';
import { compile } from '../../compiler/compile.ts';
import type { Dump } from '../../compiler/dumps/dump.ts';
import { readDump } from '../../compiler/dumps/read.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

/** The chain that tutorials for servers publish, with the chain of fail2ban in front of it. */
const published = [
  '*filter',
  ':INPUT DROP [12:720]',
  ':FORWARD DROP [0:0]',
  ':OUTPUT ACCEPT [90:7200]',
  ':f2b-sshd - [0:0]',
  '-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd',
  '-A INPUT -i lo -j ACCEPT',
  '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '-A INPUT -m conntrack --ctstate INVALID -j DROP',
  '-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT',
  '[3:180] -A INPUT -p tcp -m tcp --dport 22 -m comment --comment "ssh -- of all" -j ACCEPT',
  '-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT',
  '-A f2b-sshd -s 203.0.113.7/32 -j REJECT --reject-with icmp-port-unreachable',
  '-A f2b-sshd -j RETURN',
  'COMMIT',
];

const sameFiles = {
  'ftpwall.conf': 'RELATED=disposition\nRELATED_DISPOSITION=ACCEPT\nINVALID_DISPOSITION=CONTINUE\n',
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet + tcpflags=0\n',
  policy: '$FW all ACCEPT\nall all DROP\n',
  rules: `?SECTION ALL
REJECT(icmp-port-unreachable) net:203.0.113.7 $FW tcp 22
?SECTION INVALID
DROP net $FW
?SECTION NEW
ACCEPT net $FW icmp 8
ACCEPT net $FW tcp 22
ACCEPT net $FW tcp 80,443
`,
};

function firewallOf(files: Readonly<Record<string, string>>): Firewall {
  const { model, lowered, report } = compile(memoryEnvironment(files), {
    version: '0',
    purpose: 'answers',
    lint: false,
  });
  if (!model || !lowered) throw new Error(report.diagnostics.map(({ message }) => message).join('\n'));
  return { model, ruleset: lowered };
}

function dumpOf(lines: readonly string[]): Dump {
  const read = readDump({ path: 'dump', text: `${lines.join('\n')}\n` }, 4);
  if (read.kind === 'none') throw new Error(read.reason);
  return read.dump;
}

function verify(lines: readonly string[], firewall: Firewall): Verification & { readonly kind: 'compared' } {
  const { ruleset, versions, unknown } = dumpOf(lines);
  const conditions = unknown.flatMap(({ condition }) => condition ?? []);
  const found = compareWithListing({ ruleset, versions, unknown: conditions }, firewall);
  if (found.kind === 'undecided') throw new Error(found.reason);
  return found;
}

const told = ({ from, to, before, after, packets }: Mismatch) => ({
  zones: `${from} → ${to}`,
  listing: `${before.verdict} ${before.line ?? 'policy'}`,
  configuration: `${after.verdict} ${after.line ?? after.by}`,
  packets,
});

const same = firewallOf(sameFiles);
// fail2ban stands before `-i lo`: a ban of an address of the machine itself holds there, and with us it does not.
const banOfOneself = {
  zones: 'fw → fw',
  listing: 'reject dump:13',
  configuration: 'accept loopback',
  packets: [{ out: 'lo', protocol: 'tcp', port: '22', source: '203.0.113.7' }],
};

test('the published chain and the folder that says the same', () => {
  const { differences, uncertain } = verify(published, same);
  expect(differences.map(told)).toEqual([banOfOneself]);
  expect(uncertain).toEqual([]);
});

test('what is said in another order is the same', () => {
  const turned = [...published];
  turned.splice(9, 3, ...[11, 9, 10].map((index) => published[index] ?? ''));
  turned[7] = '-A INPUT -m state --state ESTABLISHED -j ACCEPT';
  turned.splice(8, 0, '-A INPUT -m state --state RELATED -g accepted');
  turned.splice(5, 0, ':accepted - [0:0]', '-A accepted -p tcp -j ACCEPT', '-A accepted ! -p tcp -j ACCEPT');
  expect(verify(turned, same).differences.map(({ before, to }) => `${to} ${before.verdict}`)).toEqual(['fw reject']);
});

/** Each rule removed, with the other verdict, and with wider ports: all but what decides nothing. */
const mutants = published.flatMap((line, index): readonly (readonly [string, readonly string[]])[] => {
  const at = (change: string | undefined) => [
    ...published.slice(0, index),
    ...(change === undefined ? [] : [change]),
    ...published.slice(index + 1),
  ];
  if (line.startsWith(':')) {
    const other = line.includes(' DROP ') ? line.replace('DROP', 'ACCEPT') : line.replace('ACCEPT', 'DROP');
    return other === line ? [] : [[`${line} → ${other}`, at(other)]];
  }
  if (!line.includes('-A ') || line === '-A f2b-sshd -j RETURN') return [];
  const flipped = line.replace(
    /-j (ACCEPT|DROP|REJECT.*)$/,
    (_all, verdict) => `-j ${verdict === 'ACCEPT' ? 'DROP' : 'ACCEPT'}`,
  );
  const wider = line.replace(
    /--dports? (\S+)/,
    (all, ports) => `${all.startsWith('--dports') ? `--dports ${ports},8080` : '--dport 22:23'}`,
  );
  return [
    [`without ${line}`, at(undefined)],
    ...(flipped === line ? [] : [[`flipped ${line}`, at(flipped)] as const]),
    ...(wider === line || line.includes('f2b') ? [] : [[`wider ${line}`, at(wider)] as const]),
  ];
});

test.each(mutants)('notices %s', (_name, lines) => {
  const { differences } = verify(lines, same);
  expect(differences.map(told).filter((each) => JSON.stringify(each) !== JSON.stringify(banOfOneself))).not.toEqual([]);
});

test('what is not understood is named, and nothing is assumed of it', () => {
  const lines = [...published];
  lines.splice(
    11,
    0,
    '-A INPUT -m flavour --sweet -p tcp --dport 8080 -j ACCEPT',
    '-A INPUT -s 192.0.2.1/32 -j VANISH --slowly',
    '-Z INPUT',
  );
  const dump = dumpOf(lines);
  expect(dump.unknown.map(({ line, kind, text }) => [line, kind, text])).toEqual([
    [12, 'condition', '-m flavour --sweet'],
    [13, 'target', '-j VANISH --slowly'],
    [14, 'line', '-Z INPUT'],
  ]);
  const { differences, uncertain } = verify(lines, same);
  expect(differences.map(({ to, before }) => `${to} ${before.verdict}`)).toEqual(['fw reject']);
  expect(uncertain.map(({ before, packets }) => [before.verdict, packets[0]?.port ?? packets[0]?.source])).toEqual([
    ['depends', '192.0.2.1'],
    ['accept', '8080'],
    ['depends', '80,443'],
  ]);
});

test('a condition that is not understood and changes nothing is no obstacle', () => {
  const lines = [...published];
  lines.splice(9, 0, '-A INPUT -m flavour --sweet -p tcp --dport 22 -j ACCEPT');
  const { differences, uncertain } = verify(lines, same);
  expect([differences.length, uncertain]).toEqual([1, []]);
});

test('a rate of another size is a difference, and the same rate is none', () => {
  const limited = published.map((line) =>
    line.includes('--dport 22') ? line.replace('-j', '-m limit --limit 3/min --limit-burst 5 -j') : line,
  );
  const files = {
    ...sameFiles,
    rules: sameFiles.rules.replace('ACCEPT net $FW tcp 22', 'ACCEPT net $FW tcp 22 - - 3/min:5'),
  };
  expect(verify(limited, firewallOf(files)).differences).toHaveLength(1);
  const other = limited.map((line) => line.replace('3/min', '4/min'));
  expect(verify(other, firewallOf(files)).differences.flatMap(({ dependsOn }) => dependsOn)).toContain(
    'limit rate 4/minute burst 5 packets',
  );
});

test('NAT is compared by where it leads', () => {
  const gateway = {
    zones: 'fw firewall\nnet ip\nloc ip\n',
    interfaces: '?FORMAT 2\nnet eth0 tcpflags=0\nloc eth1 tcpflags=0\n',
    policy: '$FW all ACCEPT\nloc net ACCEPT\nall all DROP\n',
    rules: 'DNAT net loc:10.0.1.2:80 tcp 8080\n',
    snat: 'MASQUERADE 10.0.1.0/24 eth0\n',
  };
  const lines = (to: string) => [
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    `-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination ${to}`,
    '-A POSTROUTING -s 10.0.1.0/24 -o eth0 -j MASQUERADE',
    'COMMIT',
    '*filter',
    ':FORWARD ACCEPT [0:0]',
    'COMMIT',
  ];
  const forwarded = (to: string) =>
    verify(lines(to), firewallOf(gateway)).differences.flatMap(({ before, after }) =>
      before.verdict === 'accept' && after.verdict === 'accept' ? [[before.dnat, after.dnat]] : [],
    );
  expect(forwarded('10.0.1.2:80')).toEqual([]);
  expect(forwarded('10.0.1.3:80')).toEqual([['dnat ip to 10.0.1.3:80', 'dnat ip to 10.0.1.2:80']]);
});

test('a text that is no listing, and one that the kernel would refuse', () => {
  expect(readDump({ path: 'x', text: 'hello\n' }, 4)).toMatchObject({ kind: 'none' });
  const circle = ['*filter', ':a - [0:0]', ':b - [0:0]', '-A a -j b', '-A b -g a', 'COMMIT'].join('\n');
  expect(readDump({ path: 'x', text: circle }, 4)).toMatchObject({ kind: 'none' });
  expect(readDump({ path: 'x', text: '*filter\n:INPUT DROP [0:0]\nCOMMIT\n' }, undefined)).toMatchObject({
    kind: 'none',
  });
});
