/** Where client, server and firewall stand to each other, and the configuration that lets FTP through there. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../host.ts';
import type { Lab } from '../lab.ts';

/** Three zones, everything refused but what `rules` say. */
export interface Configuration {
  readonly rules: readonly string[];
  /** More files, whole, by their names. */
  readonly files?: Readonly<Record<string, string>>;
  /** More lines of ftpwall.conf. */
  readonly settings?: readonly string[];
  /** Options of the interface eth1, where the private network is. */
  readonly privateOptions?: string;
}

/** An address and the port as the client writes them. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

export interface Placement extends Configuration {
  readonly title: string;
  readonly from: 'net' | 'loc' | 'dmz' | 'fw';
  readonly targets: readonly Target[];
  /** Client and server are one machine: the loopback interface lets everything pass, with or without the helper. */
  readonly overLoopback?: true;
}

const server = '10.0.2.10';
const server6 = '2001:db8:2::10';
const outside = '192.0.2.1';
const outside6 = '2001:db8:1::1';

/** Ports that speak FTP in these configurations. */
export const ftpPorts = [21, 2121] as const;

const other = { 21: 2121, 2121: 21 } as const;

/** Every placement, for clients that ask for `port`. */
export function placementsAt(port: (typeof ftpPorts)[number]): readonly Placement[] {
  const both = (four: string, six: string): readonly Target[] => [four, six].map((address) => ({ address, port }));
  // The macro is for the usual port; elsewhere the list of ports says it.
  const accept = (pair: string): string => (port === 21 ? `FTP(ACCEPT) ${pair}` : `ACCEPT ${pair} tcp ${port}`);
  const forward = (pair: string, originalDest = ''): string =>
    port === 21 ? `FTP(DNAT) ${pair} - - - ${originalDest}` : `DNAT ${pair} tcp ${port} - ${originalDest}`;
  return [
    {
      title: 'routed',
      rules: [accept(`net dmz:${server}`), accept(`net dmz:[${server6}]`)],
      from: 'net',
      targets: both(server, server6),
    },
    {
      title: 'DNAT',
      rules: [forward(`net dmz:${server}`), forward(`net dmz:[${server6}]`)],
      from: 'net',
      targets: both(outside, outside6),
    },
    {
      title: 'DNAT to another port',
      rules: [
        `DNAT net dmz:${server}:${other[port]} tcp ${port}`,
        `DNAT net dmz:[${server6}]:${other[port]} tcp ${port}`,
      ],
      from: 'net',
      targets: both(outside, outside6),
    },
    {
      title: 'REDIRECT',
      rules: [`REDIRECT net ${other[port]} tcp ${port}`],
      from: 'net',
      targets: both(outside, outside6),
    },
    {
      title: 'masqueraded client',
      rules: [accept('loc net')],
      files: { snat: 'MASQUERADE 10.0.1.0/24 eth0\nMASQUERADE [2001:db8:3::]/64 eth0\n' },
      from: 'loc',
      targets: both('192.0.2.10', '2001:db8:1::10'),
    },
    {
      title: 'public address from inside',
      rules: [forward(`loc dmz:${server}`, outside), forward(`loc dmz:[${server6}]`, `[${outside6}]`)],
      from: 'loc',
      targets: both(outside, outside6),
    },
    {
      title: 'hairpin in one network',
      rules: [forward('loc loc:10.0.1.10', outside), forward('loc loc:[2001:db8:3::10]', `[${outside6}]`)],
      files: { snat: 'MASQUERADE 10.0.1.0/24 eth1\nMASQUERADE [2001:db8:3::]/64 eth1\n' },
      privateOptions: 'routeback',
      from: 'loc',
      targets: both(outside, outside6),
    },
    {
      title: 'one-to-one NAT',
      rules: [accept(`net dmz:${server}`)],
      files: { nat: `192.0.2.50 eth0 ${server}\n` },
      from: 'net',
      targets: [{ address: '192.0.2.50', port }],
    },
    {
      title: 'mapped network',
      rules: [accept('net dmz:10.0.2.0/24')],
      files: { netmap: 'DNAT 198.51.100.0/24 eth0 10.0.2.0/24\nSNAT 10.0.2.0/24 eth0 198.51.100.0/24\n' },
      from: 'net',
      targets: [{ address: '198.51.100.10', port }],
    },
    {
      title: 'firewall as server',
      rules: [accept('net fw')],
      from: 'net',
      targets: both(outside, outside6),
    },
    {
      title: 'firewall as client',
      rules: [accept('fw dmz')],
      from: 'fw',
      targets: both(server, server6),
    },
    {
      title: 'own public address, DNAT',
      rules: [forward(`fw dmz:${server}`, outside), forward(`fw dmz:[${server6}]`, `[${outside6}]`)],
      from: 'fw',
      targets: both(outside, outside6),
    },
    {
      title: 'own public address, DNAT to another port',
      rules: [
        `DNAT fw dmz:${server}:${other[port]} tcp ${port} - ${outside}`,
        `DNAT fw dmz:[${server6}]:${other[port]} tcp ${port} - [${outside6}]`,
      ],
      from: 'fw',
      targets: both(outside, outside6),
    },
    {
      title: 'own public address, REDIRECT',
      rules: [
        `REDIRECT fw ${other[port]} tcp ${port} - ${outside}`,
        `REDIRECT fw ${other[port]} tcp ${port} - [${outside6}]`,
      ],
      from: 'fw',
      targets: both(outside, outside6),
      overLoopback: true,
    },
  ];
}

const twoPorts = `loadmodule nf_conntrack_ftp ports=${ftpPorts.join(',')}\n`;

/** Writes the configuration into the lab and says where. */
export function writeConfiguration(lab: Lab, { rules, files, settings = [], privateOptions }: Configuration): string {
  const folder = mkdtempSync(join(lab.folder, 'configuration-'));
  const all: Record<string, string> = {
    'ftpwall.conf': ['IP_FORWARDING=On', ...settings, ''].join('\n'),
    zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
    interfaces: `?FORMAT 2\nnet eth0\nloc eth1 ${privateOptions ?? ''}\ndmz eth2\n`,
    policy: 'all all DROP\n',
    rules: `?SECTION NEW\n${rules.join('\n')}\n`,
    modules: twoPorts,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  return folder;
}

/** The program as it ships, on the firewall of the lab. */
export async function ftpwall(lab: Lab, words: readonly string[], env = process.env) {
  const state = join(lab.folder, 'state');
  mkdirSync(state, { recursive: true });
  return lab.firewall.run(['node', 'dist/ftpwall.js', ...words, '--state', state], { env });
}

/** Compiles and loads; anything but success is an error of the test. */
export async function startFirewall(lab: Lab, configuration: Configuration): Promise<string> {
  const folder = writeConfiguration(lab, configuration);
  const ended = await ftpwall(lab, ['start', folder]);
  if (ended.status !== 0) throw new Error(`start ended with ${ended.status}: ${ended.errors}`);
  return folder;
}

export function hostNamed(lab: Lab, name: string): Host {
  return name === 'fw' ? lab.firewall : lab.host(name);
}
