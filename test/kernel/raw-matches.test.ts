/** Raw matches of iptables as ftpwall says them in nftables, and as iptables itself does: the same packets through both. */
import { execFileSync } from 'node:child_process';
import { afterAll, expect } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import { kindOfMatch } from '../../compiler/ir/matches/index.ts';
import type { Packet } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import type { Version } from '../../compiler/net/version.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { kernelTest } from './available.ts';
import { openPacketLab, type PacketLab } from './packet-lab.ts';

let lab: PacketLab | undefined;
afterAll(() => lab?.close());

/** Matches that hold for some of the packets below and not for others. */
const both = [
  '-p tcp -m multiport --dports 80,85:90',
  '-p tcp -m multiport ! --dports 80,85:90',
  '-p tcp -m multiport --sports ssh,1000',
  '-p udp -m multiport ! --ports 22,80',
  '-p tcp --dport 80 --sport 1000:',
  '-p tcp --syn',
  '-p tcp ! --tcp-flags SYN,ACK SYN',
  '! -p tcp',
  '-m dscp --dscp 0x2e',
  '-m dscp --dscp-class AF11',
  '-m dscp ! --dscp-class EF',
  '-m tos --tos 0x10',
  '-m tos ! --tos 0x10',
  '-m tos --tos Minimize-Delay',
  '-m tos ! --tos Maximize-Throughput',
  '-m tos --tos 0x08/0x0c',
  '-m pkttype --pkt-type unicast -p udp',
  '-m statistic --mode nth --every 3 --packet 1',
  '-m statistic --mode nth --every 4 --packet 0',
  '-m limit --limit 2/hour --limit-burst 4',
  '-m limit --limit 1/min',
  '-p tcp -m hashlimit --hashlimit-upto 2/hour --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-name one',
  '-p tcp -m hashlimit --hashlimit-upto 2/hour --hashlimit-burst 3 --hashlimit-mode dstip --hashlimit-name two',
  '-m connbytes --connbytes 0:48 --connbytes-dir original --connbytes-mode bytes',
  '-m connbytes ! --connbytes 40:41 --connbytes-dir both --connbytes-mode avgpkt',
  '-m conntrack --ctstate NEW -p udp',
  '-m conntrack ! --ctstate NEW,UNTRACKED',
  '-m mark --mark 0 -p tcp',
  '-m comment --comment "of two words" -p tcp',
  '-p tcp -m iprange --src-range 192.0.2.100-192.0.2.200',
  '-p tcp -m addrtype --dst-type LOCAL',
  '-p tcp -m devgroup --src-group 0',
  '-p tcp -m policy --dir in --pol none',
] as const;

const of4 = [
  '-m length --length 28:35',
  '-m length ! --length 40',
  '-m ttl --ttl-lt 5',
  '-m ttl --ttl-gt 64',
  '-m ttl ! --ttl-eq 64',
  '-p icmp -m icmp --icmp-type echo-request',
  '-p icmp ! --icmp-type 8/0',
  '-p esp -m esp --espspi 500:600',
  '-m ecn --ecn-ip-ect 1',
  '-p tcp -m ecn ! --ecn-tcp-cwr',
  '-d 192.0.2.1/32 -p tcp',
  '-p tcp -m addrtype --dst-type LOCAL,MULTICAST',
  '-p udp -m addrtype --src-type UNICAST',
] as const;

const of6 = [
  '-m length --length 48:50',
  '-m hl --hl-lt 5',
  '-m hl ! --hl-eq 64',
  '-p icmpv6 -m icmp6 --icmpv6-type echo-request',
] as const;

/** They hold for all of the packets, or for none. */
const oneSided = [
  '-p tcp -m tcpmss --mss 500:1400',
  '-m pkttype ! --pkt-type unicast',
  '-m pkttype --pkt-type broadcast',
  '-m realm ! --realm 0',
  '-m conntrack --ctstate DNAT',
  '-p sctp --dport 7',
  '-p udplite -m udplite --sport 9:',
  '-p dccp -m multiport --dports 5:9',
] as const;

const texts: Readonly<Record<Version, readonly string[]>> = {
  4: [...both, ...of4, ...oneSided.filter((text) => !text.includes('udplite'))],
  6: [...both.filter((text) => !text.includes('iprange')), ...of6],
};

const sorts: readonly Partial<Packet>[] = [
  { dport: 80 },
  { dport: 87, trafficClass: 0x10 },
  { dport: 91, sport: 22, trafficClass: 0xb8 },
  { dport: 80, sport: 1000, trafficClass: 0x08 },
  { hopLimit: 3, trafficClass: 0x29 },
  { hopLimit: 200, tcpFlags: ['syn', 'cwr'] },
  { tcpFlags: ['syn', 'ack'] },
  { protocol: 17, dport: 80 },
  { protocol: 17, sport: 22, trafficClass: 0x01 },
  { protocol: 17, sport: 5, dport: 9, hopLimit: 3 },
];

