/** What of many findings is shown. */
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { gather } from '../../compiler/diagnostics/gather.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

test('lines of one old file are one finding, and others are as they were', () => {
  const files = {
    'shorewall.conf': 'DISABLE_IPV6=Yes\n',
    zones: 'fw firewall\nnet ipv4\n',
    interfaces: 'net eth0 - blacklist\n',
    policy: 'all all DROP\n',
    rules: 'SSH(ACCEPT) net $FW\n',
    blacklist: Array.from({ length: 300 }, (_, index) => `10.0.${index >> 8}.${index & 255}\n`).join(''),
  };
  const { diagnostics } = compile(memoryEnvironment(files), { version: '0', lint: false }).report;
  expect(diagnostics).toHaveLength(301);
  const shown = gather(diagnostics);
  expect(shown.map(({ code }) => code)).toEqual(['obsolete-option', 'legacy-file']);
  expect(shown[1]?.label.text).toBe('read as `DROP net:10.0.0.0 all`; so are 300 lines, to line 300');
  expect(shown[1]?.help).toContain('check --fix');
});
