/** What `ftpwall init` sees of the machine: interfaces, the way out, and the connection of whoever calls. */
import { printAddress } from '../../compiler/net/address.ts';
import { adminConnections } from '../apply/admin-connection.ts';
import { advertisedHere } from '../environment/advertised-routes.ts';
import { childProcess } from '../environment/child-process.ts';

export interface SeenInterface {
  readonly name: string;
  /** IPv4 networks and addresses, as ip(8) prints them: `10.0.1.1/24`. */
  readonly addresses: readonly string[];
}

export interface SeenNetwork {
  /** In the order of ip(8), without loopback. */
  readonly interfaces: readonly SeenInterface[];
  /** The interface of the default route. */
  readonly outward?: string;
  /** Interfaces whose IPv6 default route goes away when the machine begins to forward. */
  readonly advertised?: readonly string[];
  /** The connections by which somebody works here, each once. */
  readonly admins: readonly SeenAdmin[];
}

/** Where a connection of an admin comes from, the port of this machine that it is at, and the interface by which it comes. */
export interface SeenAdmin {
  readonly peer: string;
  readonly port: string;
  readonly interface?: string;
}

interface ListedLink {
  readonly ifname: string;
  readonly flags?: readonly string[];
  readonly addr_info?: readonly { readonly family: string; readonly local?: string; readonly prefixlen?: number }[];
}

/** Asks ip(8), the environment and sshd; what cannot be asked is left out. */
export function seeNetwork(): SeenNetwork {
  const interfaces = ask<ListedLink>(['address', 'show'])
    .filter(({ flags }) => !flags?.includes('LOOPBACK'))
    .map(({ ifname, addr_info = [] }) => ({
      name: ifname,
      addresses: addr_info.flatMap(({ family, local, prefixlen }) =>
        family === 'inet' && local !== undefined ? [`${local}/${prefixlen}`] : [],
      ),
    }));
  const routes = [
    ...ask<{ dev?: string }>(['-4', 'route', 'show', 'default']),
    ...ask<{ dev?: string }>(['-6', 'route', 'show', 'default']),
  ];
  const outward = routes.find(({ dev }) => dev !== undefined)?.dev;
  return {
    interfaces,
    ...(outward === undefined ? {} : { outward }),
    advertised: advertisedHere(),
    admins: seeAdmins(),
  };
}

function seeAdmins(): readonly SeenAdmin[] {
  const seen = adminConnections().map(({ version, peer, ownPort }): SeenAdmin => {
    const address = printAddress(version, peer);
    const [route] = ask<{ dev?: string }>(['route', 'get', address]);
    return { peer: address, port: String(ownPort), ...(route?.dev === undefined ? {} : { interface: route.dev }) };
  });
  // Who comes from this machine itself needs no way in.
  const outside = seen.filter((each) => each.interface !== 'lo');
  return outside.filter((each, index) => outside.findIndex((other) => keyOf(other) === keyOf(each)) === index);
}

function keyOf({ peer, port }: SeenAdmin): string {
  return `${peer} ${port}`;
}

function ask<Answer>(words: readonly string[]): readonly Answer[] {
  const { status, stdout } = childProcess().spawnSync('ip', ['-json', ...words], { encoding: 'utf8' });
  if (status !== 0 || stdout.trim() === '') return [];
  return JSON.parse(stdout) as Answer[];
}
