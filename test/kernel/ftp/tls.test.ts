/** FTP with TLS: servers that are told what `show ftp` prints, and rules that open their range and nothing else. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';
import { describeKernel } from '../possible.ts';
import { admissions, countedWhile, refusals, refusedSince } from './admissions.ts';
import { makeCertificate } from './certificate.ts';
import { type Fetch, fetch, fetchInVain } from './client.ts';
import { type Configuration, startFirewall, type Target, writeConfiguration } from './placements.ts';
import { type ServerKind, serverKinds, startFtpServer } from './server.ts';

const server = '10.0.2.10';
const server6 = '2001:db8:2::10';
const outside = '192.0.2.1';

interface TlsPlacement extends Configuration {
  readonly title: string;
  readonly port: number;
  readonly targets: readonly Target[];
}

const placements: readonly TlsPlacement[] = [
  {
    title: 'routed',
    port: 21,
    rules: [`FTPS(ACCEPT) net dmz:${server}`, `FTPS(ACCEPT) net dmz:[${server6}]`],
    settings: ['FTPS_PASSIVE=10000:10100'],
    targets: [
      { address: server, port: 21 },
      { address: server6, port: 21 },
    ],
  },
  {
    title: 'DNAT to a server that cannot be reached by its own address',
    port: 2121,
    rules: [`FTPS(DNAT) net dmz:${server} - - - ${outside}`],
    settings: ['FTPS_PASSIVE=10200:10300', 'FTPS_PORTS=2121'],
    targets: [{ address: outside, port: 2121 }],
  },
];

const clients = ['curl', 'lftp'] as const;

function fetchesOf({ targets }: TlsPlacement): readonly Fetch[] {
  return targets.flatMap((target) => {
    const modes = target.address.includes(':') ? (['EPSV'] as const) : (['PASV', 'PASV-address', 'EPSV'] as const);
    return clients.flatMap((client) => modes.map((mode) => ({ client, mode, tls: true, ...target })));
  });
}

/** The lines that `show ftp` prints for a server. */
async function shownLines(lab: Lab, placement: TlsPlacement, kind: ServerKind): Promise<readonly string[]> {
  const words = ['dist/ftpwall.js', 'show', 'ftp', writeConfiguration(lab, placement), '--json'];
  const output = await lab.firewall.must(['node', ...words]);
  const { tls } = JSON.parse(output) as {
    readonly tls: readonly { readonly settings: readonly { readonly server: string; readonly lines: string[] }[] }[];
  };
  const told = tls[0]?.settings.find((each) => each.server.toLowerCase() === kind);
  if (told === undefined) throw new Error(`show ftp says nothing of ${kind}: ${output}`);
  return told.lines;
}

describeKernel.each(serverKinds)('FTP with TLS by %s', (kind) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = openLab();
    const certificate = makeCertificate(lab.folder);
    for (const placement of placements) {
      const lines = await shownLines(lab, placement, kind);
      await startFtpServer(lab.host('dmz'), lab.folder, { kind, port: placement.port, certificate, lines });
    }
    // Something listens beside the range, and must not be reached.
    await lab.host('dmz').serve('tcp', 10_400);
  });
  afterAll(() => lab?.close());

  describe.each(placements)('$title', ({ title: _, ...placement }) => {
    beforeAll(async () => {
      await startFirewall(lab, placement);
    });

    test.each(fetchesOf({ title: '', ...placement }))('$client fetches by $mode from $address', async (wanted) => {
      const counted = await countedWhile(lab, async () => {
        expect(await fetch(lab.host('net'), wanted)).toEqual({ kind: 'fetched' });
      });
      // The control port and the range, both by the line that says FTPS.
      expect(admissions(counted)).toEqual({ rules: 2 });
    });

    test.each(placement.targets)('$address has no other port open', async ({ address }) => {
      expect(await lab.host('net').attempt({ protocol: 'tcp', address, port: 10_400 })).toEqual({ kind: 'silence' });
    });
  });

  test('the helper alone is blind: nothing comes', async () => {
    await startFirewall(lab, { rules: [`FTP(ACCEPT) net dmz:${server}`] });
    const counted = await countedWhile(lab, async () => {
      const wanted = { client: 'curl', mode: 'PASV', address: server, port: 21, tls: true } as const;
      const fetched = await fetchInVain(lab.host('net'), wanted, await refusedSince(lab));
      expect(fetched).toMatchObject({ kind: 'failed' });
    });
    expect(admissions(counted)).toEqual({ rules: 1 });
    expect(refusals(counted)).toContain('policy:1');
  });
});
