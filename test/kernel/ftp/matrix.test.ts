import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';
import { describeKernel } from '../possible.ts';
import { admissions, countedWhile, refusals, refusedSince, transferRule } from './admissions.ts';
import { fetch, fetchInVain, type Mode } from './client.ts';
import { fetchesOf } from './modes.ts';
import { ftpPorts, hostNamed, placementsAt, startFirewall, type Target } from './placements.ts';
import { type ServerKind, serverKinds, startFtpServer } from './server.ts';
import { TransferTable } from './transfer-table.ts';

const table = new TransferTable();

const configurations = ftpPorts.flatMap((port) =>
  placementsAt(port).map((placement) => ({ ...placement, port, name: `${placement.title}, port ${port}` })),
);

/** A server on each port of each host. */
async function labWithServers(kind: ServerKind): Promise<Lab> {
  const lab = openLab();
  await lab.firewall.must(['ip', 'address', 'add', '192.0.2.50/24', 'dev', 'eth0']);
  const hosts = [lab.firewall, lab.host('net'), lab.host('loc'), lab.host('dmz')];
  await Promise.all(hosts.flatMap((host) => ftpPorts.map((port) => startFtpServer(host, lab.folder, { kind, port }))));
  return lab;
}

describeKernel.each(serverKinds)('FTP with %s', (kind) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await labWithServers(kind);
  });
  afterAll(() => lab?.close());

  describe.each(configurations)(
    '$name',
    ({ name: _, title, from, targets, overLoopback: _apart, ...configuration }) => {
      beforeAll(async () => {
        await startFirewall(lab, configuration);
      });

      test.each(targets.flatMap(fetchesOf))('$client fetches by $mode from $address', async (wanted) => {
        const counted = await countedWhile(lab, async () => {
          const fetched = await fetch(hostNamed(lab, from), wanted);
          table.note(title, wanted, fetched.kind === 'fetched');
          expect(fetched).toEqual({ kind: 'fetched' });
        });
        // One packet each: the first of the control connection by the rule, the first of the data connection as announced.
        expect(admissions(counted)).toEqual({ rules: 1, [transferRule]: 1 });
      });
    },
  );
});

describeKernel('FTP without its helper', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await labWithServers('vsftpd');
  });
  afterAll(() => lab?.close());

  /** A fetch that must not come: counts what passed and who refused. */
  async function hangs(from: string, target: Target, mode: Mode, refusedBy = ['policy:1']): Promise<void> {
    const counted = await countedWhile(lab, async () => {
      const wanted = { client: 'curl', mode, ...target } as const;
      const fetched = await fetchInVain(hostNamed(lab, from), wanted, await refusedSince(lab));
      expect(fetched).toMatchObject({ kind: 'failed' });
    });
    expect(admissions(counted)).toEqual({ rules: 1 });
    expect(refusals(counted)).toEqual(refusedBy);
  }

  // The same placements once more: a transfer that still came would have come by something else.
  const apart = configurations.filter(({ overLoopback }) => !overLoopback);
  test.each(apart)('$name: the control connection stands and no data comes', async (placement) => {
    const [target] = placement.targets;
    if (!target) throw new Error('a placement without a target');
    await startFirewall(lab, { ...placement, settings: ['HELPERS=none'] });
    // At its own address the firewall hears the client itself, and nobody listens.
    const isOwn = placement.from === 'fw' && target.address !== '10.0.2.10';
    await hangs(placement.from, target, 'PASV', isOwn ? [] : ['policy:1']);
  });

  test.each([
    [21, 'loadmodule nf_conntrack_ftp ports=2121\n'],
    [2121, 'loadmodule nf_conntrack_ftp\n'],
  ])('where modules does not list port %s, no data comes', async (port, modules) => {
    await startFirewall(lab, { rules: [`ACCEPT net dmz:10.0.2.10 tcp ${port}`], files: { modules } });
    for (const mode of ['PASV', 'PORT'] as const) await hangs('net', { address: '10.0.2.10', port }, mode);
  });
});

describeKernel('the table of transfers', () => {
  test('is what the README shows', () => table.compareWith('README.md'));
});
