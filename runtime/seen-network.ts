/** What `ftpwall init` sees of the machine: interfaces, the way out, and the connection of whoever calls. */
import { childProcess } from './child-process.ts';

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
  /** The address and the port of the admin's connection, and the interface by which it comes. */
  readonly admin?: { readonly peer: string; readonly port: string; readonly interface?: string };
}

interface ListedLink {
  readonly ifname: string;
  readonly flags?: readonly string[];
  readonly addr_info?: readonly { readonly family: string; readonly local?: string; readonly prefixlen?: number }[];
}

/** Asks ip(8) and the environment; what cannot be asked is left out. */
export function seeNetwork(connection = process.env.SSH_CONNECTION): SeenNetwork {
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
  const admin = adminOf(connection);
  return {
    interfaces,
    ...(outward === undefined ? {} : { outward }),
    ...(admin === undefined ? {} : { admin }),
  };
}

/** SSH_CONNECTION is `peer peerport own ownport` (ssh(1), ENVIRONMENT). */
function adminOf(connection: string | undefined): SeenNetwork['admin'] {
  const [peer = '', , , port = ''] = connection?.split(' ') ?? [];
  if (!/^[\d.]+$|^[\da-fA-F:]+$/.test(peer) || !/^\d+$/.test(port)) return undefined;
  const [route] = ask<{ dev?: string }>(['route', 'get', peer]);
  return { peer, port, ...(route?.dev === undefined ? {} : { interface: route.dev }) };
}

function ask<Answer>(words: readonly string[]): readonly Answer[] {
  const { status, stdout } = childProcess().spawnSync('ip', ['-json', ...words], { encoding: 'utf8' });
  if (status !== 0 || stdout.trim() === '') return [];
  return JSON.parse(stdout) as Answer[];
}
