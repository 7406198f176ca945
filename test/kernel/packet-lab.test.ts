/** The lab that judges packets by the kernel: each state can be made, each verdict can be seen. */
import { afterAll, expect } from 'vitest';
import type { Packet } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { kernelTest } from './available.ts';
import { openPacketLab, type PacketLab } from './packet-lab.ts';

let lab: PacketLab | undefined;
const opened = () => {
  lab ??= openPacketLab();
  return lab;
};
afterAll(() => lab?.close());

function packet(iif: string | undefined, from: string, to: string, more: Partial<Packet>): Packet {
  const [saddr, daddr] = [parseAddress(from), parseAddress(to)];
  if (!saddr || !daddr) throw new Error(`${from} ${to}`);
  const ports = more.icmp ? {} : { sport: 40000, dport: 80 };
  return {
    version: saddr.version,
    ...(iif !== undefined && { iif }),
    saddr: saddr.value,
    daddr: daddr.value,
    protocol: 17,
    ...ports,
    connection: { state: 'new' },
    ...more,
  };
}

const syn = { protocol: 6, tcpFlags: ['syn'] } as const;
const ack = { protocol: 6, tcpFlags: ['ack'] } as const;

/** Accepts one state only, to the firewall and through it. */
const onlyState = (state: string) => `table inet t
delete table inet t
table inet t {
	chain input { type filter hook input priority 0; policy drop; ct state ${state} accept; }
	chain forward { type filter hook forward priority 0; policy drop; ct state ${state} accept; }
}
`;

kernelTest('every state can be made, in both versions, through the firewall and to it', async () => {
  const hosts = [
    ['192.0.2.10', '10.0.2.10', '192.0.2.1'],
    ['2001:db8:1::10', '2001:db8:2::10', '2001:db8:1::1'],
  ] as const;
  const cases = hosts.flatMap(([net, dmz, own]) => {
    const isFour = net.includes('.');
    const unreachable = isFour ? { type: 3, code: 1 } : { type: 1, code: 0 };
    const echo = isFour ? { type: 8, code: 0 } : { type: 128, code: 0 };
    const pong = isFour ? { type: 0, code: 0 } : { type: 129, code: 0 };
    const icmp = isFour ? 1 : 58;
    return [dmz, own].flatMap((to, index): readonly Packet[] => {
      const ports = (port: number) => ({ sport: port + index, dport: 80 });
      return [
        packet('eth0', net, to, { ...ports(41000) }),
        packet('eth0', net, to, { ...syn, ...ports(41010) }),
        packet('eth0', net, to, { ...ports(41020), connection: { state: 'established' } }),
        packet('eth0', net, to, { ...ack, ...ports(41030), connection: { state: 'established' } }),
        packet('eth0', net, to, {
          protocol: icmp,
          icmp: echo,
          sport: 50 + index,
          connection: { state: 'established' },
        }),
        packet('eth0', net, to, {
          protocol: icmp,
          icmp: unreachable,
          ...ports(41040),
          connection: { state: 'related' },
        }),
        packet('eth0', net, to, { ...ack, ...ports(41050), connection: { state: 'invalid' } }),
        packet('eth0', net, to, { protocol: icmp, icmp: pong, sport: 60 + index, connection: { state: 'invalid' } }),
        packet('eth0', net, to, { ...ports(41060), connection: { state: 'untracked' } }),
      ];
    });
  });
  for (const state of ['new', 'established', 'related', 'invalid', 'untracked']) {
    const observed = await opened().observe(cases, () => opened().nft(onlyState(state)));
    const accepted = observed.map(({ verdict }) => verdict === 'accept');
    expect(accepted, state).toEqual(cases.map(({ connection }) => connection.state === state));
  }
});

kernelTest('verdicts, translation and answers are seen, from outside and from the firewall itself', async () => {
  const packets = [
    packet('eth0', '192.0.2.10', '192.0.2.1', { ...syn, dport: 8021 }),
    packet('eth1', '10.0.1.10', '198.51.100.7', { sport: 41000 }),
    packet('eth0', '192.0.2.10', '10.0.2.10', { ...syn, dport: 23 }),
    packet('eth0', '192.0.2.10', '10.0.2.10', { dport: 23 }),
    packet('eth0', '192.0.2.10', '192.0.2.1', { dport: 53 }),
    packet(undefined, '192.0.2.1', '192.0.2.10', { sport: 1024 }),
    packet(undefined, '2001:db8:1::1', '2001:db8:1::10', { dport: 23 }),
  ];
  const table = `table inet t {
	chain destinations { type nat hook prerouting priority -110; iifname "eth0" tcp dport 8021 dnat ip to 10.0.2.10:21; }
	chain sources { type nat hook postrouting priority 90; meta nfproto ipv4 iifname "eth1" masquerade; }
	chain forward { type filter hook forward priority 0; policy drop;
		iifname "eth0" tcp dport 21 accept
		iifname "eth1" accept
		meta l4proto tcp reject with tcp reset
	}
	chain output { type filter hook output priority 0; policy accept; udp dport 23 drop; }
}
`;
  const observed = await opened().observe(packets, () => opened().nft(`table inet t\ndelete table inet t\n${table}`));
  const address = (text: string) => parseAddress(text)?.value;
  expect(observed).toEqual([
    {
      verdict: 'accept',
      leaves: { oif: 'eth2', saddr: address('192.0.2.10'), daddr: address('10.0.2.10'), sport: 40000, dport: 21 },
    },
    {
      verdict: 'accept',
      leaves: { oif: 'eth0', saddr: address('192.0.2.1'), daddr: address('198.51.100.7'), sport: 41000, dport: 80 },
    },
    { verdict: 'reject', answer: { kind: 'reset' } },
    { verdict: 'drop' },
    { verdict: 'accept', arrives: { saddr: '192.0.2.10', daddr: '192.0.2.1' } },
    {
      verdict: 'accept',
      leaves: { oif: 'eth0', saddr: address('192.0.2.1'), daddr: address('192.0.2.10'), sport: 1024, dport: 80 },
    },
    { verdict: 'drop' },
  ]);
});
