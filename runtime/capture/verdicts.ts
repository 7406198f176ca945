/** What becomes of the packets of a capture: counts by verdict and line. */
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Network, Packet } from '../../compiler/ir/packet.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { printAddress } from '../../compiler/net/address.ts';
import { protocolWord, withPort } from '../answers/print-answers.ts';
import { placeIn, sees } from '../apply/judge.ts';
import type { Frame } from './frames.ts';
import { packetOf, type Seen } from './packets.ts';

/** Packets of one verdict, decided by one line. */
export interface Counted {
  readonly verdict: 'accept' | 'drop' | 'reject' | 'depends';
  /** `rules:12`, or what else decides. */
  readonly line: string;
  packets: number;
  /** The connections that they belong to. */
  connections: number;
  /** The first of them. */
  readonly example: string;
}

/** The counts, the most packets first, and how many frames were no packets of IP or had no way to come. */
export interface CaptureCounts {
  readonly counts: readonly Counted[];
  readonly passedOver: number;
}

/** How packets come here: an interface for all, or none where the capture tells. */
export interface Arrival {
  readonly network: Network;
  readonly in?: string;
}

/**
 * Judges each packet as conntrack would see it: the first of a connection is new, answers and later ones belong to it and
 * are counted with the line that admitted it. A connection that was refused begins anew with each packet.
 */
export function verdictsOf(frames: readonly Frame[], rulesets: readonly Ruleset[], arrival: Arrival): CaptureCounts {
  const counts = new Map<string, Counted & { readonly seen: Set<string> }>();
  const admitted = new Map<string, string>();
  let passedOver = 0;
  for (const frame of frames) {
    const packet = arriving(frame, arrival);
    const ruleset = packet && rulesets.find((each) => sees(each, packet));
    if (!packet || !ruleset) {
      passedOver += 1;
      continue;
    }
    const key = connectionOf(packet);
    const before = admitted.get(key);
    const state = before === undefined ? 'new' : 'established';
    const judged = evaluate(ruleset, { ...packet, connection: { state } }, arrival.network);
    const verdict = judged.unknown.length > 0 ? 'depends' : judged.verdict;
    const decider = placeIn(ruleset, judged);
    const line = before !== undefined && judged.verdict === 'accept' ? before : decider;
    if (judged.verdict === 'accept') admitted.set(key, line);
    const group = counts.get(`${verdict} ${line}`) ?? {
      ...{ verdict, line, packets: 0, connections: 0, example: textOf(packet) },
      seen: new Set<string>(),
    };
    group.packets += 1;
    group.seen.add(key);
    group.connections = group.seen.size;
    counts.set(`${verdict} ${line}`, group);
  }
  const sorted = [...counts.values()].sort((a, b) => b.packets - a.packets);
  return { counts: sorted.map(({ seen: _seen, ...count }) => count), passedOver };
}

/** The packet with the interface it came by: the option's, the capture's, or that of the route back to its sender. */
function arriving(frame: Frame, { network, in: named }: Arrival): Omit<Packet, 'connection'> | undefined {
  const packet = packetOf(frame);
  if (!packet) return undefined;
  const way = network.route(packet.version, packet.saddr);
  if (way === 'local') return packet;
  const iif = named ?? frame.interface ?? way;
  return iif === undefined || iif === 'any' ? undefined : { ...packet, iif };
}

/** The same text for both directions. */
function connectionOf({ protocol, saddr, daddr, sport = 0, dport = 0 }: Seen): string {
  return [protocol, ...[`${saddr} ${sport}`, `${daddr} ${dport}`].sort()].join(' ');
}

function textOf({ version, protocol, saddr, daddr, sport, dport, icmp }: Seen): string {
  const end = (address: bigint, port: number | undefined) => withPort(printAddress(version, address), port ?? null);
  const type = icmp ? ` type ${icmp.type}` : '';
  return `${protocolWord(protocol)}${type} ${end(saddr, sport)} → ${end(daddr, dport)}`;
}
