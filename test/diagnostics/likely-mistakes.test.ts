/** What people write who know another program, or are in a hurry: the message says what to write instead. */
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { type MemoryFile, memoryEnvironment } from '../support/memory-environment.ts';

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: '$FW all ACCEPT\nloc net ACCEPT\nnet all DROP\nall all REJECT\n',
  rules: 'SSH(ACCEPT) loc $FW\n',
} as const;

/** The one error or warning of a file with a line more, as `code place help`. */
function said(file: string, line: string, others: Readonly<Record<string, MemoryFile>> = {}): string {
  const before: Readonly<Record<string, string>> = { ...base };
  const text = file === 'policy' ? `${line}\n${base.policy}` : `${before[file] ?? ''}${line}\n`;
  const files = { ...base, ...others, [file]: text };
  const { report } = compile(memoryEnvironment(files), { version: '0', lint: false });
  return report.diagnostics
    .map(({ code, label: { span }, help }) => `${code} ${span.source.text.slice(span.start, span.end)} | ${help}`)
    .join('\n');
}

describe.each<[string, readonly (readonly [line: string, code: string, marked: string, help: string])[]]>([
  [
    'rules',
    [
      ['ACCEPT net $FW tcp/22', 'unknown-protocol', 'tcp/22', '`tcp 22`'],
      ['ACCEPT net $FW 22/tcp', 'unknown-protocol', '22/tcp', '`tcp 22`'],
      ['ACCEPT net $FW tcp:22', 'unreadable-value', 'tcp:22', '`tcp 22`'],
      ['ACCEPT net $FW tcp/udp 53', 'unknown-protocol', 'tcp/udp', 'write `tcp,udp`'],
      ['ACCEPT net $FW udp+tcp 53', 'unknown-protocol', 'udp+tcp', 'write `udp,tcp`'],
      ['ACCEPT net firewall tcp 22', 'unknown-zone', 'firewall', '`$FW`'],
      ['ACCEPT net $FW tcp 80 ; web server', 'bad-pair', 'server', '`#`'],
      ['ACCEPT net $FW tcp 80;443', 'bad-pair', '3', 'commas'],
      ['ACCEPT net 80', 'missing-zone', '80', '`tcp 22`'],
      ['ACCEPT net udp', 'unknown-zone', 'udp', 'before the protocol'],
      ['ACCEPT net $FW 22 tcp', 'ports-of-protocol', 'tcp', '`tcp 22`'],
      ['ACCEPT net $FW 8080', 'unknown-protocol', '8080', '`tcp 8080`'],
      ['DNAT net loc:10.0.1.9 8080 tcp', 'unknown-protocol', '8080', '`zone:address:8080`'],
      ['ACCEPT net $FW tcp 80..90', 'unreadable-value', '80..90', '`80:90`'],
      ['ACCEPT net $FW tcp 22 3/min', 'unreadable-value', '3/min', 'RATE'],
      ['ACCEPT net $FW tcp 22 // ssh', 'comment-sign', '//', '`#`'],
      ['ACCEPT net $FW tcp 22 { comment="by // hand" }', 'ok', '', ''],
      ['ACCEPT net $FW /* ssh */', 'comment-sign', '/*', '`#`'],
      ['ACCEPT net $FW tcp 80,443,', 'unreadable-value', '80,443,', '`80,443`'],
      ['ACCEPT net $FW tcp 80,,443', 'unreadable-value', '80,,443', '`80,443`'],
      ['ACCEPT net,,loc $FW tcp 80', 'unreadable-value', 'net,,loc', '`net,loc`'],
      ['ACCEPT net $FW proto=tcp', 'columns-without-braces', 'proto=tcp', '`ACCEPT net $FW { proto=tcp }`'],
      ['ACCEPT source=net $FW tcp 22', 'columns-without-braces', 'source=net $FW tcp 22', '`ACCEPT net $FW tcp 22`'],
      ['ACCEPT tcp 80 net $FW', 'columns-out-of-order', 'ACCEPT tcp 80 net $FW', '`ACCEPT net $FW tcp 80`'],
      ['ACCEPT net tcp 80 $FW', 'columns-out-of-order', 'ACCEPT net tcp 80 $FW', '`ACCEPT net $FW tcp 80`'],
      ['net $FW ACCEPT tcp 22', 'columns-out-of-order', 'net $FW ACCEPT tcp 22', '`ACCEPT net $FW tcp 22`'],
      ['SSH ACCEPT net $FW', 'columns-out-of-order', 'SSH ACCEPT', '`SSH(ACCEPT) net $FW`'],
      ['ACCEPT net $FW tcp 22 - - 3 per minute', 'rate-in-words', '3 per minute', '`3/min`'],
      ['ACCEPT net $FW tcp 22 - - 3/minute burst 5', 'rate-in-words', '3/minute burst 5', '`3/min:5`'],
      ['DENY net $FW tcp 22', 'foreign-keyword', 'DENY', '`DROP`'],
      ['ACCEPT net $FW tcp 22 - - 3', 'unreadable-value', '3', '`3/min`'],
      [
        'ACCEPT net $FW tcp 22 - - - - - - 9:00-17:00',
        'unreadable-value',
        '9:00-17:00',
        '`timestart=9:00&timestop=17:00`',
      ],
      ['ACCEPT :info net $FW tcp 22', 'blank-before-level', 'ACCEPT :info', '`ACCEPT:info`'],
      ['192.0.2.7', 'unreadable-value', '192.0.2.7', '`DROP net:192.0.2.7 all`'],
      ['ufw allow from 192.0.2.1 to any port 2222', 'foreign-line', 'ufw', '`ACCEPT net:192.0.2.1 $FW tcp 2222`'],
      ['allow ssh', 'foreign-line', 'allow', '`ACCEPT net $FW tcp ssh`'],
      ['ufw limit ssh', 'foreign-line', 'ufw', '`ACCEPT net $FW tcp ssh`'],
      ['ACCEPT net $FW http', 'unknown-protocol', 'http', '`tcp http`'],
      ['ACCEPT net $FW domain', 'unknown-protocol', 'domain', 'domain`'],
      ['ACCEPT net $FW 22', 'number-is-protocol', '22', '`tcp 22`'],
      ['SSH(ACCEPT) net $FW 3/min', 'unknown-protocol', '3/min', 'RATE'],
      ['DNAT net loc:10.0.1.9 tcp 80 203.0.113.2', 'unreadable-value', '203.0.113.2', 'ORIGDEST'],
      ['ACCEPT net $FW tcp 10.0.1.9', 'unreadable-value', '10.0.1.9', 'SOURCE or DEST'],
      ['ACCEPT net $FW tcp htpp', 'unknown-service', 'htpp', '`http`'],
      ['ACCEPT net $FW udp domian', 'unknown-service', 'domian', '`domain`'],
      ['ACCEPT net:010.000.001.005 $FW', 'bad-address', '010.000.001.005', '`10.0.1.5`'],
      ['ACCEPT loc:10.0.1.5/24 $FW', 'host-bits-set', '10.0.1.5/24', '`10.0.1.0/24`'],
      ['ACCEPT net $FW tcp 25, 26', 'blank-in-list', '25, 26', '`25,26`'],
      ['ACCEPT net, loc $FW tcp 25', 'blank-in-list', 'net, loc', '`net,loc`'],
      ['ACCEPT net ,loc $FW tcp 25', 'blank-in-list', 'net ,loc', '`net,loc`'],
      ['Web (ACCEPT) net $FW', 'blank-before-parenthesis', 'Web (ACCEPT)', '`Web(ACCEPT)`'],
      ['ACCEPT(Web) net $FW', 'unexpected-parameters', '(Web)', '`Web(ACCEPT)`'],
      ['ACCEPT/Web net $FW', 'unexpected-parameters', '/Web', '`Web(ACCEPT)`'],
      ['DROP(Web) net $FW', 'unexpected-parameters', '(Web)', '`Web(DROP)`'],
      ['; comment', 'comment-sign', ';', '`#`'],
      ['// web', 'comment-sign', '//', '`#`'],
      ['-- web', 'comment-sign', '--', '`#`'],
      ['allow 22/tcp', 'foreign-line', 'allow', '`ACCEPT net $FW tcp 22`'],
      ['deny from 192.0.2.1', 'foreign-line', 'deny', '`DROP net:192.0.2.1 $FW'],
      ['tcp dport 22 accept', 'foreign-line', 'tcp', '`ACCEPT net $FW tcp 22`'],
      ['ip saddr 192.0.2.1 drop', 'foreign-line', 'ip', '`DROP net:192.0.2.1 $FW'],
      ['-A INPUT -p udp --dport 53 -j ACCEPT', 'foreign-line', '-A', '`ACCEPT net $FW udp 53`'],
      ['iptables -A INPUT -s 192.0.2.1 -j DROP', 'foreign-line', 'iptables', '`DROP net:192.0.2.1 $FW'],
      ['ALLOW net $FW tcp 22', 'foreign-keyword', 'ALLOW', '`ACCEPT`'],
      ['accept net $FW tcp 22', 'unknown-action', 'accept', '`ACCEPT`'],
      ['ACCEPT net\u00a0$FW tcp 22', 'unprintable-character', '\u00a0', 'web page'],
      ['ACCEPT net $FW tcp \u201c22\u201d', 'unprintable-character', '\u201c', '`"`'],
      ['ACCEPT net $FW tcp 22\u201325', 'unprintable-character', '\u2013', '`-`'],
      ['ACCEPT eth0 $FW tcp 22', 'unknown-zone', 'eth0', '`net`'],
      ['ACCEPT net:etho $FW tcp 22', 'unknown-interface', 'etho', '`eth0`'],
      ['ACCEPT net $FW tcp 22:', 'ok', '', ''],
      ['ACCEPT net', 'dest-missing', 'ACCEPT net', 'zone'],
      ['ACCEPT 192.0.2.1 $FW', 'missing-zone', '192.0.2.1', '`zone:192.0.2.1`'],
      ['ACCEPT net $FW:22 tcp', 'port-in-dest', '22', 'DPORT'],
      ['ACCEPT net $FW tcp 99999', 'bad-port', '99999', '65535'],
      ['ACCEPT net $FW tcp 30:20', 'bad-port', '30:20', 'lower'],
      ['ACCEPT net:10.0.0.300 $FW', 'bad-address', '10.0.0.300', '192.0.2.1'],
      ['ACCEPT net:10.0.0.0/255.255.255.0 $FW', 'dotted-mask', '10.0.0.0/255.255.255.0', '/24'],
      ['DNAT net loc tcp 80', 'server-missing', 'loc', 'zone:address'],
    ],
  ],
  [
    'interfaces',
    [
      ['wan eth3', 'unknown-zone', 'wan', '`zones`'],
      ['loc ppp*', 'unreadable-value', 'ppp*', '`ppp+`'],
      ['loc 203.0.113.2', 'address-as-interface', '203.0.113.2', 'ip address'],
      ['loc eth2 dhcp, tcpflags', 'blank-in-list', 'dhcp, tcpflags', '`dhcp,tcpflags`'],
      ['loc eth2 dhpc', 'unknown-option', 'dhpc', '`dhcp`'],
    ],
  ],
  [
    'policy',
    [
      ['net loc DROP:info', 'level-as-action', 'info', '`DROP info`'],
      ['net loc DENY', 'foreign-keyword', 'DENY', '`REJECT`'],
      ['net loc drop', 'unknown-policy', 'drop', '`DROP`'],
      ['net loc DROP imfo', 'unknown-log-level', 'imfo', '`info`'],
      ['net loc', 'missing-column', 'net loc', 'POLICY'],
    ],
  ],
  [
    'snat',
    [
      ['MASQUERADE 10.0.1.0/24 net', 'unknown-interface', 'net', '`eth0`'],
      ['MASQUERADE eth1 10.0.1.0/24', 'unreadable-value', '10.0.1.0/24', 'SOURCE comes before DEST'],
      ['SNAT 203.0.113.2 eth1', 'bad-parameter', 'SNAT', '`SNAT(192.0.2.1)`'],
      ['eth0 10.0.1.0/24', 'line-of-other-file', 'eth0 10.0.1.0/24', '`MASQUERADE 10.0.1.0/24 eth0`'],
      ['eth0 eth1 203.0.113.1', 'line-of-other-file', 'eth0 eth1 203.0.113.1', '`SNAT(203.0.113.1) eth1 eth0`'],
      ['MASQ 10.0.1.0/24 eth0', 'snat-action', 'MASQ', '`MASQUERADE`'],
    ],
  ],
  ['hosts', [['loc 10.0.1.0/24', 'unknown-interface', '10.0.1.0/24', '`eth0:10.0.1.0/24`']]],
  [
    'stoppedrules',
    [
      ['ACCEPT loc -', 'unknown-interface', 'loc', '`eth1`'],
      ['eth1 10.0.1.0/24', 'line-of-other-file', 'eth1 10.0.1.0/24', '`ACCEPT eth1:10.0.1.0/24 -`'],
      ['REJECT eth1', 'stopped-action', 'REJECT', '`ACCEPT`'],
    ],
  ],
])('%s', (file, lines) => {
  test.each(lines)('%s', (line, code, marked, help) => {
    const [first = '', ...others] = said(file, line).split('\n');
    if (code === 'ok') {
      expect(first).toBe('');
      return;
    }
    expect(others).toEqual([]);
    expect(first.startsWith(`${code} ${marked} | `), first).toBe(true);
    expect(first.slice(first.indexOf(' | '))).toContain(help);
  });
});

test('swapped columns, empty variables and values with blanks', () => {
  expect(said('interfaces', '', { interfaces: '?FORMAT 2\neth0 net\nloc eth1\n' })).toBeDefined();
  const swapped = compile(
    memoryEnvironment({ ...base, interfaces: '?FORMAT 2\neth0 net\nloc eth1\n', snat: 'MASQUERADE - eth0\n' }),
    { version: '0' },
  );
  expect(swapped.report.diagnostics.map(({ code, help }) => `${code}: ${help}`)).toEqual([
    'columns-swapped: write `net eth0`',
  ]);
  expect(said('rules', 'ACCEPT net:$ADMIN $FW', { params: 'ADMIN=\n' })).toContain('`$ADMIN` is empty');
  expect(said('rules', 'ACCEPT loc:$WEB $FW', { params: 'WEB="10.0.1.2 10.0.1.3"\n' })).toMatch(
    /^blank-in-variable loc:\$WEB .*10\.0\.1\.2,10\.0\.1\.3/,
  );
});
