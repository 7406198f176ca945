/** What the firewall offers everybody over one IP version alone is told, however the line says that everybody is meant. */
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: '$FW all ACCEPT\nnet all DROP\nall all REJECT\n',
};

test.each([
  ['ACCEPT net:0.0.0.0/0 $FW tcp 443', ['tcp port 443 of the firewall is open to `net` over IPv4 only']],
  ['ACCEPT net:[::]/0 $FW tcp 443', ['tcp port 443 of the firewall is open to `net` over IPv6 only']],
  ['ACCEPT net:0.0.0.0/0 $FW tcp 443\nACCEPT net:[::]/0 $FW tcp 443', []],
  ['ACCEPT net:0.0.0.0/0 $FW tcp 443\nDROP net $FW tcp 443', []],
  ['ACCEPT net $FW tcp 443', []],
  ['ACCEPT net:192.0.2.0/24 $FW tcp 443', []],
])('%s', (rules, messages) => {
  const { diagnostics } = compile(memoryEnvironment({ ...base, rules: `${rules}\n` }), { version: '0' }).report;
  expect(diagnostics.flatMap((each) => (each.code === 'service-of-one-version' ? [each.message] : []))).toEqual(
    messages,
  );
});
