/** The packets by which a firewall is compared with another: those that there can be. */
import { always, type Node, never } from '../../analyze/diagram.ts';
import type { PacketSpace } from '../../analyze/packet-space.ts';
import { type Box, bytesUnderMask, type FieldValues, flagByte } from '../../ir/fields.ts';
import { prefixRange } from '../../net/address.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import { once } from '../../once.ts';
import { flagsOfTracked } from '../ordinary.ts';

const groups: Readonly<Record<Version, AddressRange>> = {
  4: prefixRange(4, 0xe0000000n, 4),
  6: prefixRange(6, 0xffn << 120n, 8),
};
const everybody = prefixRange(4, 0xffffffffn, 32);
/** "This host": a client that has no address yet (RFC 1122 section 3.2.1.3), a broadcast to the routing table. */
const thisHost = prefixRange(4, 0n, 8);

/** The values by which such packets are told apart. */
export const kernelFacts = once((): readonly FieldValues[] => [
  ...(['saddr', 'daddr'] as const).flatMap((field): readonly FieldValues[] => [
    { field, ranges: [groups[4], everybody, thisHost] },
    { field, ranges: [groups[6]] },
  ]),
  flagsOfTracked(),
  { field: 'tcpFlags', ranges: bytesUnderMask(flagByte(['syn', 'ack', 'fin', 'rst']), flagByte(['syn'])) },
  { field: 'sport', ranges: [{ first: 0, last: 0 }] },
  { field: 'protocol', ranges: [1, 2, 6, 58].map((each) => ({ first: each, last: each })) },
  { field: 'icmp', ranges: untrackedIcmp },
]);

/**
 * ICMPv6 of which no connection is kept (net/netfilter/nf_conntrack_proto_icmpv6.c, noct_valid_new): listener discovery,
 * router and neighbour discovery. As type × 256 + code.
 */
const untrackedIcmp = [
  { first: 130 * 256, last: 136 * 256 + 255 },
  { first: 143 * 256, last: 143 * 256 + 255 },
];

/**
 * The packets that there can be. Others fare the same whatever the rules are: their source is a group or a broadcast, which
 * routing refuses (net/ipv4/route.c, ip_route_input_slow; net/ipv6/ip6_input.c), the kind of an address is not that of
 * the address, or tracking knows no connection with such flags. Passed over as well are the protocols that the other IP
 * version alone has, the first packet from port 0 in a connection that has begun, since whoever asks for flags has
 * refused it, anycast addresses of IPv6: those of the machine, which scripts write into their rules one by one, and
 * sources that a route of IPv4 made by hand calls anycast, which the check of sources refuses (net/ipv4/fib_frontend.c,
 * __fib_validate_source). Of discovery in IPv6 tracking keeps no connection; with a wrong checksum, which alone would make
 * it invalid, nothing takes it in (net/ipv6/icmp.c, icmpv6_rcv).
 */
export function packetsOfKernel(space: PacketSpace): Node {
  const { diagrams } = space;
  const kinds = (['saddr', 'daddr'] as const).map((field) => addressKinds(space, field));
  return [...kinds, sourcesOfKernel(space), flagsOfKernel(space), diagrams.not(oddities(space))].reduce(
    (all, each) => diagrams.and(all, each),
    always,
  );
}

function oddities(space: PacketSpace): Node {
  const { diagrams } = space;
  const numbers = (all: readonly number[]) => all.map((each) => ({ first: each, last: each }));
  return [
    [
      { field: 'version', version: 4 },
      { field: 'protocol', ranges: numbers([58]) },
    ],
    [
      { field: 'version', version: 6 },
      { field: 'protocol', ranges: numbers([1, 2]) },
    ],
    [{ field: 'saddrType', words: ['anycast'] }],
    [
      { field: 'version', version: 6 },
      { field: 'daddrType', words: ['anycast'] },
    ],
    [
      { field: 'state', words: ['established', 'related'] },
      { field: 'protocol', ranges: numbers([6]) },
      { field: 'sport', ranges: numbers([0]) },
      { field: 'tcpFlags', ranges: bytesUnderMask(flagByte(['syn', 'ack', 'fin', 'rst']), flagByte(['syn'])) },
    ],
    [
      { field: 'version', version: 6 },
      { field: 'protocol', ranges: numbers([58]) },
      { field: 'icmp', ranges: untrackedIcmp },
      { field: 'state', words: ['new', 'established', 'related', 'invalid'] },
    ],
  ].reduce<Node>((all, box) => diagrams.or(all, space.inBox(box as Box)), never);
}

function addressKinds(space: PacketSpace, field: 'saddr' | 'daddr'): Node {
  const { diagrams } = space;
  const kind = (word: string) => space.having({ field: `${field}Type`, words: [word] });
  const within = (range: AddressRange) =>
    space.inBox([
      { field: 'version', version: range.version },
      { field, ranges: [range] },
    ]);
  const inGroup = diagrams.or(within(groups[4]), within(groups[6]));
  const isBroadcast = diagrams.or(within(everybody), within(thisHost));
  const version6 = space.having({ field: 'version', version: 6 });
  return [
    same(space, kind('multicast'), inGroup),
    diagrams.or(diagrams.not(isBroadcast), kind('broadcast')),
    diagrams.not(diagrams.and(version6, kind('broadcast'))),
  ].reduce((all, each) => diagrams.and(all, each), always);
}

function sourcesOfKernel(space: PacketSpace): Node {
  const { diagrams } = space;
  const group = space.having({ field: 'saddrType', words: ['multicast', 'broadcast'] });
  const beginner = space.inBox([
    { field: 'version', version: 4 },
    { field: 'saddr', ranges: [thisHost] },
    { field: 'daddr', ranges: [everybody] },
  ]);
  return diagrams.or(diagrams.not(group), beginner);
}

function flagsOfKernel(space: PacketSpace): Node {
  const { diagrams } = space;
  const ofConnection = space.inBox([
    { field: 'state', words: ['new', 'established', 'related'] },
    { field: 'protocol', ranges: [{ first: 6, last: 6 }] },
  ]);
  return diagrams.or(diagrams.not(ofConnection), space.having(flagsOfTracked()));
}

function same({ diagrams }: PacketSpace, a: Node, b: Node): Node {
  return diagrams.ifElse(a, b, diagrams.ifElse(b, never, always));
}
