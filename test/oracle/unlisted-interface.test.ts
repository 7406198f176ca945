/** What comes by an interface that no line matches, and what leaves by it, beside Shorewall: with options on every listed one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { kernelTest } from '../kernel/available.ts';
import { judgeFolder } from './judge.ts';

const every = 'dhcp,nosmurfs,rpfilter';
const folders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'interfaces alone tell the zones': {
    zones: 'fw firewall\nnet ipv4\nloc ipv4\n',
    interfaces: `?FORMAT 2\nnet eth0 ${every}\nloc eth1 ${every}\n`,
    policy: 'net all DROP\nall all REJECT\n',
  },
  'zones of some networks': {
    zones: 'fw firewall\nnet ipv4\nloc ipv4\nsub:loc ipv4\n',
    interfaces: `?FORMAT 2\nnet eth0 ${every}\nloc eth1 ${every},nets=(100.65.0.0/24)\n`,
    hosts: 'sub eth1:100.65.0.0/25\n',
    policy: 'all all DROP\n',
  },
  'a policy that accepts': {
    zones: 'fw firewall\nnet ipv4\nloc ipv4\n',
    interfaces: '?FORMAT 2\nnet eth0 nosmurfs,rpfilter\nloc eth1 nosmurfs,rpfilter\n',
    policy: 'loc net DROP\nall all ACCEPT\n',
  },
  'IPv6, zones of some networks': {
    zones: 'fw firewall\nnet ipv6\nloc ipv6\nsub:loc ipv6\n',
    interfaces: '?FORMAT 2\nnet eth0 dhcp\nloc eth1 dhcp,nets=(2001:db8:2::/64)\n',
    hosts: 'sub eth1:[2001:db8:2::/80]\n',
    policy: 'all all DROP\n',
    'shorewall6.conf': '',
  },
};

for (const [name, files] of Object.entries(folders))
  kernelTest(
    `an interface that no line matches: ${name}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'ftpwall-oracle-unlisted-'));
      try {
        const settings = 'shorewall6.conf' in files ? 'shorewall6.conf' : 'shorewall.conf';
        const rules = '?SECTION NEW\nACCEPT net $FW tcp 22\nACCEPT all loc tcp 80\n';
        for (const [file, text] of Object.entries({ rules, ...files, [settings]: 'OPTIMIZE=0\nEXPAND_POLICIES=Yes\n' }))
          writeFileSync(join(folder, file), text);
        const finding = await judgeFolder(folder, { count: 120, seed: 20261128, mutants: 0, asWritten: true });
        if (finding.kind === 'passed-over') throw new Error(finding.reason);
        const told = [...finding.differences, ...finding.disagreements].map(({ probe: _probe, ...each }) => each);
        expect(told).toEqual([]);
        expect(finding.networks.map((each) => each.interface)).toContain('unlisted0');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    { programs: ['nft', 'ip', 'python3', 'shorewall', 'iptables-legacy-restore'] },
  );