const icmpOf = (version: Version): readonly Partial<Packet>[] => {
  const protocol = version === 4 ? 1 : 58;
  const type = version === 4 ? 8 : 128;
  return [
    { protocol, icmp: { type, code: 0 } },
    { protocol, icmp: { type: version === 4 ? 13 : 130, code: 0 } },
  ];
};

const espOf = (version: Version): readonly Partial<Packet>[] =>
  version === 4
    ? [
        { protocol: 50, sport: 0, dport: 550 },
        { protocol: 50, sport: 1, dport: 550 },
      ]
    : [];

const ends = {
  4: {
    net: '192.0.2.',
    own: '192.0.2.1',
    zone: 'ipv4',
    settings: 'shorewall.conf',
    restore: 'iptables-legacy-restore',
  },
  6: {
    net: '2001:db8:1::',
    own: '2001:db8:1::1',
    zone: 'ipv6',
    settings: 'shorewall6.conf',
    restore: 'ip6tables-legacy-restore',
  },
} as const;

function packetsOf(version: Version): readonly Packet[] {
  const to = parseAddress(ends[version].own);
  return texts[version].flatMap((_text, line) =>
    [...sorts, ...icmpOf(version), ...espOf(version)].map((sort, index): Packet => {
      const from = parseAddress(senderOf(line, version));
      if (!from || !to) throw new Error('no addresses');
      const protocol = sort.protocol ?? 6;
      return {
        version,
        iif: 'eth0',
        saddr: from.value,
        daddr: to.value,
        protocol,
        ...(protocol === 6 || protocol === 17 ? { sport: 42_000 + index, dport: 7 } : {}),
        ...(protocol === 6 ? { tcpFlags: ['syn' as const] } : {}),
        ...sort,
        length: (version === 4 ? 20 : 40) + (protocol === 6 ? 20 : 8),
        connection: { state: sort.tcpFlags?.includes('ack') ? 'invalid' : 'new' },
      };
    }),
  );
}

/** Each line is about the packets of a sender of its own. */
function senderOf(line: number, version: Version): string {
  return `${ends[version].net}${version === 4 ? 100 + line : (0x100 + line).toString(16)}`;
}

for (const version of [4, 6] as const)
  kernelTest(
    `raw matches of IPv${version} say what they say in iptables`,
    async () => {
      lab ??= openPacketLab();
      const { nft, observe, firewall, routes } = lab;
      const { zone, settings, restore: program } = ends[version];
      const address = (line: number) => (version === 4 ? senderOf(line, 4) : `[${senderOf(line, 6)}]`);
      const lines = texts[version].map((text, line) => `DROP net:${address(line)} fw ;; ${text}`);
      const { artifact, report, rulesets } = compile(
        memoryEnvironment({
          zones: `fw firewall\nnet ${zone}\n`,
          interfaces: '?FORMAT 2\nnet eth0 tcpflags=0\n',
          policy: 'all all ACCEPT\n',
          [settings]: 'INVALID_DISPOSITION=CONTINUE\n',
          rules: `?SECTION ALL\n${lines.join('\n')}\n`,
        }),
        { version: '0' },
      );
      expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      const packets = packetsOf(version);
      const ours = await observe(packets, () => nft(artifact?.ruleset ?? ''));
      const restore = (rules: readonly string[]): void => {
        const input = `*filter\n:INPUT ACCEPT [0:0]\n${rules.map((rule) => `${rule}\n`).join('')}COMMIT\n`;
        execFileSync('ip', ['netns', 'exec', firewall.namespace, program], { input });
      };
      const theirs = await observe(packets, () =>
        restore(texts[version].map((text, line) => `-A INPUT -s ${senderOf(line, version)} ${text} -j DROP`)),
      );
      restore([]);
      const perLine = packets.length / texts[version].length;
      const told = (seen: readonly { readonly verdict: string }[]) =>
        packets.map((_packet, index) => [
          texts[version][Math.floor(index / perLine)],
          JSON.stringify([...sorts, ...icmpOf(version), ...espOf(version)][index % perLine]),
          seen[index]?.verdict,
        ]);
      expect(told(ours)).toEqual(told(theirs));
      for (const text of texts[version].filter((each) => !(oneSided as readonly string[]).includes(each))) {
        const verdicts = new Set(told(ours).flatMap(([of, , verdict]) => (of === text ? [verdict] : [])));
        expect([text, [...verdicts].sort()]).toEqual([text, ['accept', 'drop']]);
      }
      // What `evaluate` says without a memory it says of a packet that is the first for long.
      const running = rulesets?.running;
      if (!running) throw new Error('the configuration does not compile');
      packets.forEach((packet, index) => {
        const { verdict, unknown, trace } = evaluate(running, packet, routes);
        const counted = trace.some(({ chain, rule }) => {
          const met = running.chains.find(({ name }) => name === chain)?.rules[rule];
          return met?.matches.some((match) => kindOfMatch(match).stateful);
        });
        if (unknown.length > 0 || counted) return;
        expect([...(told(ours)[index] ?? [])]).toEqual([...(told(ours)[index] ?? []).slice(0, 2), verdict]);
      });
    },
    { programs: ['nft', 'ip', 'python3', 'iptables-legacy-restore', 'ip6tables-legacy-restore'] },
  );
