/**
 * The kernel as judge of packets: a firewall in a namespace, with the far ends of its interfaces in another, where no
 * stack answers. Packets are put in as bytes and known again by their number when they come out.
 */
import { spawnSync } from 'node:child_process';
import type { Packet, Network as Routes } from '../../compiler/ir/packet.ts';
import type { Version } from '../../compiler/net/version.ts';
import { routesOf } from '../support/probes/routes.ts';
import { exchange, type FramePort, localMark } from './frames.ts';
import { Host } from './host.ts';
import { type Network, threeNetworks } from './lab.ts';
import { closeAtEnd, family, sweep } from './leave-nothing.ts';
import { type Arrived, framesFor, type Known, observationsOf, setupFramesFor } from './packet-frames.ts';

/** What the kernel did with a packet. Why something was dropped cannot be seen. */
export interface Observation {
  readonly verdict: 'accept' | 'reject' | 'drop';
  /** The answer that came back: a TCP reset or an ICMP error. */
  readonly answer?:
    | { readonly kind: 'reset' }
    | { readonly kind: 'icmp'; readonly type: number; readonly code: number };
  /** The ends of a packet of IPv4 that reached the firewall itself. */
  readonly arrives?: { readonly saddr: string; readonly daddr: string };
  /** The packet as it left, and the interface of the firewall it left by; absent when it was for the firewall itself. */
  readonly leaves?: {
    readonly oif: string;
    readonly saddr: bigint;
    readonly daddr: bigint;
    readonly sport?: number;
    readonly dport?: number;
  };
}

export interface PacketLab {
  readonly firewall: Host;
  /** The same network for `evaluate`. */
  readonly routes: Routes;
  /**
   * Takes every ruleset of nft away, brings connections into the states that the packets ask for, calls `load` (which
   * puts a ruleset into the firewall),
   * then judges every packet. The packets are of different connections, 30000 at most.
   */
  observe(packets: readonly Packet[], load: () => void): Promise<readonly Observation[]>;
  /** Loads text of nft into the firewall. */
  nft(text: string): void;
  close(): void;
}

let opened = 0;

/** Builds the lab; the first network is where everything else in the world is. */
export function openPacketLab(networks: readonly Network[] = threeNetworks): PacketLab {
  opened += 1;
  const prefix = `${family}-${process.pid}-packets${opened}`;
  sweep();
  const firewall = new Host('fw', `${prefix}-fw`);
  const outside = new Host('outside', `${prefix}-outside`);
  const close = () => {
    unregister();
    firewall.close();
    outside.close();
  };
  const unregister = closeAtEnd(close);
  build(firewall, outside, networks);
  const routes = routesOf(networks);
  const known: Known = { networks, routes, macOf };
  const ports: readonly FramePort[] = networks.map(({ interface: name }) => ({
    name,
    namespace: outside.namespace,
    interface: name,
  }));
  const nft = (text: string) => inside(firewall, ['nft', '-f', '-'], text);
  const send = (frames: ReturnType<typeof framesFor>, more: { readonly mark?: boolean; readonly forget?: boolean }) =>
    exchange({ ports, local: firewall.namespace, frames, ...more });
  const observe: PacketLab['observe'] = async (packets, load) => {
    nft(setupTable);
    inside(firewall, ['sysctl', '-qw', 'net.netfilter.nf_conntrack_tcp_loose=0']);
    await send(setupFramesFor(packets, known), { mark: true, forget: true });
    nft(watchTable(packets));
    load();
    const caught = await send(framesFor(packets, known), {});
    const listing = inside(firewall, ['nft', '-j', '-nn', 'list', 'table', 'inet', watch]);
    return observationsOf(packets, caught, arrivedIn(listing));
  };
  return { firewall, routes, observe, nft, close };
}

const watch = 'ftpwall-watch';

/**
 * While connections are made: tracking is on, and the stack of the firewall answers nothing by itself,
 * which tracking would see as the end of a connection.
 */
const setupTable = `flush ruleset
table inet ${watch} {
	chain state { type filter hook prerouting priority -150; ct state new accept; }
	chain answers { type filter hook output priority -400; meta mark != ${localMark} drop; }
}
`;

/**
 * While packets are judged: what reaches the firewall itself is noted, last of all, and goes no further. What it sends
 * may come back to it by translation; refusals that it tells itself are no packets of ours, whatever number they have.
 */
