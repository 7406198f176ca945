/** The tables for what passes below IP in diff, plan and verify: what differs is seen, and nothing else. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { frameChanges, frameRulesListed, frameRulesOf } from '../../runtime/answers/frame-changes.ts';
import { describeKernel } from '../kernel/possible.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const files = {
  zones: 'fw firewall\nnet ip\nloc ip\none:loc bport\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc br0 bridge\none br0:p1\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nall all DROP\n',
  arprules:
    'DROP eth0:192.0.2.7 - 1\nACCEPT eth0:!10.0.0.0/24:!02:00:00:00:00:01 - !2\nSNAT:10.1.10.11 - eth0:10.1.10.0/24 1\nDROP p1:10.0.0.7 p1 1\n',
};

function compiled(changed: Readonly<Record<string, string>> = {}) {
  const environment = memoryEnvironment({ ...files, ...changed });
  const { model, lowered, frames, artifact } = compile(environment, { version: '0' });
  if (!model || !lowered || !frames || !artifact) throw new Error('it does not compile');
  return { rules: frameRulesOf([{ firewall: { model, ruleset: lowered }, environment, frames }]), artifact };
}

const { rules, artifact } = compiled();

test('a line that decides otherwise, one that is gone, one at another place', () => {
  const [accept, ...more] = files.arprules.replace('DROP eth0:192', 'ACCEPT eth0:192').split('\n');
  expect(frameChanges(rules, compiled({ arprules: [accept, ...more].join('\n') }).rules)).toMatchObject([
    {
      from: 'table arp ftpwall',
      to: 'chain input',
      line: 'arprules:1',
      before: [expect.stringContaining('counter drop')],
      after: [expect.stringContaining('counter accept')],
    },
  ]);
  const gone = frameChanges(rules, compiled({ arprules: more.join('\n') }).rules);
  expect(gone.map(({ line, after }) => [line, after])).toEqual([['arprules:1', []]]);
  const [first, second, ...rest] = files.arprules.split('\n');
  const turned = frameChanges(rules, compiled({ arprules: [second, first, ...rest].join('\n') }).rules);
  expect(turned).toMatchObject([{ to: 'chain input', line: null }]);
  expect(frameChanges(rules, compiled({ arprules: `# one line further down\n${files.arprules}` }).rules)).toEqual([]);
});

test('a port of another name', () => {
  const found = frameChanges(rules, compiled({ interfaces: files.interfaces.replace('p1', 'p2'), arprules: '' }).rules);
  expect(found.map(({ from }) => from)).toContain('table bridge ftpwall');
});

describeKernel('in a listing', () => {
  test('what nft prints of them is the same', () => {
    const load = 'nft -f - && nft list ruleset';
    const { stdout } = spawnSync('unshare', ['-n', 'sh', '-c', load], { input: artifact.ruleset, encoding: 'utf8' });
    expect(stdout).toContain('table arp ftpwall');
    expect(frameChanges(frameRulesListed(stdout), rules)).toEqual([]);
    const changed = stdout.replace('arp saddr ip 192.0.2.7', 'arp saddr ip 192.0.2.8');
    expect(frameChanges(frameRulesListed(changed), rules).map(({ line }) => line)).toEqual(['arprules:1']);
    expect(frameChanges(frameRulesListed(''), rules).length).toBeGreaterThan(2);
  });
});
