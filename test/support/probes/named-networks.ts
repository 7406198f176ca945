/** Networks that rules speak of lie behind the interface of their zone: else no packet could come from them. */

import type { Model } from '../../../compiler/model/index.ts';
import type { HostMatch } from '../../../compiler/model/traffic.ts';
import type { AddressRange } from '../../../compiler/net/ranges.ts';
import type { Version } from '../../../compiler/net/version.ts';
import { namedAddresses } from './named-addresses.ts';
import { addressIn, kernelName, type Network, networkAround, rangeOf } from './topology.ts';

/** The networks, with those that lines of `rules` and `snat` name added where they lie. */
export function withNamedNetworks(networks: readonly Network[], model: Model, version: Version): readonly Network[] {
  const taken = networks.flatMap(({ firewall }) => firewall.flatMap(rangeOf));
  const added = new Map<string, AddressRange[]>();
  for (const { range, at } of placesIn(model, networks)) {
    if (range.version !== version) continue;
    const network = networkAround(range);
    if (taken.some((other) => overlap(other, network))) continue;
    taken.push(network);
    added.set(at, [...(added.get(at) ?? []), network]);
  }
  return networks.map((network) => {
    const more = added.get(network.interface) ?? [];
    return {
      ...network,
      firewall: [...network.firewall, ...more.map((range) => addressIn(range, 1n))],
      host: [...network.host, ...more.map((range) => addressIn(range, 10n))],
    };
  });
}

interface Place {
  readonly range: AddressRange;
  /** The interface. */
  readonly at: string;
}

function* placesIn(model: Model, networks: readonly Network[]): Generator<Place> {
  const interfaces = new Map(
    model.zones.flatMap(({ name, hosts }) =>
      hosts.slice(0, 1).map((group) => [name, kernelName(group.interface.pattern)]),
    ),
  );
  for (const { pairs, traffic } of model.rules) {
    const [pair] = pairs;
    if (!pair) continue;
    yield* behind(traffic.source, interfaces.get(pair.source));
    yield* behind(traffic.dest, interfaces.get(pair.dest));
  }
  for (const { interfaces: out, traffic } of model.snat) {
    const inner = networks.find(({ interface: name }) => !out.some((pattern) => kernelName(pattern) === name));
    yield* behind(traffic.source, inner?.interface);
  }
}

function* behind(hosts: HostMatch | undefined, at: string | undefined): Generator<Place> {
  if (at !== undefined) for (const range of namedAddresses(hosts)) yield { range, at };
}

function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.version === b.version && a.first <= b.last && b.first <= a.last;
}
