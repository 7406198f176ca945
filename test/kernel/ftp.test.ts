import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CountedRule, deciders, grown, readCounters } from './counters.ts';
import { type Fetch, fetch, type Mode } from './ftp-client.ts';
import { startFtpServer } from './ftp-server.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';

let lab: Lab;

beforeAll(async () => {
  lab = openLab();
  const dmz = lab.host('dmz');
  await Promise.all([21, 2121].map((port) => startFtpServer(dmz, lab.folder, { port })));
  await startFtpServer(lab.host('net'), lab.folder, { port: 21 });
  await startFtpServer(lab.firewall, lab.folder, { port: 21 });
  await dmz.serve('tcp', 40000);
});
afterAll(() => lab?.close());

/** Three zones, everything refused but what `rules` say. */
interface Configuration {
  readonly rules: readonly string[];
  readonly modules?: string;
  readonly snat?: string;
}

const twoPorts = 'loadmodule nf_conntrack_ftp ports=21,2121\n';

function write({ rules, modules = twoPorts, snat }: Configuration): string {
  const folder = mkdtempSync(join(lab.folder, 'configuration-'));
  const files: Record<string, string | undefined> = {
    'ftpwall.conf': 'IP_FORWARDING=On\n',
    zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
    interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
    policy: 'all all DROP\n',
    rules: `?SECTION NEW\n${rules.join('\n')}\n`,
    modules,
    snat,
  };
  for (const [name, text] of Object.entries(files)) if (text !== undefined) writeFileSync(join(folder, name), text);
  return folder;
}

/** Compiles and loads with the program as it ships. */
async function start(configuration: Configuration): Promise<void> {
  const state = join(lab.folder, 'state');
  mkdirSync(state, { recursive: true });
  const ended = await lab.firewall.run(['node', 'dist/ftpwall.js', 'start', write(configuration), '--state', state]);
  expect(ended).toMatchObject({ status: 0 });
}

const modesOf4: readonly Mode[] = ['PASV', 'PASV-address', 'EPSV', 'PORT', 'EPRT'];
const modesOf6: readonly Mode[] = ['EPSV', 'EPRT'];

type Target = Pick<Fetch, 'address' | 'port'>;

/** Both clients, by every way in which the version of the address can make data connections. */
function fetches({ address, port }: Target): readonly Fetch[] {
  const modes = address.includes(':') ? modesOf6 : modesOf4;
  // lftp knows no EPRT over IPv4 and no PORT over IPv6: it takes what fits.
  const ofLftp = modes.filter((mode) => mode !== 'EPRT' || address.includes(':'));
  return [
    ...modes.map((mode) => ({ client: 'curl' as const, mode, address, port })),
    ...ofLftp.map((mode) => ({ client: 'lftp' as const, mode, address, port })),
  ];
}

interface Placement extends Configuration {
  readonly title: string;
  readonly from: string;
  readonly targets: readonly Target[];
}

const server = '10.0.2.10';
const server6 = '2001:db8:2::10';
const outside = '192.0.2.1';
const outside6 = '2001:db8:1::1';

const placements: readonly Placement[] = [
  {
    title: 'routed to port 21',
    rules: [`FTP(ACCEPT) net dmz:${server}`, `FTP(ACCEPT) net dmz:[${server6}]`],
    from: 'net',
    targets: [
      { address: server, port: 21 },
      { address: server6, port: 21 },
    ],
  },
  {
    title: 'routed to port 2121',
    rules: ['ACCEPT net dmz tcp 2121'],
    from: 'net',
    targets: [
      { address: server, port: 2121 },
      { address: server6, port: 2121 },
    ],
  },
  {
    title: 'through DNAT',
    rules: [`FTP(DNAT) net dmz:${server}`, `FTP(DNAT) net dmz:[${server6}]`],
    from: 'net',
    targets: [
      { address: outside, port: 21 },
      { address: outside6, port: 21 },
    ],
  },
  {
    title: 'through DNAT from 21 to 2121',
    rules: [`DNAT net dmz:${server}:2121 tcp 21`, `DNAT net dmz:[${server6}]:2121 tcp 21`],
    from: 'net',
    targets: [
      { address: outside, port: 21 },
      { address: outside6, port: 21 },
    ],
  },
  {
    title: 'through DNAT from 2121 to 21',
    rules: [`DNAT net dmz:${server}:21 tcp 2121`, `DNAT net dmz:[${server6}]:21 tcp 2121`],
    from: 'net',
    targets: [
      { address: outside, port: 2121 },
      { address: outside6, port: 2121 },
    ],
  },
  {
    title: 'from a masqueraded client',
    rules: ['FTP(ACCEPT) loc net'],
    snat: 'MASQUERADE 10.0.1.0/24 eth0\n',
    from: 'loc',
    targets: [{ address: '192.0.2.10', port: 21 }],
  },
  {
    title: 'with the firewall as server',
    rules: ['FTP(ACCEPT) net fw'],
    from: 'net',
    targets: [
      { address: outside, port: 21 },
      { address: outside6, port: 21 },
    ],
  },
  {
    title: 'redirected to a server on the firewall',
    rules: ['REDIRECT net 21 tcp 2121'],
    from: 'net',
    targets: [
      { address: outside, port: 2121 },
      { address: outside6, port: 2121 },
    ],
  },
  {
    title: 'by the public address from the private network (hairpin)',
    rules: [`FTP(DNAT) loc dmz:${server} - - - ${outside}`],
    from: 'loc',
    targets: [{ address: outside, port: 21 }],
  },
  {
    title: 'with the firewall as client',
    rules: ['FTP(ACCEPT) fw dmz'],
    from: 'fw',
    targets: [
      { address: server, port: 21 },
      { address: server6, port: 21 },
    ],
  },
];

