/** Statements that translate addresses and ports. Only chains of type nat hold them, and each ends its chain. */
import { invariant } from '../../invariant.ts';
import { prefixLength, printAddress, printNumbers, printRange } from '../../net/address.ts';
import type { AddressRange, NumberRange } from '../../net/ranges.ts';
import { etherTypes, valueFor } from '../elements.ts';
import type { StatementKind, StatementOf, Walk } from '../kind.ts';
import { headerOf, versionIs } from '../matches/address.ts';
import { named } from '../names.ts';
import type { Translation } from '../ruleset.ts';
import type { Situation } from '../situation.ts';

type Flags = { readonly random: boolean; readonly persistent?: boolean };

function printFlags({ random, persistent }: Flags): string {
  const flags = [random ? 'random' : '', persistent ? 'persistent' : ''].filter((flag) => flag !== '');
  return flags.length === 0 ? '' : ` ${flags.join(',')}`;
}

function printTarget({ addresses, addressIn, ports }: Translation): string {
  const port = ports === undefined ? '' : `:${printNumbers(ports)}`;
  // The key is the same for every packet of the rule: the map has one address, which can change while the rules stay.
  if (addressIn !== undefined) return `meta protocol map @${named(addressIn)}${port}`;
  if (!addresses) return port;
  const bracket = addresses.version === 6 && ports !== undefined;
  const ends = addresses.first === addresses.last ? [addresses.first] : [addresses.first, addresses.last];
  const texts = ends.map((end) => printAddress(addresses.version, end));
  return `${texts.map((text) => (bracket ? `[${text}]` : text)).join('-')}${port}`;
}

function translationStatement(kind: 'dnat' | 'snat'): StatementKind<StatementOf<'dnat'> | StatementOf<'snat'>> {
  return {
    print({ to }, context) {
      const addressed = to.addresses !== undefined || to.addressIn !== undefined;
      invariant(addressed || to.ports !== undefined, 'a translation to nothing');
      invariant(!to.addresses || to.addresses.version === to.version, 'a translation to another IP version');
      const header = headerOf(to.version, context);
      // Without an address nft takes no version after the word; the rule's own matches restrict it.
      invariant(addressed || context.version === to.version, 'a translation of ports without version');
      const version = context.family === 'inet' && addressed ? `${header} ` : '';
      return `${kind} ${version}to ${printTarget(to)}${printFlags(to)}`;
    },
    requires: ({ to }) => [versionIs(to.version)],
    run({ to }, walk) {
      const address = to.addressIn === undefined ? to.addresses : addressOf(to.addressIn, walk.situation);
      if (to.addressIn !== undefined && !address) return { kind: 'break' };
      walk.translate({
        direction: kind,
        ...(address && { address }),
        ...(to.ports && { ports: to.ports }),
      });
      return { kind: 'accept' };
    },
  };
}

/** What a map holds for the version of the packet. */
function addressOf(
  map: string,
  { sets, packet }: Situation,
): { readonly first: bigint; readonly last: bigint } | undefined {
  const found = sets.get(map);
  invariant(found, `no map ${map}`);
  const [address] = valueFor(found, [etherTypes[packet.version]]) ?? [];
  return address && 'first' in address ? address : undefined;
}

export const dnatStatement = translationStatement('dnat');
export const snatStatement = translationStatement('snat');

/** Each address of one network to the address at the same place of another. */
export const netmapStatement: StatementKind<StatementOf<'netmap'>> = {
  print({ direction, from, to }, context) {
    invariant(sameSize(from, to), 'networks of two sizes');
    const header = headerOf(from.version, context);
    const field = fieldOf(direction);
    const version = context.family === 'inet' ? `${header} ` : '';
    return `${direction} ${version}prefix to ${header} ${field} map { ${printRange(from)} : ${printRange(to)} }`;
  },
  requires: ({ from }) => [versionIs(from.version)],
  needs: ({ direction, from }) => [{ field: fieldOf(direction), ranges: [from] }],
  run({ direction, from, to }, walk) {
    const address = walk.situation.packet[fieldOf(direction)];
    if (address < from.first || address > from.last) return { kind: 'break' };
    const mapped = address - from.first + to.first;
    walk.translate({ direction, address: { first: mapped, last: mapped } });
    return { kind: 'accept' };
  },
};

function fieldOf(direction: 'dnat' | 'snat'): 'saddr' | 'daddr' {
  return direction === 'dnat' ? 'daddr' : 'saddr';
}

function sameSize(from: AddressRange, to: AddressRange): boolean {
  const length = prefixLength(from);
  return from.version === to.version && length !== undefined && length === prefixLength(to);
}

function printPorts(word: string, ports: NumberRange | undefined, random: boolean): string {
  return `${word}${ports === undefined ? '' : ` to :${printNumbers(ports)}`}${printFlags({ random })}`;
}

/** Serves both IP versions in a table of family inet unless another match of the rule says which. */
export const masqueradeStatement: StatementKind<StatementOf<'masquerade'>> = {
  print: ({ ports, random }) => printPorts('masquerade', ports, random),
  run({ ports }, walk) {
    const { situation } = walk;
    const address = situation.network.addressOf(situation.oif ?? '', situation.packet.version);
    // The kernel drops what it cannot give an address to (nf_nat_masquerade_ipv4).
    if (address === undefined) return { kind: 'drop' };
    return towards(walk, 'snat', address, ports);
  },
};

/** To the firewall itself: the address of the interface that the packet came by, or loopback for its own. */
export const redirectStatement: StatementKind<StatementOf<'redirect'>> = {
  print: ({ ports, random }) => printPorts('redirect', ports, random),
  run({ ports }, walk) {
    const { packet, network, hook } = walk.situation;
    const loopback = packet.version === 4 ? 0x7f000001n : 1n;
    const address = hook === 'output' ? loopback : network.addressOf(packet.iif ?? '', packet.version);
    if (address === undefined) return { kind: 'drop' };
    return towards(walk, 'dnat', address, ports);
  },
};

function towards(walk: Walk, direction: 'dnat' | 'snat', address: bigint, ports: NumberRange | undefined) {
  walk.translate({ direction, address: { first: address, last: address }, ...(ports && { ports }) });
  return { kind: 'accept' } as const;
}
