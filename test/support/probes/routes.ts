/** Routing that follows from the networks at the interfaces; what is in none of them lies behind the first. */

import { invariant } from '../../../compiler/invariant.ts';
import type { Network as Routes } from '../../../compiler/ir/packet.ts';
import { holds, parseAddress, prefixRange } from '../../../compiler/net/address.ts';
import type { Version } from '../../../compiler/net/version.ts';
import type { Network } from './topology.ts';

/** The routing of the firewall in these networks, for `evaluate`. */
export function routesOf(networks: readonly Network[]): Routes {
  const own = networks.flatMap(({ interface: name, firewall }) =>
    firewall.map((text) => {
      const [address = '', length] = text.split('/');
      const parsed = parseAddress(address);
      invariant(parsed, `no address: ${text}`);
      return { name, ...parsed, range: prefixRange(parsed.version, parsed.value, Number(length)) };
    }),
  );
  const isOwn = (version: Version, address: bigint) =>
    own.some((one) => one.version === version && one.value === address) ||
    (version === 4 ? address >> 24n === 127n : address === 1n);
  return {
    route(version, address) {
      if (isOwn(version, address)) return 'local';
      return own.find(({ range }) => holds([range], version, address))?.name ?? networks[0]?.interface;
    },
    addressType(version, address) {
      if (isOwn(version, address)) return 'local';
      if (version === 6) return address >> 120n === 0xffn ? 'multicast' : 'unicast';
      if (address >> 28n === 0xen) return 'multicast';
      const ends = own.filter((one) => one.version === 4).map(({ range }) => range.last);
      return address === 0xffffffffn || ends.includes(address) ? 'broadcast' : 'unicast';
    },
    addressOf: (name, version) => own.find((one) => one.name === name && one.version === version)?.value,
  };
}
