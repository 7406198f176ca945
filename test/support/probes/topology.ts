/**
 * A network made for a configuration: an interface for each that it names, with the addresses its zones speak of, and one
 * that no line of `interfaces` matches.
 */

import { fits } from '../../../compiler/ir/interfaces.ts';
import type { Model } from '../../../compiler/model/index.ts';
import type { Zone } from '../../../compiler/model/zone.ts';
import { parseAddress, prefixLength, prefixRange, printAddress } from '../../../compiler/net/address.ts';
import type { InterfacePattern } from '../../../compiler/net/interface.ts';
import type { AddressRange } from '../../../compiler/net/ranges.ts';
import type { Version } from '../../../compiler/net/version.ts';
import { namedAddresses } from './named-addresses.ts';

/** A network at an interface of the firewall. */
export interface Network {
  /** The name of the host; by custom that of the zone. */
  readonly name: string;
  /** The interface of the firewall. */
  readonly interface: string;
  /** Addresses with the length of their prefix: `10.0.1.1/24`. */
  readonly firewall: readonly string[];
  readonly host: readonly string[];
}

/** The name of an interface in the kernel: `ppp+` becomes `ppp7`. */
export function kernelName(pattern: InterfacePattern): string {
  return pattern.wildcard ? `${pattern.name === '' ? 'any' : pattern.name}7`.slice(0, 15) : pattern.name;
}

/** Names for the interface that no line matches. */
const otherNames = ['unlisted0', 'xother0', 'zother0'] as const;

/** The kernel's name of an interface that no line of `interfaces` matches; undefined when one is `+`. */
function unlistedName({ interfaces }: Model): string | undefined {
  return otherNames.find((name) => !interfaces.some(({ pattern }) => fits(pattern, name)));
}

/** Whether no line of `interfaces` matches the interface of a network. */
export function isUnlisted({ interface: name }: Network, { interfaces }: Model): boolean {
  return !interfaces.some(({ pattern }) => fits(pattern, name));
}

/** Where a network is made: a listed interface by its name in `interfaces`, or one that is in none. */
interface Attached {
  readonly kernel: string;
  readonly listed?: string;
}

function attachedNetworks(model: Model): readonly Attached[] {
  const listed = model.interfaces
    .filter(({ options }) => !Object.values(options).some(({ loopback }) => loopback))
    .map(({ name, pattern }): Attached => ({ kernel: kernelName(pattern), listed: name }))
    .filter(({ kernel }, index, all) => kernel !== 'lo' && all.findIndex((other) => other.kernel === kernel) === index);
  const unlisted = unlistedName(model);
  return unlisted === undefined ? listed : [...listed, { kernel: unlisted }];
}

/** The networks, in the order of `interfaces`, the unlisted one last; the loopback interface is there anyway. */
export function topologyOf(model: Model, versions: readonly Version[] = model.families.versions): readonly Network[] {
  const taken: AddressRange[] = [];
  const own = ownAddresses(model, versions);
  const networks = attachedNetworks(model).map(({ kernel: name, listed }, index) => {
    const groups = model.zones.flatMap((zone) => zone.hosts.filter((group) => group.interface.name === listed));
    const ranges = groups
      .flatMap(namedAddresses)
      .filter(({ version }) => versions.includes(version))
      .map(networkAround);
    const usual = versions.map((version) => usualNetwork(version, index));
    const zones = model.zones.filter((zone) => zone.hosts.some((group) => group.interface.name === listed));
    // What lies behind no other interface lies behind the first.
    const named = index === 0 ? [] : rangesBehind(model, zones, versions).map(networkAround);
    const wanted = [...usual, ...ranges, ...named];
    const free = wanted.filter((range) => {
      const clash = [...taken, ...(named.includes(range) ? own : [])].some(
        (other) => other.version === range.version && other.first <= range.last && range.first <= other.last,
      );
      if (!clash) taken.push(range);
      return !clash;
    });
    return {
      name,
      interface: name,
      firewall: free.map((range) => addressIn(range, named.includes(range) ? range.last - range.first - 1n : 1n)),
      host: free
        .filter((range, at) => free.findIndex((other) => other.version === range.version) === at)
        .map((range) => addressIn(range, 10n)),
    };
  });
  const given = new Set(networks.flatMap(({ firewall }) => firewall.map((text) => text.replace(/\/.*/, ''))));
  const missing = own.filter(({ version, first }) => !given.has(printAddress(version, first)));
  return networks.map((network, index) =>
    index === 0
      ? { ...network, firewall: [...network.firewall, ...missing.map((range) => addressIn(range, 0n))] }
      : network,
  );
}

