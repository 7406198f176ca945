/** Addresses and routes of this machine, for judging packets as it would route them. */

import type { Network } from '../../compiler/ir/packet.ts';
import { bitsOf, parseAddress, prefixRange } from '../../compiler/net/address.ts';
import type { AddressType } from '../../compiler/net/packet-kinds.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import type { Version } from '../../compiler/net/version.ts';
import { childProcess } from './child-process.ts';

interface Route {
  readonly range: AddressRange;
  readonly length: number;
  readonly metric: number;
  readonly interface: string;
  readonly type: AddressType;
}

/** What ip(8) says of addresses and routes, as `ip -json` prints it. */
interface ListedRoute {
  readonly type?: string;
  readonly dst?: string;
  readonly dev?: string;
  readonly metric?: number;
  readonly table?: string;
  readonly nexthops?: readonly { readonly dev?: string }[];
}
interface ListedLink {
  readonly ifname: string;
  readonly addr_info?: readonly { readonly local?: string; readonly scope?: string }[];
}

/** The network as it is now, or undefined where ip(8) is missing. Policy routing is not looked at. */
export function readNetwork(): Network | undefined {
  const addresses = ask<ListedLink>(['address', 'show']);
  const routes4 = ask<ListedRoute>(['-4', 'route', 'show', 'table', 'all']);
  const routes6 = ask<ListedRoute>(['-6', 'route', 'show', 'table', 'all']);
  if (addresses === undefined || routes4 === undefined) return undefined;
  const routes = [
    ...routes4.flatMap((each) => routeOf(4, each)),
    ...(routes6 ?? []).flatMap((each) => routeOf(6, each)),
  ].sort((a, b) => b.length - a.length || a.metric - b.metric);
  const find = (version: Version, address: bigint) =>
    routes.find(({ range }) => range.version === version && range.first <= address && address <= range.last);
  return {
    route(version, address) {
      const route = find(version, address);
      return route?.type === 'local' ? 'local' : route?.interface;
    },
    addressType(version, address) {
      if (isMulticast(version, address)) return 'multicast';
      return find(version, address)?.type ?? 'unicast';
    },
    addressOf(name, version) {
      const own = addresses.find(({ ifname }) => ifname === name)?.addr_info ?? [];
      return own.map(({ local }) => parseAddress(local ?? '')).find((each) => each?.version === version)?.value;
    },
  };
}

function ask<Answer>(words: readonly string[]): readonly Answer[] | undefined {
  const { status, stdout } = childProcess().spawnSync('ip', ['-json', ...words], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  return stdout.trim() === '' ? [] : (JSON.parse(stdout) as Answer[]);
}

const types: Readonly<Record<string, AddressType>> = {
  unicast: 'unicast',
  local: 'local',
  broadcast: 'broadcast',
  anycast: 'anycast',
  multicast: 'multicast',
};

function routeOf(
  version: Version,
  { type = 'unicast', dst = '', dev, metric = 0, nexthops }: ListedRoute,
): readonly Route[] {
  const known = types[type];
  const name = dev ?? nexthops?.find((each) => each.dev)?.dev;
  if (known === undefined || name === undefined) return [];
  const [text = '', bits] = (dst === 'default' ? (version === 4 ? '0.0.0.0/0' : '::/0') : dst).split('/');
  const address = parseAddress(text);
  if (address?.version !== version) return [];
  const length = bits === undefined ? bitsOf(version) : Number(bits);
  return [{ range: prefixRange(version, address.value, length), length, metric, interface: name, type: known }];
}

/** RFC 5771 section 4; RFC 4291 section 2.7. */
function isMulticast(version: Version, address: bigint): boolean {
  return version === 4 ? address >> 28n === 0xen : address >> 120n === 0xffn;
}
