import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { compareFirewalls, type Firewall } from '../../runtime/migrate/same-firewall.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

/** A firewall with one line about a name, where the resolver tells these addresses. */
function firewall(line: string, ...addresses: readonly string[]): Firewall {
  const files = {
    'ftpwall.conf': '',
    zones: 'fw firewall\nnet ip\nloc ip\n',
    interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
    policy: 'all all REJECT\n',
    rules: `?SECTION NEW\n${line}\n`,
  };
  const environment = { ...memoryEnvironment(files), resolveHost: () => addresses };
  const { model, rulesets } = compile(environment, { version: '0' });
  if (!model || !rulesets) throw new Error('does not compile');
  return { model, ...rulesets };
}

test.each([
  ['as a source', 'ACCEPT net:server.example fw tcp 22'],
  ['as a destination', 'ACCEPT loc net:server.example tcp 22'],
  ['as what is left out', 'ACCEPT net:!server.example fw tcp 22'],
])('a name that has other addresses is another firewall, %s', (_how, line) => {
  const before = firewall(line, '198.51.100.7', '198.51.100.9');
  expect(compareFirewalls(before, firewall(line, '198.51.100.7', '198.51.100.9'), 4)).toEqual([]);
  expect(compareFirewalls(before, firewall(line, '198.51.100.7', '198.51.100.30'), 4)).not.toEqual([]);
});
