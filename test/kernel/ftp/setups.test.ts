/** ftpwall-ftp-setups(7): each of its examples is loaded, and each transfer that it speaks of is made. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Setup, setups, type Transfer } from '../../../man/prose/ftp-setups.ts';
import { documentedNetworks } from '../documented.ts';
import { type Lab, openLab } from '../lab.ts';
import { describeKernel } from '../possible.ts';
import { makeCertificate } from './certificate.ts';
import { fetch } from './client.ts';
import { modesOf, versionOf } from './modes.ts';
import { hostNamed, startFirewall } from './placements.ts';
import { startFtpServer } from './server.ts';

/** Set-ups whose servers have the same settings share a lab. */
const linesOf = ({ server = [] }: Setup) => server.join('\n');
const tried = setups.filter(({ transfers }) => transfers.length > 0);
const groups = [...new Set(tried.map(linesOf))].map(
  (lines) => [lines, tried.filter((setup) => linesOf(setup) === lines)] as const,
);

/** A router in front of the firewall that translates and knows nothing of FTP. */
const routerInFront = `table ip front {
	chain output { type nat hook output priority -100; ip daddr 198.51.100.2 dnat to 203.0.113.2; }
}
`;

describeKernel.each(groups)('servers with the settings "%s"', (settings, ofGroup) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = openLab(documentedNetworks);
    await lab.firewall.must(['ip', 'address', 'add', '203.0.113.3/24', 'dev', 'eth0']);
    await lab.host('dmz').must(['ip', 'address', 'add', '10.0.2.11/24', 'dev', 'eth0']);
    await lab.host('net').must(['nft', '-f', '-'], routerInFront);
    await startServers(lab, settings.split('\n').filter(Boolean));
    await lab.host('dmz').serve('tcp', 40_000);
  });
  afterAll(() => lab?.close());

  describe.each(ofGroup)('$title', (setup) => {
    beforeAll(async () => {
      await startFirewall(lab, configurationOf(setup));
    });

    test.each(setup.transfers)('files come from $address', async (transfer) => {
      const fetched = [];
      for (const mode of modesFor(transfer)) {
        const { from, address, port = 21, tls = false } = transfer;
        fetched.push([mode, await fetch(hostNamed(lab, from), { client: 'curl', mode, address, port, tls })]);
      }
      expect(fetched).toEqual(modesFor(transfer).map((mode) => [mode, { kind: 'fetched' }]));
    });

    test('what nobody announced is closed', async () => {
      const attempt = { protocol: 'tcp', address: '10.0.2.10', port: 40_000 } as const;
      expect(await lab.host('net').attempt(attempt)).toEqual({ kind: 'silence' });
    });
  });
});

/** Servers wherever an example may have one, on the usual port and another one. */
async function startServers(lab: Lab, lines: readonly string[]): Promise<void> {
  const certificate = lines.includes('ssl_enable=YES') ? { certificate: makeCertificate(lab.folder) } : {};
  const places = lines.length > 0 ? [[lab.host('dmz'), 21] as const, [lab.host('net'), 21] as const] : everywhere(lab);
  await Promise.all(places.map(([host, port]) => startFtpServer(host, lab.folder, { port, lines, ...certificate })));
}

function everywhere(lab: Lab) {
  const [net, loc, dmz] = [lab.host('net'), lab.host('loc'), lab.host('dmz')];
  return [
    [net, 21],
    [loc, 21],
    [dmz, 21],
    [dmz, 2121],
    [lab.firewall, 21],
    [lab.firewall, 2121],
  ] as const;
}

function configurationOf({ files }: Setup) {
  const { 'ftpwall.conf': settings = '', ...others } = files;
  const modules = 'loadmodule nf_conntrack_ftp\n';
  return { rules: [], settings: [settings.trim()], files: { modules, ...others } };
}

function modesFor({ passive, ...target }: Transfer) {
  const modes = modesOf[versionOf({ port: 21, ...target })];
  return modes.filter((mode) => !passive || mode === 'PASV-address' || mode === 'EPSV');
}