function hostNamed(name: string) {
  return name === 'fw' ? lab.firewall : lab.host(name);
}

/**
 * What let new connections pass: packets by the file of the line, or by the comment of the rule. Lines that share the
 * chain that attaches a helper and accepts go there; no line here goes anywhere else.
 */
function admissions(counted: readonly CountedRule[]): Record<string, number> {
  const accepts = deciders(counted).filter(({ verdict }) => verdict === 'accept' || verdict === 'goto');
  return Object.fromEntries(accepts.map(({ comment, packets }) => [comment.replace(/:\d+.*/, ''), packets]));
}

describeKernel('FTP', () => {
  describe.each(placements)('$title', ({ from, targets, ...configuration }) => {
    beforeAll(() => start(configuration));

    test.each(targets.flatMap(fetches))('$client fetches by $mode from $address port $port', async (wanted) => {
      const before = await readCounters(lab.firewall);
      expect(await fetch(hostNamed(from), wanted)).toEqual({ kind: 'fetched' });
      // One packet each: the first of the control connection by the rule, the first of the data connection as announced.
      expect(admissions(grown(before, await readCounters(lab.firewall)))).toEqual({
        rules: 1,
        'announced by an admitted ftp connection': 1,
      });
    });
  });

  test.each<[string, Target, Configuration]>([
    [
      '21',
      { address: server, port: 21 },
      { rules: [`ACCEPT net dmz:${server} tcp 21`], modules: 'loadmodule nf_conntrack_ftp ports=2121\n' },
    ],
    [
      '2121',
      { address: server, port: 2121 },
      { rules: [`ACCEPT net dmz:${server} tcp 2121`], modules: 'loadmodule nf_conntrack_ftp\n' },
    ],
  ])(
    'where modules does not list port %s, the control connection stands and no data comes',
    async (_, target, configuration) => {
      await start(configuration);
      for (const mode of ['PASV', 'PORT'] as const) {
        const before = await readCounters(lab.firewall);
        expect(await fetch(lab.host('net'), { client: 'curl', mode, patience: 1, ...target })).toMatchObject({
          kind: 'failed',
        });
        const counted = deciders(grown(before, await readCounters(lab.firewall)));
        expect(admissions(counted)).toEqual({ rules: 1 });
        const drops = counted.filter(({ verdict }) => verdict === 'drop').map(({ comment }) => comment);
        expect([...new Set(drops)]).toEqual(['policy:1']);
      }
    },
    30_000,
  );

  test('a data connection that nobody asked for is dropped', async () => {
    await start({ rules: [`FTP(ACCEPT) net dmz:${server}`] });
    const before = await readCounters(lab.firewall);
    const outcome = await lab.host('net').attempt({ protocol: 'tcp', address: server, port: 40000, sourcePort: 20 });
    expect(outcome).toEqual({ kind: 'silence' });
    const counted = deciders(grown(before, await readCounters(lab.firewall))).filter(
      ({ verdict }) => verdict !== 'jump',
    );
    expect(counted).toMatchObject([{ verdict: 'drop', comment: 'policy:1' }]);
  });

  test('another zone cannot use what one zone is allowed', async () => {
    await start({ rules: [`FTP(ACCEPT) net dmz:${server}`] });
    expect(
      await fetch(lab.host('loc'), { client: 'curl', mode: 'EPSV', address: server, port: 21, patience: 1 }),
    ).toMatchObject({
      kind: 'failed',
    });
  });
});
