/** Lines that decide nothing are found, each with what decides their packets; what no packet tells never counts as deciding. */
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { placeOf } from '../../compiler/source.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: '$FW all ACCEPT\nloc net ACCEPT\nnet all DROP\nall all REJECT\n',
};

/** `rules:2 after rules:1` for each line that is never reached, `rules:3 nothing` for one that matches no packet. */
function dead(files: Readonly<Record<string, string>>): readonly string[] {
  const { report } = compile(memoryEnvironment({ ...base, ...files }), { version: '0' });
  return report.diagnostics.flatMap(({ code, label, related }) => {
    if (code === 'rule-matches-nothing') return [`${placeOf(label.span)} nothing`];
    if (code !== 'rule-never-reached') return [];
    return [`${placeOf(label.span)} after ${related.map(({ span }) => placeOf(span)).join(' ')}`];
  });
}

test.each([
  ['an earlier line decides', 'DROP net $FW\nACCEPT net $FW icmp 8', ['rules:2 after rules:1']],
  [
    'lines together decide',
    'ACCEPT net:192.0.2.0/25 $FW tcp 22\nACCEPT net:192.0.2.128/25 $FW tcp 22\nDROP net:192.0.2.0/24 $FW tcp 22',
    ['rules:3 after rules:1 rules:2'],
  ],
  ['DNAT to two servers', 'DNAT net dmz:10.0.2.5 tcp 80\nDNAT net dmz:10.0.2.6 tcp 80', ['rules:2 after rules:1']],
  [
    'a rate of a line that is never reached',
    'ACCEPT net $FW tcp 22\nACCEPT net:198.51.100.4 $FW tcp 22 - - 3/min',
    ['rules:2 after rules:1'],
  ],
  ['a range in a range', 'DROP net $FW tcp 1:1023\nACCEPT net $FW tcp 22', ['rules:2 after rules:1']],
])('%s', (_name, rules, found) => {
  expect(dead({ rules })).toEqual(found);
});

test.each([
  ['a rate', 'ACCEPT net $FW tcp 22 - - 3/min\nACCEPT net $FW tcp 22'],
  ['a time', 'ACCEPT net $FW tcp 22 - - - - - - timestart=08:00&timestop=09:00\nDROP net $FW tcp 22'],
  ['a set', 'ACCEPT net:+friends $FW tcp 22\nDROP net $FW tcp 22'],
  ['an event', 'IfEvent(knocked,ACCEPT) net $FW tcp 22\nDROP net $FW tcp 22'],
  ['an exclusion', 'ACCEPT net:10.0.0.0/8!10.1.0.0/16 $FW tcp 22\nDROP net:10.1.2.0/24 $FW tcp 22'],
  ['the other IP version', 'ACCEPT net:192.0.2.0/24 $FW tcp 22\nACCEPT net:[2001:db8::]/32 $FW tcp 22'],
  ['the address before DNAT', 'ACCEPT net dmz tcp 80 - 203.0.113.5\nACCEPT net dmz tcp 80 - 203.0.113.6'],
  ['another pair of zones', 'DROP net $FW tcp 22\nDNAT net dmz:10.0.2.4 tcp 22'],
  ['the connections of a user', 'ACCEPT $FW net tcp 25 - - - root\nDROP $FW net tcp 25'],
])('%s leaves the next line something to decide', (_name, rules) => {
  expect(dead({ rules })).toEqual([]);
});

test('a line of an earlier chain decides', () => {
  const files = { blrules: 'DROP net:198.51.100.0/24 all\n', rules: 'ACCEPT net:198.51.100.7 $FW tcp 22\n' };
  expect(dead({ ...files, 'ftpwall.conf': 'BLACKLIST=ALL\n' })).toEqual(['rules:1 after blrules:1']);
  // What is related to another connection does not meet the blacklist.
  expect(dead(files)).toEqual([]);
});

test('SNAT after a line that covers it', () => {
  expect(dead({ snat: 'MASQUERADE 10.0.0.0/8 eth0\nSNAT(203.0.113.5) 10.1.0.0/16 eth0\n' })).toEqual([
    'snat:2 after snat:1',
  ]);
});

test('a comment at the end of a line allows it there', () => {
  const rules =
    'ACCEPT net $FW tcp 22\nACCEPT net $FW tcp 22 # ftpwall: allow rule-never-reached\nACCEPT net $FW tcp 22\n';
  expect(dead({ rules })).toEqual(['rules:3 after rules:1']);
});

test.each([
  ['all of SOURCE', 'ACCEPT net:10.9.0.0/24!10.9.0.0/24 $FW tcp 22', ['SOURCE excludes every address that it names']],
  ['more than DEST', 'ACCEPT net dmz:10.0.2.5!10.0.2.0/24 tcp 22', ['DEST excludes every address that it names']],
  ['one is left', 'ACCEPT net:10.9.0.0/24!10.9.0.1-10.9.0.255 $FW tcp 22', []],
  ['any but some', 'ACCEPT net:!10.9.0.0/24 $FW tcp 22', []],
  ['a set', 'ACCEPT net:+friends!10.9.0.0/24 $FW tcp 22', []],
])('exceptions that leave no address make a line that matches nothing: %s', (_name, rules, labels) => {
  const { diagnostics } = compile(memoryEnvironment({ ...base, rules }), { version: '0' }).report;
  const found = diagnostics.filter(({ code }) => code === 'rule-matches-nothing');
  expect(found.map(({ label }) => label.text)).toEqual(labels);
});

test('lines of blrules stand before all others where zones lie within zones, too', () => {
  const files = {
    zones: `${base.zones}lab:loc ip\n`,
    hosts: 'lab eth1:10.0.1.128/25\n',
    'ftpwall.conf': 'BLACKLIST=ALL\n',
    blrules: 'DROP net all tcp 23\n',
  };
  expect(dead({ ...files, rules: 'ACCEPT net $FW tcp 22:23\nACCEPT loc $FW tcp 23\n' })).toEqual([]);
  expect(dead({ ...files, rules: 'ACCEPT net dmz tcp 23\nACCEPT loc dmz tcp 23\n' })).toEqual([
    'rules:1 after blrules:1',
  ]);
});

test.each([{}, { zones: `${base.zones}lab:loc ip\n`, hosts: 'lab eth1:10.0.1.128/25\n' }])(
  'a line that blrules and an earlier line both decide is told: %o',
  (zones) => {
    const files = { ...zones, 'ftpwall.conf': 'BLACKLIST=ALL\n', blrules: 'DROP net all tcp 23\n' };
    expect(dead({ ...files, rules: 'ACCEPT net $FW tcp 22:23\nACCEPT net $FW tcp 23\n' })).toEqual([
      'rules:2 after blrules:1',
    ]);
  },
);
