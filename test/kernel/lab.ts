/** A throw-away network: a firewall and hosts around it, each a network namespace of its own. Needs root. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Network } from '../support/probes/topology.ts';
import { Host } from './host.ts';
import { closeAtEnd, family, sweep } from './leave-nothing.ts';

export type { Network } from '../support/probes/topology.ts';

/** The networks of the samples: addresses are those set aside for documentation (RFC 5737, RFC 3849) and private ones. */
export const threeNetworks: readonly Network[] = [
  {
    name: 'net',
    interface: 'eth0',
    firewall: ['192.0.2.1/24', '2001:db8:1::1/64'],
    host: ['192.0.2.10/24', '2001:db8:1::10/64'],
  },
  {
    name: 'loc',
    interface: 'eth1',
    firewall: ['10.0.1.1/24', '2001:db8:3::1/64'],
    host: ['10.0.1.10/24', '2001:db8:3::10/64'],
  },
  {
    name: 'dmz',
    interface: 'eth2',
    firewall: ['10.0.2.1/24', '2001:db8:2::1/64'],
    host: ['10.0.2.10/24', '2001:db8:2::10/64'],
  },
];

export interface Lab {
  readonly firewall: Host;
  /** The host of a network by its name. */
  host(name: string): Host;
  /** A folder for files of this lab. */
  readonly folder: string;
  /** Ends everything and leaves nothing behind. */
  close(): void;
}

let labs = 0;

/** Builds the network. It is also taken down when this process ends, by itself or by a signal. */
export function openLab(networks: readonly Network[] = threeNetworks): Lab {
  sweep();
  labs += 1;
  const prefix = `${family}-${process.pid}-${labs}`;
  const folder = mkdtempSync(join(tmpdir(), `${family}-`));
  const runFolder = join(folder, 'run');
  mkdirSync(runFolder);
  const firewall = new Host('fw', `${prefix}-fw`, runFolder);
  const hosts = new Map(networks.map(({ name }) => [name, new Host(name, `${prefix}-${name}`)]));
  const close = once(() => {
    for (const host of [firewall, ...hosts.values()]) host.close();
    rmSync(folder, { recursive: true, force: true });
    unregister();
  });
  const unregister = closeAtEnd(close);
  try {
    build(firewall, hosts, networks);
  } catch (error) {
    close();
    throw error;
  }
  return {
    firewall,
    folder,
    close,
    host(name) {
      const host = hosts.get(name);
      if (host === undefined) throw new Error(`this lab has no host ${name}`);
      return host;
    },
  };
}

function build(firewall: Host, hosts: ReadonlyMap<string, Host>, networks: readonly Network[]): void {
  ip([firewall, ...hosts.values()].map(({ namespace }) => `netns add ${namespace}`));
  for (const host of [firewall, ...hosts.values()]) quieten(host);
  for (const network of networks) {
    const host = hosts.get(network.name);
    if (host === undefined) continue;
    ip([`link add ${network.interface} netns ${firewall.namespace} type veth peer name eth0 netns ${host.namespace}`]);
    up(firewall, network.interface, network.firewall);
    up(host, 'eth0', network.host);
    ip(
      network.firewall.map((address) => `route add default via ${address.replace(/\/.*/, '')}`),
      host,
    );
  }
}

/** No duplicate address detection, which would keep IPv6 addresses waiting for a second, and no router discovery. */
function quieten(host: Host): void {
  const settings = ['accept_dad', 'router_solicitations', 'accept_ra'].flatMap((name) =>
    ['all', 'default'].map((each) => `echo 0 >/proc/sys/net/ipv6/conf/${each}/${name}`),
  );
  const [file, ...words] = host.command(['sh', '-c', settings.join('\n')]);
  mustRun(file, words);
  ip(['link set lo up'], host);
}

function up(host: Host, name: string, addresses: readonly string[]): void {
  const added = addresses.map(
    (address) => `address add ${address} dev ${name}${address.includes(':') ? ' nodad' : ''}`,
  );
  ip([...added, `link set ${name} up`], host);
}

function ip(lines: readonly string[], host?: Host): void {
  const inside = host === undefined ? [] : ['-netns', host.namespace];
  mustRun('ip', [...inside, '-batch', '-'], `${lines.join('\n')}\n`);
}

function mustRun(file: string, words: readonly string[], input = ''): void {
  const { status, stderr, error } = spawnSync(file, words, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${words.join(' ')}: ${error?.message ?? stderr}\n${input}`);
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
