/** LOGFORMAT: in folders of ours log lines name the program and the line; in Shorewall folders they are Shorewall's. */
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

function prefixes(conf: string, settings: string): readonly string[] {
  const { artifact } = compile(
    memoryEnvironment({
      [conf]: settings,
      zones: 'fw firewall\nnet ipv4\n',
      interfaces: '?FORMAT 2\nnet eth0\n',
      policy: 'fw net ACCEPT\nall all DROP info\n',
      rules: '?SECTION NEW\nACCEPT:info net fw tcp 22\nACCEPT:info net fw tcp 25\n',
    }),
    { version: '0' },
  );
  return [...new Set([...(artifact?.ruleset ?? '').matchAll(/log prefix "([^"]*)"/g)].map(([, text = '']) => text))];
}

test.each([
  [
    'ftpwall.conf',
    '',
    ['ftpwall net-fw ACCEPT rules:2 ', 'ftpwall net-fw ACCEPT rules:3 ', 'ftpwall net-fw DROP policy:2 '],
  ],
  ['ftpwall.conf', 'LOGFORMAT="%s %s "\n', ['net-fw ACCEPT ', 'net-fw DROP ']],
  ['shorewall.conf', 'LOGFORMAT="a %s %s %s "\n', ['a net-fw ACCEPT ', 'a net-fw DROP ']],
  ['shorewall.conf', '', ['Shorewall:net-fw:ACCEPT:', 'Shorewall:net-fw:DROP:']],
])('%s with %j', (conf, settings, expected) => {
  expect(prefixes(conf, settings)).toEqual(expect.arrayContaining(expected));
});
