/** Random packets of the small world, each of a connection of its own. */
import fc from 'fast-check';
import type { Packet } from '../../compiler/ir/packet.ts';
import type { TcpFlag } from '../../compiler/net/packet-kinds.ts';
import type { ConnectionState } from '../../compiler/net/state.ts';
import type { Version } from '../../compiler/net/version.ts';
import { address, everyHost, firstSourcePort, hosts, interfaces, own, ports } from './world.ts';

/** What a packet carries; the state it can be in follows from it. */
interface Content {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly state: ConnectionState;
  readonly dport: number;
  readonly flags: readonly TcpFlag[];
}

const contents: fc.Arbitrary<Content> = fc.record({
  protocol: fc.constantFrom('tcp', 'tcp', 'udp', 'icmp'),
  state: fc.constantFrom<ConnectionState[]>('new', 'new', 'new', 'established', 'related', 'invalid', 'untracked'),
  dport: fc.constantFrom(...ports),
  flags: fc.constantFrom<(readonly TcpFlag[])[]>(['ack'], ['psh', 'ack'], ['fin', 'ack']),
});

function arriving(version: Version): fc.Arbitrary<Pick<Packet, 'iif' | 'saddr' | 'daddr'>> {
  const to = [
    ...everyHost(version),
    ...interfaces.map((name) => own[version][name]),
    ...(version === 4 ? [address('192.0.2.255')] : []),
  ];
  return fc.constantFrom(...interfaces).chain((iif) =>
    fc.record({
      iif: fc.constant(iif),
      // Now and then a source that belongs to another network.
      saddr: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...hosts[version][iif]) },
        { weight: 1, arbitrary: fc.constantFrom(...everyHost(version)) },
      ),
      daddr: fc.constantFrom(...to),
    }),
  );
}

function sent(version: Version): fc.Arbitrary<Pick<Packet, 'saddr' | 'daddr' | 'user' | 'group'>> {
  return fc.constantFrom(...interfaces).chain((oif) =>
    fc.record({
      saddr: fc.constant(own[version][oif]),
      daddr: fc.constantFrom(...hosts[version][oif]),
      user: fc.constant(0),
      group: fc.constant(0),
    }),
  );
}

const onePacket: fc.Arbitrary<(index: number) => Packet> = fc.constantFrom<Version[]>(4, 6).chain((version) =>
  fc
    .tuple(
      fc.oneof({ weight: 4, arbitrary: arriving(version) }, { weight: 1, arbitrary: sent(version) }),
      contents,
      fc.constantFrom(64, 64, 255, 2),
      fc.constantFrom(0, 0xb8, 0xb9, 1),
      fc.constantFrom(undefined, undefined, '02:00:00:00:00:99'),
    )
    .map(
      ([ends, content, hopLimit, trafficClass, mac]) =>
        (index: number): Packet => ({
          version,
          hopLimit,
          trafficClass,
          ...ends,
          ...('iif' in ends && {
            sourceMac: mac ?? `02:00:00:00:0${(interfaces as readonly string[]).indexOf(ends.iif) + 1}:02`,
          }),
          ...carried(version, content, index),
        }),
    ),
);

function carried(
  version: Version,
  { protocol, state, dport, flags }: Content,
  index: number,
): Omit<Packet, 'saddr' | 'daddr' | 'version'> {
  const sport = firstSourcePort + index;
  const header = version === 4 ? 20 : 40;
  if (protocol === 'udp') {
    // Nothing of UDP can be invalid, and only errors are related here.
    const known = state === 'invalid' || state === 'related' ? 'new' : state;
    return { protocol: 17, sport, dport, length: header + 8, connection: { state: known } };
  }
  if (protocol === 'tcp') {
    const known = state === 'related' ? 'new' : state;
    return {
      protocol: 6,
      sport,
      dport,
      tcpFlags: known === 'new' ? ['syn'] : flags,
      length: header + 20,
      connection: { state: known },
    };
  }
  const request = { type: version === 4 ? 8 : 128, code: 0 };
  const icmp =
    state === 'related'
      ? { type: version === 4 ? 3 : 1, code: 1 }
      : state === 'invalid'
        ? { type: version === 4 ? 0 : 129, code: 0 }
        : request;
  return { protocol: version === 4 ? 1 : 58, sport, icmp, connection: { state } };
}

/** Packets in a fixed order; the source port (of an echo its identifier) tells them apart. */
export function worldPackets(count: number): fc.Arbitrary<readonly Packet[]> {
  return fc
    .array(onePacket, { minLength: count, maxLength: count })
    .map((makers) => makers.map((make, index) => make(index)));
}
