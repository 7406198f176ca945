/** Where a line with an action belongs is known of each action that only `mangle` has. */
import { expect, test } from 'vitest';
import { mangleTargets } from '../../compiler/3-resolve/marks/mangle-actions.ts';
import { compile } from '../../compiler/compile.ts';
import { fileOfAction, targets } from '../../compiler/language/targets.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

test('each action of mangle has its file', () => {
  for (const name of Object.keys(mangleTargets)) {
    expect([name, fileOfAction(name)]).toEqual([name, Object.hasOwn(targets, name) ? 'rules' : 'mangle']);
  }
});

/** What the error says of lines in their files. */
function said(file: 'rules' | 'mangle' | 'snat' | 'conntrack', line: string): readonly string[] {
  const files = {
    zones: 'fw firewall\nnet ip\nloc ip\n',
    interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
    policy: 'all all DROP\n',
    rules: '',
    [file]: `${line}\n`,
  };
  const { report } = compile(memoryEnvironment(files), { version: '0', lint: false });
  return report.diagnostics.filter(({ severity }) => severity === 'error').map(({ code, help }) => `${code}: ${help}`);
}

test('a line of another file is told its file, in one message', () => {
  const belongs = (file: string) => [
    `action-of-other-file: write the line in \`${file}\`, with the columns of that file`,
  ];
  expect(said('rules', 'SAVE(ACCEPT) net $FW tcp 22')).toEqual(belongs('mangle'));
  expect(said('rules', 'TOS(0x10) net $FW tcp 22')).toEqual(belongs('mangle'));
  expect(said('rules', 'SNAT(192.0.2.1) net $FW tcp 22')).toEqual(belongs('snat'));
  expect(said('rules', 'CT:helper:ftp net - tcp 21')).toEqual(belongs('conntrack'));
  expect(said('mangle', 'DNAT - - tcp 80')).toEqual(belongs('rules'));
  expect(said('mangle', 'SSH(ACCEPT) - -')).toEqual(belongs('rules'));
  expect(said('mangle', 'MASQUERADE - eth0')).toEqual(belongs('snat'));
  expect(said('rules', 'MASQUERADE 10.0.0.0/8 eth0')).toEqual(belongs('snat'));
  expect(said('rules', 'SAVE(0xff) - eth0 tcp 22')).toEqual(belongs('mangle'));
  expect(said('mangle', 'REJECT loc net')).toEqual(belongs('rules'));
  expect(said('conntrack', '?FORMAT 3\nACCEPT net $FW tcp 22')).toEqual(belongs('rules'));
  expect(said('conntrack', '?FORMAT 3\nMARK(1) eth0 - tcp 22')).toEqual(belongs('rules'));
  expect(said('snat', 'REJECT 10.0.0.0/8 eth0')).toEqual(belongs('rules'));
  expect(said('snat', 'CLASSIFY(1:10) 10.0.0.0/8 eth0')).toEqual(belongs('mangle'));
});

test('what no file has is still unknown', () => {
  expect(said('rules', 'SAVES net $FW')[0]).toContain('unknown-action');
  expect(said('mangle', 'SAVES - -')[0]).toContain('mangle-action');
  expect(said('snat', 'MASQ - eth0')[0]).toContain('snat-action');
  expect(said('snat', 'NONAT 10.0.0.5 eth0')[0]).toContain('snat-action');
  expect(said('snat', 'INLINE(MASQUERADE) 10.0.0.0/8 eth0')[0]).toContain('snat-action');
  expect(said('conntrack', '?FORMAT 3\nULOG eth0 - udp 53')[0]).toContain('tracking-action');
  expect(said('conntrack', '?FORMAT 3\nNOTRACKS eth0 -')[0]).toContain('tracking-action');
  expect(said('conntrack', '?FORMAT 3\nLOG: eth0 -')[0]).toContain('tracking-action');
});
