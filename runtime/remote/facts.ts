/** What a host says of itself before it is changed. */
import { type FirewallStatus, readStatus } from '../status/firewall-status.ts';
import { status } from '../verb.ts';
import { askHost, clauseOf, type Reaching } from './connection.ts';
import type { RemoteHost } from './hosts.ts';

/** A host's facts; `listing` is what `nft list ruleset` prints there, nothing where nft is not installed. */
export interface HostFacts {
  readonly root: boolean;
  readonly nft: boolean;
  /** Whether the whole program keeps firewalls there. */
  readonly managed: boolean;
  /** SHA-256 of the script that was deployed last, and of its signature; `none` where there is none. */
  readonly script: string;
  readonly signature: string;
  /** The status of the script there, as its exit status and its lines; absent where none was ever loaded. */
  readonly status?: { readonly exit: number; readonly lines: readonly string[] };
  readonly listing: string;
}

export type AskedFacts =
  | { readonly kind: 'facts'; readonly facts: HostFacts }
  | { readonly kind: 'refused'; readonly reason: string };

/** Asks a host; nothing is changed there, and nothing need be installed. */
export async function factsOf(host: RemoteHost, reaching: Reaching): Promise<AskedFacts> {
  const reply = await askHost(host, ['facts'], reaching);
  if (reply.kind === 'unreachable') return { kind: 'refused', reason: `it cannot be reached: ${reply.reason}` };
  const facts = readFacts(reply.output);
  if (reply.status !== status.done || facts === undefined)
    return { kind: 'refused', reason: clauseOf(reply.errors) || `sh there ended with ${reply.status}` };
  if (!facts.root)
    return {
      kind: 'refused',
      reason: 'this user is not root there: log in as root@HOST, by User in ssh_config(5), or use --sudo',
    };
  return { kind: 'facts', facts };
}

function readFacts(output: string): HostFacts | undefined {
  const mark = '\nlisting:\n';
  const at = output.indexOf(mark);
  // Words of a login shell may stand in front.
  const begin = output.search(/^ftpwall-host: 1$/m);
  if (begin === -1 || at === -1) return undefined;
  const lines = output.slice(begin, at).split('\n');
  const all = (name: string) =>
    lines.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));
  const [exit] = all('status');
  return {
    root: all('root')[0] === 'yes',
    nft: all('nft')[0] === 'yes',
    managed: all('managed')[0] === 'yes',
    script: all('script')[0] ?? 'none',
    signature: all('signature')[0] ?? 'none',
    ...(exit !== undefined && { status: { exit: Number(exit), lines: all('says') } }),
    listing: output.slice(at + mark.length),
  };
}

/** The status as data; undefined where no script tells of it. */
export function statusIn({ status: told }: HostFacts): FirewallStatus | undefined {
  if (told === undefined || told.exit === status.refused) return undefined;
  return readStatus({ status: status.done, output: told.lines.join('\n') });
}
