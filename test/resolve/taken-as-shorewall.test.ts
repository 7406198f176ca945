/** Lines that Shorewall takes, and what they come to. */
import { describe, expect, test } from 'vitest';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { compile } from '../../compiler/compile.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const base = {
  zones: 'fw firewall\nnet ipv4\nloc ipv4\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: 'loc net ACCEPT\n$FW all ACCEPT\nall all REJECT\n',
  rules: 'SSH(ACCEPT) loc $FW\n',
};

function compiled(files: Readonly<Record<string, string>>) {
  const { report, rulesets, model } = compile(memoryEnvironment({ ...base, ...files }), { version: '0', lint: false });
  expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const text = [rulesets?.running, rulesets?.stopped].map((each) => (each ? printRuleset(each) : '')).join('\n');
  const warnings = report.diagnostics.map(({ code, help }) => `${code}: ${help}`);
  return { text, model, warnings };
}

describe('a list of several kinds is a rule for each kind', () => {
  test.each([
    [
      'snat, SOURCE',
      'snat',
      'MASQUERADE +a,+b eth0',
      ['ip saddr @a counter masquerade', 'ip saddr @b counter masquerade'],
    ],
    [
      'snat, DEST',
      'snat',
      'MASQUERADE 10.0.0.0/8 eth0:+a,+b',
      ['ip daddr @a counter masquerade', 'ip daddr @b counter masquerade'],
    ],
    [
      'snat, behind an interface',
      'snat',
      'SNAT(192.0.2.1) eth1:+a,10.0.0.1 eth0',
      ['ip saddr @a counter snat', 'ip saddr 10.0.0.1 counter snat'],
    ],
    ['masq, SOURCE', 'masq', 'eth0 +a,+b', ['ip saddr @a counter masquerade', 'ip saddr @b counter masquerade']],
    [
      'masq, DEST',
      'masq',
      'eth0:+a,+b 10.0.0.0/8',
      ['ip daddr @a counter masquerade', 'ip daddr @b counter masquerade'],
    ],
    [
      'conntrack',
      'conntrack',
      '?FORMAT 3\nNOTRACK:P +a,10.0.0.1 +b,+c',
      ['saddr @a ip daddr @b', 'saddr @a ip daddr @c', 'saddr 10.0.0.1 ip daddr @b', 'saddr 10.0.0.1 ip daddr @c'],
    ],
    [
      'conntrack, behind a zone',
      'conntrack',
      '?FORMAT 2\nNOTRACK loc:+a,+b',
      ['ip saddr @a counter notrack', 'ip saddr @b counter notrack'],
    ],
  ])('%s', (_, file, line, rules) => {
    const { text } = compiled({ 'shorewall.conf': '', [file]: `${line}\n` });
    for (const rule of rules) expect(text).toContain(rule);
  });

  test('in an action', () => {
    const { text } = compiled({
      'shorewall.conf': '',
      actions: 'Mine\n',
      'action.Mine': 'ACCEPT +a,+b\n',
      rules: 'Mine loc $FW\n',
    });
    for (const set of ['a', 'b']) expect(text).toContain(`ip saddr @${set} counter accept`);
  });
});

test('HELPERS takes the names of Shorewall', () => {
  const { model } = compiled({ 'shorewall.conf': 'HELPERS=ftp-0,h323,netbios-ns\n' });
  expect(model?.helpers.filter(({ enabled }) => enabled).map(({ helper }) => helper.name)).toEqual([
    'ftp',
    'netbios-ns',
    'Q.931',
    'RAS',
  ]);
});

test('renamed settings keep their values', () => {
  const { model, warnings } = compiled({
    'shorewall.conf': 'BLACKLIST_LOGLEVEL=notice\nLOGRATE=10/minute\nLOGBURST=7\nAUTO_COMMENT=No\nDISABLE_IPV6=Yes\n',
  });
  expect(model?.settings.blacklist.log).toEqual({ kind: 'syslog', level: 'notice', flags: [] });
  expect(model?.settings.logLimit).toEqual({ count: 10, per: 'minute', burst: 7 });
  expect(warnings).toEqual([
    'legacy-setting: write `BLACKLIST_LOG_LEVEL=notice`',
    'legacy-setting: write `LOGLIMIT=10/minute:7`',
    'legacy-setting: write `LOGLIMIT=10/minute:7`',
    'legacy-setting: write `AUTOCOMMENT=No`',
  ]);
});
