/** The stopped state: the same packets through the rules that Shorewall stops with, and through ours. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { kernelTest } from '../kernel/available.ts';
import { compare } from './compare.ts';
import { compileFolder } from './ours.ts';
import { askShorewallForStopped, updateByShorewall } from './shorewall.ts';

const files: Readonly<Record<string, string>> = {
  zones: 'fw firewall\nnet ipv4\nloc ipv4\ndmz ipv4\n',
  interfaces: '?FORMAT 2\nnet eth0 dhcp\nloc eth1 dhcp\ndmz eth2 dhcp\n',
  policy: 'all all DROP\n',
  // What stands behind the interfaces is taken from here.
  rules: '?SECTION NEW\nACCEPT loc:10.0.1.0/24 dmz:10.0.2.0/24 tcp 1\nACCEPT net:198.51.100.0/24 $FW tcp 1\n',
};

const lines = `
ACCEPT   eth1                        -                   tcp  7
ACCEPT   eth1                        $FW                 tcp  22
ACCEPT   $FW                         eth1                tcp  23
ACCEPT   -                           eth2:10.0.2.0/24    udp  100:200
ACCEPT   eth1:10.0.1.0/25,10.0.1.200 eth0                tcp  80
ACCEPT   10.0.1.0/24!10.0.1.5        $FW                 udp  123
ACCEPT   eth0:!198.51.100.0/24       $FW                 icmp 8
ACCEPT   eth2                        eth2                tcp
ACCEPT   -                           -                   tcp  1000  2000
ACCEPT   -                           $FW                 tcp  5000  =
DROP     eth0:198.51.100.9           -                   tcp  22
DROP     -                           10.0.2.9
DROP     $FW                         10.0.2.8            tcp
NOTRACK  eth1                        -                   udp  123
NOTRACK  $FW                         eth1                udp
ACCEPT   eth0:198.51.100.9           $FW                 tcp  22,25
`;

const oldLines = `
eth1  10.0.1.0/25,10.0.1.200
eth2  -                       source
eth0  198.51.100.9            routeback,notrack  tcp  22
`;

/** Each with the lines of `stoppedrules` and what stands in the settings, and the lines of `routestopped`. */
const stops: Readonly<Record<string, readonly [lines: string, settings: string, oldLines?: string]>> = {
  'lines of every form': [lines, 'ADMINISABSENTMINDED=Yes'],
  'lines of every form, and nothing besides': [lines, 'ADMINISABSENTMINDED=No'],
  'lines of routestopped': ['', 'ADMINISABSENTMINDED=No', oldLines],
  'no line': ['', 'ADMINISABSENTMINDED=Yes'],
  'no line, and nothing besides': ['', 'ADMINISABSENTMINDED=No'],
};

for (const [name, [stoppedrules, settings, routestopped]] of Object.entries(stops))
  kernelTest(
    `the stopped state: ${name}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'ftpwall-oracle-stopped-'));
      try {
        cpSync('/etc/shorewall/shorewall.conf', join(folder, 'shorewall.conf'));
        writeFileSync(join(folder, 'shorewall.conf'), `${settings}\n`, { flag: 'a' });
        for (const [file, text] of Object.entries({ ...files, stoppedrules })) writeFileSync(join(folder, file), text);
        if (routestopped) writeFileSync(join(folder, 'routestopped'), routestopped);
        const ours = compileFolder(folder);
        if (ours.kind === 'refused') throw new Error(ours.reason);
        if (routestopped) updateByShorewall(folder, 4);
        const theirs = askShorewallForStopped(folder, 4);
        if (theirs.kind === 'refused') throw new Error(theirs.reason);
        const options = { count: 240, seed: 20261121, mutants: 40 };
        const stopped = { ...ours, ...ours.stopped };
        const finding = await compare(stopped, [{ kind: 'rules', version: 4, text: theirs.text }], options);
        if (finding.kind === 'passed-over') throw new Error(finding.reason);
        expect(finding.packets).toBeGreaterThan(150);
        expect([...finding.differences, ...finding.disagreements]).toEqual([]);
        // What the firewall itself may not send anyway nobody sees dropped.
        const hidden = settings.endsWith('No') ? /^raw-output / : /^$/;
        expect(finding.mutants.missed.filter((each) => !hidden.test(each))).toEqual([]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    { programs: ['nft', 'ip', 'python3', 'shorewall', 'iptables-legacy-restore'] },
  );
