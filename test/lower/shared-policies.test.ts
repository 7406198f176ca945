/** One policy for many pairs has a chain that they share: packets fare as with a line for each pair. */
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { compareFirewalls, type Firewall } from '../../runtime/migrate/same-firewall.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const zones = Array.from({ length: 6 }, (_each, number) => `z${number}`);
const ends = ['fw', ...zones];
const pairs = ends.flatMap((source) => ends.flatMap((dest) => (source === dest ? [] : [[source, dest] as const])));

function firewall(policy: string, settings: string): Firewall & { readonly text: string } {
  const files = {
    'ftpwall.conf': `LOGFORMAT="%s %s "\n${settings}\n`,
    zones: `fw firewall\n${zones.map((zone) => `${zone} ip\n`).join('')}`,
    interfaces: `?FORMAT 2\n${zones.map((zone, number) => `${zone} eth${number}\n`).join('')}`,
    policy,
    rules: '?SECTION NEW\nFTP(ACCEPT) z0 z1\nSSH(ACCEPT) z2 fw\n',
  };
  const { model, rulesets, artifact } = compile(memoryEnvironment(files), { version: '0' });
  if (!model || !rulesets || !artifact) throw new Error('does not compile');
  return { model, ...rulesets, text: artifact.ruleset };
}

const all = [
  ['DROP info', ''],
  ['DROP info', 'LOGLIMIT=10/min:3'],
  ['DROP info', 'LOGLIMIT='],
  ['DROP info', 'MULTICAST=Yes'],
  ['DROP', 'STRICT_RELATED=No'],
  ['REJECT:audit notice', ''],
  ['DROP:Broadcast(DROP),Multicast(DROP)', ''],
] as const;

test.each(all)('a line of each pair for `%s`, settings `%s`', (policy, settings) => {
  const shared = firewall(`all all ${policy}\n`, settings);
  const lines = pairs.map(([source, dest]) => `${source} ${dest} ${policy}\n`);
  const apart = firewall(`${lines.join('')}all all ${policy}\n`, settings);
  for (const version of [4, 6] as const) expect(compareFirewalls(shared, apart, version)).toEqual([]);
  const [first, ...others] = lines;
  const other = firewall(`${first?.replace(/DROP|REJECT/, 'ACCEPT')}${others.join('')}all all ${policy}\n`, settings);
  expect(compareFirewalls(shared, other, 4)).not.toEqual([]);
});

test('a pair has two rules of its own', () => {
  const { text } = firewall('all all DROP info\n', '');
  const [, body = ''] = /chain z3-z4 \{\n(.*?)\n\t\}/s.exec(text) ?? [];
  expect(body.trim().split('\n').slice(1)).toEqual([
    expect.stringContaining('counter jump all-all.policy'),
    expect.stringContaining('log prefix "z3-z4 DROP " level info counter drop'),
  ]);
});