function watchTable(packets: readonly Packet[]): string {
  const untracked = (version: Version) =>
    packets.flatMap((packet, index) =>
      packet.version === version && packet.connection.state === 'untracked' ? [index + 1] : [],
    );
  const elements = (ids: readonly number[]) => (ids.length === 0 ? '' : `elements = { ${ids.join(', ')} };`);
  return `table inet ${watch}
delete table inet ${watch}
table inet ${watch} {
	set seen4 { typeof ip id . ip saddr . ip daddr; size 65535; flags dynamic; }
	set seen6 { typeof ip6 flowlabel; size 65535; flags dynamic; }
	set untracked4 { typeof ip id; ${elements(untracked(4))} }
	set untracked6 { typeof ip6 flowlabel; ${elements(untracked(6))} }
	chain untrack {
		type filter hook prerouting priority -250;
		ip id @untracked4 notrack
		ip6 flowlabel @untracked6 notrack
	}
	chain untrack-output {
		type filter hook output priority -250;
		ip id @untracked4 notrack
		ip6 flowlabel @untracked6 notrack
	}
	chain state {
		type filter hook prerouting priority -150;
		ct state new accept
	}
	chain arrived {
		type filter hook input priority 400; policy drop;
		iifname "lo" icmp type destination-unreachable drop
		iifname "lo" icmpv6 type destination-unreachable drop
		add @seen4 { ip id . ip saddr . ip daddr }
		add @seen6 { ip6 flowlabel }
	}
}
`;
}

interface Listing {
  readonly nftables: readonly { readonly set?: { readonly name: string; readonly elem?: readonly unknown[] } }[];
}

/** The packets that reached the firewall, by version and number. */
function arrivedIn(text: string): Readonly<Record<Version, Arrived>> {
  const { nftables } = JSON.parse(text) as Listing;
  const elements = (name: string) => nftables.find(({ set }) => set?.name === name)?.set?.elem ?? [];
  const four = elements('seen4').map((element) => {
    const [id, saddr, daddr] = (element as { readonly concat: readonly [number, string, string] }).concat;
    return [id, { saddr, daddr }] as const;
  });
  return { 4: new Map(four), 6: new Map(elements('seen6').map((id) => [Number(id), undefined])) };
}

function build(firewall: Host, outside: Host, networks: readonly Network[]): void {
  const ip = (lines: readonly string[], words: readonly string[] = []) =>
    must('ip', [...words, '-batch', '-'], `${lines.join('\n')}\n`);
  ip([`netns add ${firewall.namespace}`, `netns add ${outside.namespace}`]);
  inside(firewall, ['sysctl', '-qw', ...firewallSettings]);
  inside(outside, ['sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1']);
  ip(
    networks.map(
      ({ interface: name }, index) =>
        `link add ${name} netns ${firewall.namespace} address ${macOf(index, 'firewall')} type veth peer name ${name} netns ${outside.namespace} address ${macOf(index, 'host')}`,
    ),
  );
  // Without ARP every neighbour has the address of the interface itself, so that nobody has to answer.
  ip(
    [
      'link set lo up',
      ...networks.flatMap(({ interface: name, firewall: addresses }) => [
        ...addresses.map((address) => `address add ${address} dev ${name}`),
        `link set ${name} arp off up`,
      ]),
    ],
    ['-netns', firewall.namespace],
  );
  ip(
    networks.map(({ interface: name }) => `link set ${name} up`),
    ['-netns', outside.namespace],
  );
  const [first] = networks;
  ip(
    (first?.host ?? []).map((address) => `route add default via ${plain(address)}`),
    ['-netns', firewall.namespace],
  );
}

const firewallSettings = [
  'net.ipv4.ip_forward=1',
  'net.ipv6.conf.all.forwarding=1',
  'net.ipv4.conf.all.rp_filter=0',
  'net.ipv4.conf.default.rp_filter=0',
  'net.ipv4.conf.all.send_redirects=0',
  'net.ipv4.conf.default.send_redirects=0',
  // Each refusal is told, however many there are.
  'net.ipv4.icmp_ratemask=0',
  'net.ipv6.icmp.ratelimit=0',
  'net.ipv4.icmp_msgs_per_sec=100000',
  'net.ipv4.icmp_msgs_burst=100000',
  'net.ipv6.conf.default.accept_dad=0',
  'net.ipv6.conf.default.router_solicitations=0',
];

/** The hardware addresses at the two ends of a network's cable. */
export function macOf(index: number, end: 'firewall' | 'host'): string {
  return `02:00:00:00:${String(index + 1).padStart(2, '0')}:${end === 'firewall' ? '01' : '02'}`;
}

function plain(address: string): string {
  return address.replace(/\/.*/, '');
}

function inside(host: Host, words: readonly string[], input = ''): string {
  const [file, ...rest] = host.command(words);
  return must(file, rest, input);
}

function must(file: string, words: readonly string[], input: string): string {
  const { status, stdout, stderr, error } = spawnSync(file, words, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${file} ${words.join(' ')}: ${error?.message ?? stderr}\n${input}`);
  return stdout;
}
