/** Zones of type `ipsec` and IPSEC of `snat`, with options: which packets are theirs, by what the match `policy` of the kernel does (xt_policy.c). */
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Association, Network, Packet } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const addressOf = (text: string): bigint => parseAddress(text)?.value ?? 0n;
const tunnel = (version: 4 | 6, from: string, to: string) => ({
  version,
  saddr: addressOf(from),
  daddr: addressOf(to),
});

/** One by transport, two tunnels over IPv4, one over IPv6. */
const associations: readonly Association[] = [
  { reqid: 1, spi: 0x100 },
  { reqid: 2, spi: 0x101, tunnel: tunnel(4, '192.0.2.9', '192.0.2.1') },
  { reqid: 1, spi: 0x102, tunnel: tunnel(4, '198.51.100.9', '192.0.2.1') },
  { reqid: 3, spi: 0x100, tunnel: tunnel(6, '2001:db8::9', '2001:db8::1') },
];

/** Every way with up to three of them, in any order, and once with as many as a packet can have. */
const ways: readonly (readonly Association[])[] = [
  [],
  ...associations.flatMap((one) => [
    [one],
    ...associations.flatMap((two) => [[one, two], ...associations.map((three) => [one, two, three])]),
  ]),
  [0, 0, 0, 0, 0, 1].flatMap((index) => associations[index] ?? []),
];

/** Options, and whether a single association is as they want it. */
const options: readonly (readonly [string, (one: Association) => boolean])[] = [
  ['reqid=1', ({ reqid }) => reqid === 1],
  ['spi=0x100', ({ spi }) => spi === 0x100],
  ['reqid!=1', ({ reqid }) => reqid !== 1],
  ['reqid!=1,spi!=0x100', ({ reqid, spi }) => reqid !== 1 && spi !== 0x100],
  ['mode=tunnel', (one) => one.tunnel !== undefined],
  ['mode=tunnel,reqid=1', (one) => one.tunnel !== undefined && one.reqid === 1],
  [
    'mode=tunnel,tunnel-src=192.0.2.0/24',
    (one) => one.tunnel?.version === 4 && one.tunnel.saddr >> 8n === addressOf('192.0.2.0') >> 8n,
  ],
  ['mode=tunnel,tunnel-dst=2001:db8::1,spi=256', (one) => one.tunnel?.version === 6 && one.spi === 256],
  ['-', () => true],
];

const network: Network = {
  route: (_version, address) => (address === addressOf('10.0.0.1') ? 'local' : 'eth0'),
  addressType: (_version, address) => (address === addressOf('10.0.0.1') ? 'local' : 'unicast'),
  addressOf: () => undefined,
};

/** The first packet of a connection from 10.0.0.7, with the associations it came by or will leave by. */
function packetBy(iif: string, to: string, ipsec: NonNullable<Packet['ipsec']>): Packet {
  return {
    version: 4,
    iif,
    saddr: addressOf('10.0.0.7'),
    daddr: addressOf(to),
    protocol: 17,
    sport: 4000,
    dport: 4000,
    ipsec,
    connection: { state: 'new' },
  };
}

test.each(options)('%s', (written, fits) => {
  const { rulesets } = compile(
    memoryEnvironment({
      'ftpwall.conf': 'FAMILY=ipv4\n',
      zones: `fw firewall\nnet ip\nvpn ipsec ${written}\n`,
      interfaces: '?FORMAT 2\nnet eth0\n- eth1\n',
      hosts: 'vpn eth0:10.0.0.0/8\n',
      policy: 'vpn $FW ACCEPT\nall all DROP\n',
    }),
    { version: '0' },
  );
  if (!rulesets) throw new Error('it does not compile');
  for (const way of ways) {
    const packet = packetBy('eth0', '10.0.0.1', { in: way });
    const wanted = way.some(fits) ? 'accept' : 'drop';
    expect([way, evaluate(rulesets.running, packet, network).verdict]).toEqual([way, wanted]);
  }
});

test.each(options.filter(([written]) => written !== '-'))('snat: %s', (written, fits) => {
  const { rulesets } = compile(
    memoryEnvironment({
      'ftpwall.conf': 'FAMILY=ipv4\n',
      zones: 'fw firewall\nnet ip\nloc ip\n',
      interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
      policy: 'all all ACCEPT\n',
      snat: `SNAT(192.0.2.1) 10.0.0.0/8 eth0 - - ${written}\nSNAT(192.0.2.2) 10.0.0.0/8 eth0 - - yes\nSNAT(192.0.2.3) 10.0.0.0/8 eth0\n`,
    }),
    { version: '0' },
  );
  if (!rulesets) throw new Error('it does not compile');
  for (const way of ways) {
    const packet = packetBy('eth1', '198.51.100.1', { out: way });
    const wanted = way.some(fits) ? '192.0.2.1' : way.length > 0 ? '192.0.2.2' : '192.0.2.3';
    expect([way, evaluate(rulesets.running, packet, network).leaves.saddr]).toEqual([way, addressOf(wanted)]);
  }
});
