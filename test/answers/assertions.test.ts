/** What is promised holds for all packets, or one packet shows that it does not. */
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { positionOf } from '../../compiler/source.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: '$FW all ACCEPT\nloc net ACCEPT\nnet all DROP\nall all REJECT\n',
  rules: [
    'SSH(ACCEPT) loc $FW',
    'ACCEPT net dmz:10.0.2.5 tcp 80,443',
    'DNAT net dmz:10.0.2.9:8080 tcp 81 - 203.0.113.5',
    'DROP net:192.0.2.0/24 dmz tcp 25',
    'ACCEPT net dmz tcp 25',
    'ACCEPT net $FW udp 123 - - - - - - timestart=08:00&timestop=09:00',
    'ACCEPT net $FW tcp 2222 - - 3/min:5',
    'REDIRECT loc 3128 tcp 88',
  ].join('\n'),
};

/** The message of an assertion, or nothing when it holds. */
function broken(assertion: string, rules = base.rules): string | undefined {
  const files = { ...base, rules, assertions: `${assertion}\n` };
  const { report } = compile(memoryEnvironment(files), { version: '0', lint: false });
  const errors = report.diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ code }) => code).filter((code) => code !== 'assertion-fails')).toEqual([]);
  return errors[0]?.message;
}

test.each([
  'ACCEPT loc $FW tcp 22',
  'DENY net $FW tcp 22',
  'DROP net $FW tcp 22',
  'REJECT dmz loc',
  'DENY dmz loc',
  'ACCEPT net dmz:10.0.2.5 tcp 80,443',
  'ACCEPT net dmz:10.0.2.9 tcp 8080 - 203.0.113.5',
  'DROP net dmz:10.0.2.9 tcp 8080 - !203.0.113.5',
  'ACCEPT net:198.51.100.0/24 dmz tcp 25',
  'DROP net:192.0.2.128/25 dmz tcp 25',
  'ACCEPT net:!192.0.2.0/24 dmz tcp 25',
  'DENY net $FW udp 124',
  'ACCEPT $FW net',
])('%s holds', (assertion) => {
  expect(broken(assertion)).toBeUndefined();
});

test.each([
  ['DENY loc $FW tcp 22', 'accepted by rules:1'],
  ['REJECT net $FW tcp 22', 'dropped by policy:3'],
  ['DROP dmz loc', 'rejected by policy:4'],
  ['ACCEPT net dmz:10.0.2.4/31 tcp 80', 'dropped by policy:3'],
  ['DENY net dmz:10.0.2.9', 'accepted by rules:'],
  ['ACCEPT net dmz:10.0.2.9 tcp 8080', 'dropped by policy:3'],
  ['ACCEPT net dmz tcp 25', '192.0.2.'],
  // What is accepted at some times, or up to a rate, is neither always accepted nor always refused.
  ['ACCEPT net $FW udp 123', 'dropped'],
  ['DENY net $FW udp 123', 'accepted by rules:6'],
  ['ACCEPT net $FW tcp 2222', 'dropped'],
  ['DENY net $FW tcp 2222', 'accepted by rules:7'],
  ['DENY all $FW tcp 22', 'accepted by rules:1'],
])('%s does not: a packet is %s', (assertion, happens) => {
  expect(broken(assertion)).toContain(happens);
});

test('a promise names the packet, and holds up loading', () => {
  expect(broken('DENY net dmz tcp 443')).toMatch(/tcp 198\.51\.100\.1:40000 → 10\.0\.2\.5:443 is accepted by rules:2/);
});

test('only verdicts can be promised', () => {
  const { report } = compile(memoryEnvironment({ ...base, assertions: 'SSH(ACCEPT) net $FW\nCONTINUE net $FW\n' }), {
    version: '0',
    lint: false,
  });
  expect(report.diagnostics.map(({ code }) => code)).toEqual(['assertion-verdict', 'assertion-verdict']);
});

test('of many protocols the example has one that people know', () => {
  expect(broken('DROP dmz loc')).toContain('tcp 198.51.100.1:40000 → 203.0.113.1:80 is rejected by policy:4');
  expect(broken('ACCEPT net $FW 47')).toContain('gre ');
});

/** What the compiler warns of in these lines. */
function warned(...assertions: readonly string[]): readonly string[] {
  const files = {
    ...base,
    zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\nold ipv4\n',
    interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n- eth3\n',
    hosts: 'old eth3:10.0.3.0/24\n',
    assertions: `${assertions.join('\n')}\n`,
  };
  const { report } = compile(memoryEnvironment(files), { version: '0', lint: false });
  return report.diagnostics
    .filter(({ label }) => label.span.source.path === 'assertions')
    .map(({ code, label: { span } }) => `${code} ${positionOf(span.source, span.start).line}`);
}

test('a promise about no packet is warned of, once for its line', () => {
  expect(warned('DENY net old:10.0.4.9 tcp 22', 'DENY net old:10.0.3.9 tcp 22')).toEqual(['assertion-about-nothing 1']);
  expect(warned('DENY old:[2001:db8::1] $FW', 'DENY net,loc old:10.0.4.9')).toEqual([
    'assertion-about-nothing 1',
    'assertion-about-nothing 2',
  ]);
  // It is about what another zone of the same line sends.
  expect(warned('DENY net,old dmz:[2001:db8::5] tcp 23')).toEqual([]);
  expect(warned('DENY net $FW udp 124')).toEqual([]);
});

test('that no line translates to a server may be promised; that one accepts it is about no packet then', () => {
  expect(warned('DENY net dmz:10.0.2.9 tcp 8080 - 203.0.113.9')).toEqual([]);
  expect(warned('ACCEPT net dmz:10.0.2.9 tcp 8080 - 203.0.113.9')).toEqual(['assertion-about-nothing 1']);
  expect(warned('ACCEPT net dmz:10.0.2.9 tcp 8080 - 203.0.113.5')).toEqual([]);
});