/** Single addresses of the firewall that rules name, or to which connections go that they send elsewhere. */
function ownAddresses(model: Model, versions: readonly Version[]): readonly AddressRange[] {
  const named = model.rules.flatMap(({ traffic, pairs }) => [
    ...(pairs.some((pair) => pair.dest === model.firewall) ? namedAddresses(traffic.dest) : []),
    ...(pairs.some((pair) => pair.source === model.firewall) ? namedAddresses(traffic.source) : []),
    ...namedAddresses(traffic.originalDest),
  ]);
  return named.filter(
    ({ version, first, last }, index) =>
      first === last &&
      versions.includes(version) &&
      isPlain(version, first) &&
      named.findIndex((other) => other.version === version && other.first === first) === index,
  );
}

/** Neither loopback nor multicast, broadcast or unspecified. */
function isPlain(version: Version, address: bigint): boolean {
  const top = version === 4 ? address >> 24n : address >> 120n;
  return version === 4 ? top > 0n && top < 224n && top !== 127n : top > 0n && top < 0xfen;
}

/** The addresses that rules give to zones that are whole interfaces, servers of DNAT among them. */
function rangesBehind(model: Model, zones: readonly Zone[], versions: readonly Version[]): readonly AddressRange[] {
  const whole = zones.filter((zone) => zone.hosts.every((group) => group.ranges === undefined));
  const names = new Set(whole.map(({ name }) => name));
  const isOnly = (side: 'source' | 'dest', pairs: Model['rules'][number]['pairs']) =>
    pairs.length > 0 && pairs.every((pair) => names.has(pair[side]));
  return model.rules
    .flatMap(({ traffic, pairs, action }) => [
      ...(action.kind === 'dnat' && action.server.addresses && isOnly('dest', pairs) ? [action.server.addresses] : []),
      ...(isOnly('source', pairs) ? namedAddresses(traffic.source) : []),
      ...(isOnly('dest', pairs) ? namedAddresses(traffic.dest) : []),
    ])
    .filter(({ version, first }) => versions.includes(version) && isPlain(version, first));
}

/** Networks that no configuration of the corpus uses: 100.64.0.0/10 (RFC 6598) and 2001:db8::/32 (RFC 3849). */
function usualNetwork(version: Version, index: number): AddressRange {
  const base = parseAddress(version === 4 ? `100.${64 + index}.0.0` : `2001:db8:${(index + 1).toString(16)}::`);
  return prefixRange(version, base?.value ?? 0n, version === 4 ? 24 : 64);
}

/** A network that holds a range and has room for the firewall's own address: at most a /8, at least a /28. */
export function networkAround(range: AddressRange): AddressRange {
  const bits = range.version === 4 ? 32 : 128;
  const length = prefixLength(range) ?? bits;
  return prefixRange(range.version, range.first, Math.min(Math.max(length, range.version === 4 ? 8 : 32), bits - 4));
}

/** The address that lies `offset` behind the first, with the length of the prefix. */
export function addressIn(range: AddressRange, offset: bigint): string {
  return `${printAddress(range.version, range.first + offset)}/${prefixLength(range)}`;
}

/** The network of an address with the length of its prefix: `10.0.1.1/24`. */
export function rangeOf(text: string): readonly AddressRange[] {
  const [address = '', length] = text.split('/');
  const parsed = parseAddress(address);
  return parsed ? [prefixRange(parsed.version, parsed.value, Number(length))] : [];
}
