/** The frames that stand for packets: those before them that bring a connection into its state, and what comes back. */
import type { Packet, Network as Routes } from '../../compiler/ir/packet.ts';
import type { Version } from '../../compiler/net/version.ts';
import type { CaughtFrame, Frame } from './frames.ts';
import type { Network } from './lab.ts';
import { type CaughtPacket, frameBytes, type Marks, packetBytes, readPacket } from './packet-bytes.ts';
import type { Observation } from './packet-lab.ts';

/** What is known of the lab. */
export interface Known {
  readonly networks: readonly Network[];
  readonly routes: Routes;
  readonly macOf: (index: number, end: 'firewall' | 'host') => string;
}

/** Packets are numbered from 1 in their order; what prepares them has numbers of its own. */
const setupId = 40000;

/** The number in the sequence numbers of TCP, with room for what an answer adds to it. */
const sequenceShift = 12;
const sequenceOf = (id: number) => (id << sequenceShift) >>> 0;

/** The packets themselves. */
export function framesFor(packets: readonly Packet[], known: Known): readonly Frame[] {
  return packets.map((packet, index) => {
    const id = index + 1;
    const about = aboutOf(packet);
    const marks: Marks = {
      id,
      sequence: sequenceOf(id),
      acknowledgement: sequenceOf(id),
      ...(about && { payload: packetBytes(about, { id: setupId, payload: new Uint8Array(8) }) }),
    };
    return frame(packet, marks, known);
  });
}

/** The packets that must have passed before, so that tracking sees the state of each. */
export function setupFramesFor(packets: readonly Packet[], known: Known): readonly Frame[] {
  return packets.flatMap((packet, index) => {
    if (packet.connection.state === 'established') return greetings(packet, sequenceOf(index + 1), known);
    const about = packet.connection.state === 'related' ? aboutOf(packet) : undefined;
    if (packet.connection.state === 'related' && !about) throw new Error('only ICMP errors can be made RELATED');
    return about ? [frame(about, { id: setupId }, known)] : [];
  });
}

/** The first packets of a connection in both directions. */
function greetings(packet: Packet, sequence: number, known: Known): readonly Frame[] {
  const there = { ...packet, ...(packet.protocol === 6 && { tcpFlags: ['syn'] as const }) };
  const back = answerTo(packet, known);
  const marks = { id: setupId, sequence: sequence - 1, acknowledgement: packet.protocol === 6 ? 0 : sequence };
  return [
    frame(there, marks, known),
    frame(back, { id: setupId, sequence: sequence - 1, acknowledgement: sequence }, known),
  ];
}

function answerTo(packet: Packet, { routes }: Known): Packet {
  const way = routes.route(packet.version, packet.daddr);
  const { iif: _iif, ...rest } = packet;
  return {
    ...rest,
    ...(way !== undefined && way !== 'local' && { iif: way }),
    saddr: packet.daddr,
    daddr: packet.saddr,
    // The identifier of an echo stays; ports change places.
    ...(!packet.icmp && packet.dport !== undefined && { sport: packet.dport }),
    ...(!packet.icmp && packet.sport !== undefined && { dport: packet.sport }),
    ...(packet.icmp && { icmp: { type: packet.version === 4 ? 0 : 129, code: 0 } }),
    ...(packet.protocol === 6 && { tcpFlags: ['syn', 'ack'] as const }),
  };
}

const errorTypes: Readonly<Record<Version, readonly number[]>> = { 4: [3, 4, 5, 11, 12], 6: [1, 2, 3, 4] };

/** The UDP packet that an ICMP error complains of: from where the error goes, to where it comes from. */
function aboutOf(packet: Packet): Packet | undefined {
  if (!packet.icmp || !errorTypes[packet.version].includes(packet.icmp.type)) return undefined;
  const { version, saddr, daddr } = packet;
  return {
    version,
    saddr: daddr,
    daddr: saddr,
    protocol: 17,
    sport: packet.sport ?? 4000,
    dport: packet.dport ?? 4000,
    connection: { state: 'new' },
  };
}

/** At the port of the network that the packet comes from; from the firewall itself when it has the address. */
function frame(packet: Packet, marks: Marks, { networks, routes, macOf }: Known): Frame {
  const from = packet.iif ?? routes.route(packet.version, packet.saddr);
  const bytes = packetBytes(packet, marks);
  if (from === undefined || from === 'local') return { port: null, bytes };
  const index = networks.findIndex(({ interface: name }) => name === from);
  if (index === -1) throw new Error(`no network at ${from}`);
  return { port: from, bytes: frameBytes(macOf(index, 'firewall'), packet.sourceMac ?? macOf(index, 'host'), bytes) };
}

/** What became of each packet, by what was caught outside and what reached the firewall. */
export type Arrived = ReadonlyMap<number, Observation['arrives']>;

export function observationsOf(
  packets: readonly Packet[],
  caught: readonly CaughtFrame[],
  arrived: Readonly<Record<Version, Arrived>>,
): readonly Observation[] {
  const found = new Map<number, Observation>();
  for (const { port, bytes } of caught) {
    const packet = readPacket(bytes.subarray(14));
    const answered = answeredBy(packet, packets.length);
    if (answered) found.set(answered.id, { verdict: 'reject', answer: answered.answer });
    else if (packet.id >= 1 && packet.id <= packets.length && !found.has(packet.id))
      found.set(packet.id, { verdict: 'accept', leaves: leaving(port, packet) });
  }
  return packets.map(({ version }, index) => {
    const id = index + 1;
    const known = found.get(id);
    if (known) return known;
    const arrives = arrived[version].get(id);
    return { verdict: arrived[version].has(id) ? 'accept' : 'drop', ...(arrives && { arrives }) };
  });
}

function answeredBy(
  packet: CaughtPacket,
  count: number,
): { readonly id: number; readonly answer: NonNullable<Observation['answer']> } | undefined {
  const isOurs = (id: number) => id >= 1 && id <= count;
  if (packet.about && packet.icmp)
    return isOurs(packet.about.id) ? { id: packet.about.id, answer: { kind: 'icmp', ...packet.icmp } } : undefined;
  // Packets of ours keep their number; what the kernel makes has none of ours.
  if (!packet.tcp?.flags.includes('rst') || isOurs(packet.id)) return undefined;
  const id = (packet.tcp.flags.includes('ack') ? packet.tcp.acknowledgement : packet.tcp.sequence) >>> sequenceShift;
  return isOurs(id) ? { id, answer: { kind: 'reset' } } : undefined;
}

function leaving(port: string, { saddr, daddr, sport, dport }: CaughtPacket): NonNullable<Observation['leaves']> {
  return { oif: port, saddr, daddr, ...(sport !== undefined && { sport }), ...(dport !== undefined && { dport }) };
}
