/** One feature a configuration: lines of marks, routing, shaping and accounting that compile, or are refused by name. */
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0 optional\nnet eth1 optional\nloc eth2\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nall all DROP\n',
  'ftpwall.conf': 'ROUTE_FILTER=No\nUSE_DEFAULT_RT=No\n',
};
const one = { providers: 'A 1 1 - eth0 192.0.2.254 track,balance\n' };

function errorsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const { report } = compile(memoryEnvironment({ ...base, ...files }), { version: '0' });
  return report.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
}

test.each([
  { tcrules: '2:P eth2\n1:11 - eth0\nSAVE/0xff:P eth2\n3:CF eth2\nCONTINUE:P - - - - - - !0\n5 $FW - tcp 25\n' },
  { tos: 'all all tcp 22 - 16\n$FW all tcp - 22 16\n' },
  { mangle: 'MARK(2):P [2001:db8::]/64\nADD(+bl:src):P eth0\nMARK(2):P +bl\n' },
  { mangle: 'INLINE(MARK(2)):P eth2 ;; -m mark --mark 1\nINLINE eth2 ;; -m mark --mark 1 -j MARK --set-mark 4\n' },
  { mangle: 'MARK(2):T $FW eth0 tcp 80 - root\nMARK(2):P eth2 { time=timestart=10:00&timestop=12:00 }\n' },
  { mangle: 'MARK(2):P eth2 { connbytes=1000: }\nMARK(2):P eth2 { dscp=!EF }\nMARK(2):P eth2 { switch=foo }\n' },
  { mangle: 'TTL(-1):F eth2\nHL(+1):F eth2\nTCPMSS(pmtu,ipsec) - eth0\nTOS(tos-minimize-delay):T - eth0\n' },
  { mangle: 'IPTABLES(CONNMARK --save-mark --mask 0xf):F eth2\nIPTABLES(CONNMARK --restore-mark --mask 0xf):P eth2\n' },
  { mangle: 'TPROXY eth2 - tcp 80\nTOS(0x10/0x1e):F eth2\nIPTABLES(MARK --set-xmark 4/0xff):F eth2\n' },
  { mangle: 'TPROXY(3129) eth2 - tcp 80\nTPROXY(,127.0.0.1) eth2 - tcp 80\nDIVERTHA eth0 - tcp\n' },
  { mangle: 'SAME:P 10.0.0.0/24 - tcp 80,443\nSAME(600) $FW - tcp 80\nMARK(A):P eth2\n', ...one },
  { providers: 'A 1 1 - eth0 - notrack,src=192.0.2.7,noautosrc\n' },
  { providers: 'A 1 1 main eth0 192.0.2.254 track,balance\nB 2 2 A eth1 198.51.100.254 track,loose none\n' },
  { providers: 'A 0x10 1 - eth0 192.0.2.254 fallback=2\nB 2 2 - eth1 fe80::1 fallback=1\n' },
  { providers: 'A 1 1 - eth0 none -\nT 3 - - lo - local\n' },
  { route_rules: '10.0.0.0/24 - A 1000\n', rtrules: 'eth2:[2001:db8::]/64 - main 1001\n', ...one },
  { tcdevices: 'eth0 - 5mbit hfsc\n', tcclasses: 'eth0 1 full/2:10ms:1500 full 1 default\n' },
  { tcinterfaces: 'eth0 External ~20mbit:250ms:4sec 5mbit\n', 'ftpwall.conf': 'TC_ENABLED=Simple\n' },
  { accounting: '?SECTION PREROUTING\nCOUNT - eth0\n', 'ftpwall.conf': 'ACCOUNTING_TABLE=mangle\n' },
  { snat: 'MASQUERADE $FW eth0\n', ecn: 'eth0\n', proxyndp: '2001:db8::100 eth2 eth0 no yes\n' },
])('compiles: %o', (files) => expect(errorsOf(files as Readonly<Record<string, string>>)).toEqual([]));

test.each([
  ['mark-outside-field', { mangle: 'MARK(0x300):P eth2\n' }],
  ['mark-bit-taken', { mangle: 'CONNMARK(0x80000000):P eth2\n' }],
  ['mark-outside-field', { mangle: 'IPTABLES(CONNMARK --save-mark):F eth2\n' }],
  ['no-equivalent', { mangle: 'IPTABLES(CONNMARK --save-mark --nfmask 1 --ctmask 3):F eth2\n' }],
  ['no-equivalent', { mangle: 'IPTABLES(CONNMARK --set-xmark 4/3):F eth2\n' }],
  ['no-equivalent', { rules: '?SECTION NEW\nIPTABLES(CONNMARK --save-mark --mask 3) loc net\n' }],
  ['mangle-action', { mangle: 'NONSENSE eth2\n' }],
  ['mangle-end', { mangle: 'MARK(2):P - eth0\n' }],
  ['mangle-chain', { mangle: 'MARK(2):X eth2\n' }],
  ['no-equivalent', { mangle: 'CHECKSUM eth2\n' }],
  ['no-equivalent', { mangle: 'SAME:P eth2\n' }],
  ['bad-provider', { providers: 'A 1 1 - ppp+ -\n', interfaces: '?FORMAT 2\nnet ppp+\nloc eth2\n' }],
  ['option-contradiction', { providers: 'A 1 1 - eth0 192.0.2.254 balance,fallback\n' }],
  ['bad-option-value', { providers: 'A 1 1 - eth0 192.0.2.254 load=1\n' }],
  ['bad-route', { rtrules: 'x - main 1000\n', ...one }],
  ['bad-shaping', { tcdevices: 'eth0 - 5mbit\n', tcclasses: 'eth0 1 full full 1\n' }],
  ['bad-accounting', { accounting: 'COUNT\n?SECTION INPUT\nCOUNT\n' }],
] as const)('%s: %o', (code, files) => expect(errorsOf(files)).toContain(code));
