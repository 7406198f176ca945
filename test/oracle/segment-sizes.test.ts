/**
 * CLAMPMSS and `mss=`: which segment size each end of a connection is told, by Shorewall's rules and by ours. Both of its
 * first packets count: what the client may send says the SYN of the server's answer, and the other way round.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { kernelTest } from '../kernel/available.ts';
import type { Host } from '../kernel/host.ts';
import { type Lab, openLab, threeNetworks } from '../kernel/lab.ts';
import { compileFolder } from './ours.ts';
import { askShorewall } from './shorewall.ts';

let opened: Lab | undefined;
const lab = (): Lab => {
  opened ??= openLab(threeNetworks);
  return opened;
};
afterAll(() => opened?.close());

const files: Readonly<Record<string, string>> = {
  'shorewall.conf': '',
  zones: 'fw firewall\nnet ipv4\nloc ipv4\ndmz ipv4\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: 'all all ACCEPT\n',
};

/** Each with what it adds to a firewall that lets everything through. */
const configurations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'of two interfaces, and a smaller one for the rest': {
    'shorewall.conf': 'CLAMPMSS=700\n',
    interfaces: '?FORMAT 2\nnet eth0 mss=1300\nloc eth1 mss=1200\ndmz eth2\n',
  },
  'of two zones': { zones: 'fw firewall\nnet ipv4 mss=1050\nloc ipv4 - mss=1000 mss=1250\ndmz ipv4\n' },
  'of the firewall': { zones: 'fw firewall mss=900\nnet ipv4\nloc ipv4\ndmz ipv4\n' },
  'of hosts': {
    interfaces: '?FORMAT 2\nnet eth0\n- eth1\ndmz eth2\n',
    hosts: 'loc eth1:10.0.1.0/24 mss=800\n',
  },
  'of other hosts': {
    interfaces: '?FORMAT 2\nnet eth0\n- eth1\ndmz eth2\n',
    hosts: 'loc eth1:10.0.1.0/28\nloc eth1:10.0.1.128/25 mss=800\n',
  },
  'of a part of a zone': {
    zones: 'fw firewall\nnet ipv4\nloc ipv4 mss=1250\nsub:loc ipv4 mss=1200\ndmz ipv4\n',
    hosts: 'sub eth1:10.0.1.0/28\n',
  },
  'of the whole of a zone whose part has none': {
    zones: 'fw firewall\nnet ipv4\nloc ipv4 mss=1250\nsub:loc ipv4\ndmz ipv4\n',
    hosts: 'sub eth1:10.0.1.0/28\n',
  },
  'of a part of a zone that is judged by the whole': {
    zones: 'fw firewall\nnet ipv4\nloc ipv4\nsub:loc ipv4 mss=1200\ndmz ipv4\n',
    hosts: 'sub eth1:10.0.1.0/28\n',
    policy: 'sub all CONTINUE\nall sub CONTINUE\nall all ACCEPT\n',
  },
};

/** Those of them in which none of the connections below is clamped. */
const unclamped: readonly string[] = ['of other hosts', 'of the whole of a zone whose part has none'];

/** Who speaks to whom; `fw` is the firewall itself. */
const connections = [
  ['loc', 'net', '192.0.2.10'],
  ['net', 'loc', '10.0.1.10'],
  ['dmz', 'net', '192.0.2.10'],
  ['loc', 'fw', '10.0.1.1'],
  ['fw', 'loc', '10.0.1.10'],
] as const;

const server = `
import socket, sys
listening = socket.create_server((sys.argv[1], int(sys.argv[2])))
listening.settimeout(10)
accepted, _ = listening.accept()
print(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG))
accepted.recv(1)
`;
const client = `
import socket, sys, time
for attempt in range(100):
    try:
        made = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5)
        break
    except ConnectionRefusedError:
        time.sleep(0.05)
print(made.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG))
made.send(b'x')
`;

// Each connection has a port of its own: the one before may still hold the last.
let port = 2000;

/** What the client and the server may send to each other in one segment, by the kernel's own reckoning. */
async function sizesOf(from: Host, to: Host, address: string): Promise<readonly string[]> {
  port += 1;
  const where = [address, String(port)];
  const ends = [to.must(['python3', '-c', server, ...where]), from.must(['python3', '-c', client, ...where])];
  const [heard = '', told = ''] = await Promise.all(ends);
  return [told.trim(), heard.trim()];
}

function hostOf(name: string): Host {
  return name === 'fw' ? lab().firewall : lab().host(name);
}

async function allSizes(): Promise<Readonly<Record<string, readonly string[]>>> {
  const found = connections.map(
    async ([from, to, address]) => [`${from} to ${to}`, await sizesOf(hostOf(from), hostOf(to), address)] as const,
  );
  return Object.fromEntries(await Promise.all(found));
}

const clean =
  'nft flush ruleset; echo 1 > /proc/sys/net/ipv4/ip_forward; for chain in INPUT OUTPUT FORWARD; do iptables-legacy -P $chain ACCEPT; done; for table in filter mangle nat raw; do iptables-legacy -t $table -F; iptables-legacy -t $table -X; done';

for (const [title, more] of Object.entries(configurations))
  kernelTest(
    `segment sizes ${title}`,
    async () => {
      const { firewall } = lab();
      const { ours, theirs } = bothOf({ ...files, ...more });
      await firewall.must(['sh', '-c', clean]);
      await firewall.must(['iptables-legacy-restore'], theirs);
      const wanted = await allSizes();
      await firewall.must(['sh', '-c', clean]);
      await firewall.must(['nft', '-f', '-'], ours);
      expect(await allSizes()).toEqual(wanted);
      // Something was clamped where it should be, or nobody would notice that nothing ever is.
      const clamped = Object.values(wanted)
        .flat()
        .some((size) => Number(size) <= 1350);
      expect(clamped).toBe(!unclamped.includes(title));
    },
    { programs: ['nft', 'ip', 'python3', 'shorewall', 'iptables-legacy-restore'] },
  );

/** The rules of both programs. */
function bothOf(all: Readonly<Record<string, string>>): { readonly ours: string; readonly theirs: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-sizes-'));
  try {
    const stock = readFileSync('/etc/shorewall/shorewall.conf', 'utf8');
    const settings = `${stock}\nCLAMPMSS=No\nROUTE_FILTER=No\nIP_FORWARDING=On\n${all['shorewall.conf']}`;
    for (const [name, text] of Object.entries({ ...all, 'shorewall.conf': settings }))
      writeFileSync(join(folder, name), text);
    const ours = compileFolder(folder);
    if (ours.kind === 'refused') throw new Error(ours.reason);
    const theirs = askShorewall(folder, 4);
    if (theirs.kind === 'refused') throw new Error(theirs.reason);
    return { ours: ours.ruleset, theirs: theirs.text };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
