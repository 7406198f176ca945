/** The ordinary first packet of a connection: what a question leaves open is as it is for most of them. */
import { type Node, never } from '../analyze/diagram.ts';
import type { Known, PacketSpace } from '../analyze/packet-space.ts';
import { bytesUnderMask, type FieldValues, flagByte } from '../ir/fields.ts';
import { parseAddress } from '../net/address.ts';
import type { TcpFlag } from '../net/packet-kinds.ts';
import type { AddressRange } from '../net/ranges.ts';
import type { ConnectionState } from '../net/state.ts';
import { once } from '../once.ts';

/** Facts of every packet that questions are about. A packet of a known connection has ACK, the first one SYN. */
export function ordinaryFacts(state: ConnectionState): readonly Known[] {
  const flags = flagByte(state === 'established' || state === 'invalid' ? ['ack'] : ['syn']);
  return [
    { field: 'masterHelper', other: true },
    { field: 'tcpFlags', ranges: [{ first: flags, last: flags }] },
    { field: 'packetType', words: ['host'] },
    { field: 'reversePath', present: true },
    { field: 'fragment', present: false },
    { field: 'hopByHopHeader', present: false },
    { field: 'destinationHeader', present: false },
    { field: 'routingHeader', present: false },
    { field: 'fragmentHeader', present: false },
  ];
}

/** ICMP types that connection tracking can call new (kernel: nf_conntrack_proto_icmp.c, nf_conntrack_proto_icmpv6.c). */
const newIcmp = { 4: [8, 13, 15, 17], 6: [128, 139] } as const;

/** Source ports that programs are given (RFC 6335 section 6 calls 0 to 1023 those of the system). */
const clientPorts = { first: 1024, last: 65535 };

/** No address of a single host: this network, loopback, multicast, reserved and broadcast (RFC 6890). */
const notUnicast = once((): readonly AddressRange[] => [
  range('0.0.0.0', '0.255.255.255'),
  range('127.0.0.0', '127.255.255.255'),
  range('224.0.0.0', '255.255.255.255'),
  range('::', '::1'),
  range('ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'),
]);

/** The values that ordinary packets are told by: the axes are cut there. */
export const ordinaryValues = once(
  () =>
    [
      { field: 'saddr', ranges: notUnicast() },
      { field: 'daddr', ranges: notUnicast() },
      { field: 'sport', ranges: [clientPorts] },
      { field: 'icmp', ranges: [...newIcmp[4], ...newIcmp[6]].map(allCodes) },
    ] as const,
);

/** What a question gives by itself. */
export interface Given {
  readonly state: ConnectionState;
  readonly source: boolean;
  readonly destination: boolean;
  readonly sourcePort: boolean;
  readonly icmpType: boolean;
  readonly protocol: boolean;
}

/** The ordinary ones among all packets, but for what the question gives. */
export function ordinaryPackets(space: PacketSpace, given: Given): Node {
  const { diagrams } = space;
  let packets = space.having({ field: 'state', words: [given.state] });
  const keep = (node: Node) => {
    packets = diagrams.and(packets, node);
  };
  if (!given.source) keep(unicast(space, 'saddr'));
  if (!given.destination) keep(unicast(space, 'daddr'));
  const withPorts = space.having({ field: 'protocol', ranges: [6, 17, 33, 132, 136].map(single) });
  if (!given.sourcePort)
    keep(diagrams.or(diagrams.not(withPorts), space.having({ field: 'sport', ranges: [clientPorts] })));
  if (!given.icmpType && given.state === 'new') {
    for (const [version, protocol] of [
      [4, 1],
      [6, 58],
    ] as const) {
      const isIcmp = space.having({ field: 'protocol', ranges: [single(protocol)] });
      const isNew = space.having({ field: 'icmp', ranges: newIcmp[version].map(allCodes) });
      keep(diagrams.or(diagrams.not(isIcmp), isNew));
    }
  }
  // IGMP goes to groups, not to hosts (RFC 3376 section 4).
  if (!given.protocol) keep(diagrams.not(space.having({ field: 'protocol', ranges: [single(2)] })));
  // The protocols of one IP version are not those of the other.
  keep(
    diagrams.not(
      space.inBox([
        { field: 'version', version: 4 },
        { field: 'protocol', ranges: [single(58)] },
      ]),
    ),
  );
  keep(
    diagrams.not(
      space.inBox([
        { field: 'version', version: 6 },
        { field: 'protocol', ranges: [single(1)] },
      ]),
    ),
  );
  return packets;
}

/** Flags of TCP that connection tracking looks at: all but PSH, ECE and CWR (kernel: nf_conntrack_proto_tcp.c, tcp_error). */
const flagsLookedAt = flagByte(['fin', 'syn', 'rst', 'ack', 'urg']);

/** Combinations of these that a packet of a tracked connection can have; others are invalid (tcp_valid_flags, ibid.). */
const validFlags: readonly (readonly TcpFlag[])[] = [
  ['syn'],
  ['syn', 'urg'],
  ['syn', 'ack'],
  ['rst'],
  ['rst', 'ack'],
  ['fin', 'ack'],
  ['fin', 'ack', 'urg'],
  ['ack'],
  ['ack', 'urg'],
];

/** The flags of TCP packets that connection tracking knows. */
export const flagsOfTracked = once(
  (): FieldValues => ({
    field: 'tcpFlags',
    ranges: validFlags.flatMap((flags) => bytesUnderMask(flagsLookedAt, flagByte(flags))),
  }),
);

/**
 * What connection tracking never calls new is no first packet: errors, neighbour discovery, MLD; and no packet of a
 * tracked connection has flags of TCP that do not go together.
 */
export function possiblePackets(space: PacketSpace): Node {
  const { diagrams } = space;
  const isNew = space.having({ field: 'state', words: ['new'] });
  let impossible: Node = never;
  for (const [version, protocol, types] of [
    [4, 1, newIcmp[4]],
    [6, 58, newIcmp[6]],
  ] as const) {
    const icmp = space.inBox([
      { field: 'version', version },
      { field: 'protocol', ranges: [single(protocol)] },
    ]);
    const first = space.having({ field: 'icmp', ranges: types.map(allCodes) });
    impossible = diagrams.or(impossible, diagrams.minus(diagrams.and(isNew, icmp), first));
  }
  const tracked = space.having({ field: 'state', words: ['new', 'established', 'related'] });
  const isTcp = space.having({ field: 'protocol', ranges: [single(6)] });
  const strange = diagrams.minus(diagrams.and(tracked, isTcp), space.having(flagsOfTracked()));
  return diagrams.not(diagrams.or(impossible, strange));
}

function unicast(space: PacketSpace, field: 'saddr' | 'daddr'): Node {
  const { diagrams } = space;
  return ([4, 6] as const).reduce<Node>((node, version) => {
    const others = notUnicast().filter((each) => each.version === version);
    const excluded = space.inBox([
      { field: 'version', version },
      { field, ranges: others },
    ]);
    return diagrams.minus(node, excluded);
  }, 1);
}

function allCodes(type: number) {
  return { first: type * 256, last: type * 256 + 255 };
}

function single(value: number) {
  return { first: value, last: value };
}

function range(from: string, to: string): AddressRange {
  const [first, last] = [parseAddress(from), parseAddress(to)];
  if (!first || !last) throw new RangeError(`${from}-${to}`);
  return { version: first.version, first: first.value, last: last.value };
}
