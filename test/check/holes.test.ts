/** Configurations that compile and have a hole: each is said, and what is right is not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { strictCodes } from '../../compiler/diagnostics/catalogue/index.ts';
import { run } from '../../runtime/commands/check.ts';
import { defaults } from '../../runtime/verb.ts';
import { type Machine, memoryEnvironment } from '../support/memory-environment.ts';

const sound = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: '$FW net ACCEPT\nloc net ACCEPT\nnet all DROP info\nall all REJECT\n',
  rules: 'SSH(ACCEPT) loc $FW\n',
  snat: 'MASQUERADE 10.0.1.0/24 eth0\n',
} as const;

/** The holes of a configuration, with the line of each. */
function holes(files: Readonly<Record<string, string>>, machine: Machine = {}): readonly string[] {
  const environment = memoryEnvironment({ ...sound, ...files }, machine);
  const { report } = compile(environment, { version: '0', lint: false });
  expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return report.diagnostics.flatMap(({ code, label: { span } }) =>
    strictCodes.has(code) ? [`${code} ${span.source.path}`] : [],
  );
}

const rule = (line: string) => ({ rules: `${sound.rules}${line}\n` });

describe('is reported', () => {
  test.each<[string, Readonly<Record<string, string>>, string, Machine?]>([
    ['a port in PROTO', rule('ACCEPT net $FW 22'), 'number-is-protocol rules'],
    ['a DNAT of everything', rule('DNAT net dmz:10.0.2.10'), 'dnat-of-everything rules'],
    ['a DNAT within a zone', rule('DNAT loc loc:10.0.1.10 tcp 80 - 203.0.113.1'), 'hairpin-dropped rules'],
    ['a rule within a zone', rule('ACCEPT loc loc:10.0.1.10 tcp 80'), 'hairpin-dropped rules'],
    ['rule', { rule: '' }, 'unread-name rule'],
    ['policies', { policies: '' }, 'unread-name policies'],
    ['interface', { interface: '' }, 'unread-name interface'],
    ['zones.bak', { 'zones.bak': '' }, 'unread-name zones.bak'],
    ['rules.dpkg-old', { 'rules.dpkg-old': '' }, 'unread-name rules.dpkg-old'],
    ['snat~', { 'snat~': '' }, 'unread-name snat~'],
    ['Rules', { Rules: '' }, 'unread-name Rules'],
    ['rulse', { rulse: '' }, 'unread-name rulse'],
    ['rules.conf', { 'rules.conf': '' }, 'unread-name rules.conf'],
    ['rules.d', { 'rules.d': '' }, 'unread-name rules.d'],
    ['forwarding off', { 'ftpwall.conf': 'IP_FORWARDING=Off\n' }, 'forwarding-off policy'],
    ['forwarding kept off', {}, 'forwarding-off policy', { forwards: false }],
    ['a setting twice', { 'ftpwall.conf': 'LOG_LEVEL=info\nLOG_LEVEL=debug\n' }, 'setting-twice ftpwall.conf'],
    ['a policy that opens everything', { policy: 'net all ACCEPT\nall all REJECT\n' }, 'open-to-outside policy'],
    ['a rule that opens everything', rule('ACCEPT all all'), 'open-to-outside rules'],
    ['bits of a host', rule('ACCEPT loc:10.0.1.5/24 dmz tcp 80'), 'host-bits-set rules'],
    ['bits of a host, IPv6', rule('ACCEPT loc:2001:db8::5/64 dmz tcp 80'), 'host-bits-set rules'],
    ['a mistyped interface', {}, 'interface-not-here interfaces', { interfaces: ['lo', 'eth1', 'eth2', 'eno1'] }],
    ['no way in', { rules: 'Web(ACCEPT) net $FW\nPing(ACCEPT) net $FW\n' }, 'no-way-in zones'],
    ['a database', rule('MySQL(ACCEPT) net dmz'), 'database-open rules'],
    ['a database behind DNAT', rule('DNAT net dmz:10.0.2.9:5432 tcp 15432'), 'database-open rules'],
  ])('%s', (_, files, expected, machine = {}) => {
    expect(holes(files, machine)).toEqual([expected]);
  });
});

describe('is no hole', () => {
  test.each<[string, Readonly<Record<string, string>>, Machine?]>([
    ['the sound configuration', {}],
    ['a protocol by its number', rule('ACCEPT net $FW 47')],
    ['a DNAT of all of an address', rule('DNAT net dmz:10.0.2.10 - - - 203.0.113.5')],
    [
      'a DNAT within a zone with routeback',
      {
        ...rule('DNAT loc loc:10.0.1.10 tcp 80 - 203.0.113.1'),
        interfaces: sound.interfaces.replace('eth1', 'eth1 routeback'),
      },
    ],
    ['a zone of two interfaces', { ...rule('ACCEPT loc loc tcp 80'), interfaces: `${sound.interfaces}loc eth3\n` }],
    ['an included folder', { rules: `${sound.rules}INCLUDE rules.d/web\n`, 'rules.d/web': '', 'rules.d': '' }],
    ['a folder that a branch includes', { rules: `${sound.rules}?IF 0\nINCLUDE rules.d/web\n?ENDIF\n`, 'rules.d': '' }],
    ['other names', { README: '', 'macro.Mine': '', 'rules-of-conduct.md': '', notes: '' }],
    ['forwarding on', { 'ftpwall.conf': 'IP_FORWARDING=On\n' }, { forwards: false }],
    ['nothing to forward', { policy: '$FW all ACCEPT\nall all DROP\n', 'ftpwall.conf': 'IP_FORWARDING=Off\n' }],
    [
      'a setting for each IP version',
      { 'ftpwall.conf': '?IF __IPV4\nIP_FORWARDING=On\n?ELSE\nIP_FORWARDING=Keep\n?ENDIF\n' },
    ],
    ['an inside that may do everything', { policy: 'loc all ACCEPT\n$FW all ACCEPT\nall all DROP\n', rules: '' }],
    ['a database for one client', rule('MySQL(ACCEPT) net:192.0.2.7 dmz')],
    ['a database inside', rule('MySQL(ACCEPT) loc dmz')],
    ['another port to log in', { rules: 'ACCEPT net $FW tcp 2222\n' }],
    ['a VPN', { rules: 'ACCEPT net $FW udp 51820\n' }],
    [
      'an optional interface',
      { interfaces: sound.interfaces.replace('eth2', 'eth9 optional') },
      { interfaces: ['eth1', 'eth2'] },
    ],
    ['another machine', {}, { interfaces: [] }],
  ])('%s', (_, files, machine = {}) => {
    expect(holes(files, machine)).toEqual([]);
  });
});

test('--strict exits 1 for them, and only for them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-strict-'));
  try {
    const check = (strict: boolean, allow: readonly string[] = []) =>
      run({ verb: 'check', arguments: [folder], options: { ...defaults, quiet: true, json: true, strict, allow } });
    for (const [name, text] of Object.entries({
      ...sound,
      ...rule('ACCEPT net $FW 22'),
      'ftpwall.conf': 'IP_FORWARDING=On\n',
    }))
      writeFileSync(join(folder, name), text);
    expect([await check(false), await check(true), await check(true, ['number-is-protocol'])]).toEqual([0, 1, 0]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
