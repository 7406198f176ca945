/** The packets of a comparison: chosen from the configuration, and such that every judge can be asked of them. */

import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Packet, Network as Routes } from '../../compiler/ir/packet.ts';
import { holds, parseAddress } from '../../compiler/net/address.ts';
import type { Version } from '../../compiler/net/version.ts';
import { framesFor } from '../kernel/packet-frames.ts';
import { macOf } from '../kernel/packet-lab.ts';
import { choose, probesFor, random } from '../support/probes/probes.ts';
import { kernelName, type Network, rangeOf } from '../support/probes/topology.ts';
import { withinLimits } from './limits.ts';
import { type Compiled, linesOf, nameOf, rulesMet } from './ours.ts';
import { witnessesFor } from './witnesses.ts';

/** Which packets, of one IP version, and how many. */
interface Wanted {
  readonly version: Version;
  readonly count: number;
  readonly seed: number;
  /** A network behind an interface is known by its addresses there and by the interface here: the firewall's own packets differ. */
  readonly byInterface: boolean;
}

/** The packets for a configuration: those made for its rules, those that it names, random ones; only what the lab can send. */
export function packetsFor(
  ours: Compiled,
  networks: readonly Network[],
  routes: Routes,
  { version, count, seed, byInterface }: Wanted,
): readonly Packet[] {
  const probes = probesFor(ours.model, networks, routes, count, seed, version);
  const about = { networks, routes, version, next: random(seed + 1) };
  const lines = linesOf(ours);
  const made = lines.flatMap((line) => witnessesFor(ours.running, line, 2, about));
  const asked = new Set(lines.map(nameOf));
  const meets = (packet: Packet) => evaluate(ours.running, packet, routes).trace.map(nameOf);
  const chosen = choose({ ...probes, named: [...made, ...probes.named] }, count, meets, asked);
  const within = withinLimits(ours.running, routes);
  // Without ports the kernel cannot tell two connections apart to which translation gives the same ends.
  const isMixedUp = (packet: Packet) => {
    if (packet.dport !== undefined) return false;
    const { leaves } = evaluate(ours.running, packet, routes);
    return leaves.saddr !== packet.saddr || leaves.daddr !== packet.daddr;
  };
  // Shorewall attaches helpers before the lab says that a packet is not to be tracked, which then has no effect.
  const helped = helpedPorts(ours);
  const isHelped = (packet: Packet) =>
    packet.connection.state === 'untracked' &&
    (helped.has(packet.dport) ||
      evaluate(ours.running, { ...packet, connection: { state: 'new' } }, routes).helper !== undefined);
  const sendable = (packet: Packet) =>
    (!byInterface || isNeighbour(packet, networks) || isLeftAlone(packet, ours, routes)) &&
    isJudged(packet, networks) &&
    !isHelped(packet) &&
    !isMixedUp(packet) &&
    !isGamble(packet, ours, networks, routes) &&
    within(packet);
  return chosen.filter(sendable).map((packet) => asSent(packet, networks, routes));
}

/** The ports to which lines attach helpers: Shorewall's rules for that do not ask where a packet goes. */
function helpedPorts({ model }: Compiled): ReadonlySet<number | undefined> {
  return new Set(
    model.rules
      .filter(({ helper }) => helper !== undefined)
      .flatMap(({ traffic }) => traffic.protocols.flatMap(({ dports }) => dports?.ranges ?? []))
      .flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_each, index) => first + index)),
  );
}

/** Whether a packet comes from a network behind its interface: what else comes by it is known by the interface alone. */
function isNeighbour({ version, iif, saddr }: Packet, networks: readonly Network[]): boolean {
  return networks.some(
    (network) => network.interface === iif && holds(network.firewall.flatMap(rangeOf), version, saddr),
  );
}

/** Whether the firewall sends a packet by an interface that no line of `snat` names. */
function isLeftAlone({ version, iif, daddr }: Packet, { model }: Compiled, routes: Routes): boolean {
  const oif = routes.route(version, daddr);
  return (
    iif === undefined && !model.snat.some(({ interfaces }) => interfaces.some((pattern) => kernelName(pattern) === oif))
  );
}

/** Of several servers the kernel takes one by a hash: with an address of the firewall among them, nobody knows which way the packet goes. */
function isGamble(packet: Packet, ours: Compiled, networks: readonly Network[], routes: Routes): boolean {
  const own = networks.flatMap(({ firewall }) =>
    firewall.flatMap((text) => parseAddress(text.replace(/\/.*/, '')) ?? []),
  );
  return rulesMet(evaluate(ours.running, packet, routes), ours).some(({ statements }) =>
    statements.some((statement) => {
      const range = statement.kind === 'dnat' ? statement.to.addresses : undefined;
      return (
        range !== undefined &&
        range.first !== range.last &&
        own.some(({ version, value }) => holds([range], version, value))
      );
    }),
  );
}

/** What the frame of a packet says beside it: the hardware address, which `maclist` asks for, its bytes, and that root sends what the firewall sends. */
function asSent(packet: Packet, networks: readonly Network[], routes: Routes): Packet {
  const index = networks.findIndex((network) => network.interface === packet.iif);
  const sent: Packet = {
    ...(packet.iif === undefined ? { user: 0, group: 0 } : {}),
    ...packet,
    ...(index < 0 ? {} : { sourceMac: macOf(index, 'host') }),
  };
  const length = framesFor([sent], { networks, routes, macOf }).reduce(
    (sum, { port, bytes }) => sum + bytes.length - (port === null ? 0 : ethernetHeader),
    0,
  );
  return { ...sent, length };
}

const ethernetHeader = 14;

/**
 * The first address of a network of IPv6 is anycast to its routers (RFC 4291 section 2.6.1), and AH is a header in front
 * of another (RFC 4302): with the one as an end, or the other without what it promises, the kernel drops the packet itself.
 */
function isJudged({ version, saddr, daddr, protocol, dport }: Packet, networks: readonly Network[]): boolean {
  // The snmp helper drops what is no SNMP (README.md), and frames of the lab have no content.
  if (protocol === 17 && dport === 161) return false;
  // Nobody is sent to where there is nothing.
  if (daddr === 0n) return false;
  if (version === 4) return true;
  if (protocol === 51) return false;
  // Nobody passes on what a link-local address sends beyond its link (RFC 4291 section 2.5.6).
  if (saddr >> 118n === 0x3fan && daddr >> 118n !== 0x3fan && daddr >> 120n !== 0xffn) return false;
  const firsts = networks.flatMap(({ firewall }) =>
    firewall.flatMap(rangeOf).flatMap((range) => (range.version === 6 ? [range.first] : [])),
  );
  return !firsts.includes(saddr) && !firsts.includes(daddr);
}
