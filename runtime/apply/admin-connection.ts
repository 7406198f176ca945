/** Would the new rules lock out the one who loads them? Judged before anything is loaded. */
import { readFileSync } from 'node:fs';
import type { Network, Packet } from '../../compiler/ir/packet.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { parseAddress, printAddress } from '../../compiler/net/address.ts';
import type { Version } from '../../compiler/net/version.ts';
import { childProcess } from '../environment/child-process.ts';
import { readNetwork } from '../environment/network-facts.ts';
import { judge } from './judge.ts';

/** A connection to this machine by which somebody works on it. */
export interface AdminConnection {
  readonly version: Version;
  readonly peer: bigint;
  readonly peerPort: number;
  readonly own: bigint;
  readonly ownPort: number;
}

/** In words, why the rules refuse the connection of whoever calls us; undefined when they do not, or nobody is there. */
export async function refusalOfAdmin(tables: readonly Ruleset[]): Promise<string | undefined> {
  const connections = adminConnections();
  if (connections.length === 0) return undefined;
  const network = readNetwork();
  if (network === undefined) return undefined;
  for (const connection of connections) {
    // An address that is not ours is of another machine, or of another network namespace.
    if (network.route(connection.version, connection.own) !== 'local') continue;
    const refusal = refusalOf(connection, tables, network);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** In words, why the tables refuse a connection of an administrator; undefined when they do not. */
export function refusalOf(
  connection: AdminConnection,
  tables: readonly Ruleset[],
  network: Network,
): string | undefined {
  const { version, peer, ownPort } = connection;
  const from = `${printAddress(version, peer)} to port ${ownPort}`;
  for (const [state, what] of [
    ['established', 'your own connection'],
    ['new', 'a new connection like your own'],
  ] as const) {
    const judged = judge(tables, packetOf(connection, state, network), network);
    if (!judged.admitted) return `the new rules refuse ${what}, from ${from}: ${judged.place}`;
  }
  return undefined;
}

function packetOf(connection: AdminConnection, state: 'new' | 'established', network: Network): Packet {
  const { version, peer, peerPort, own, ownPort } = connection;
  const way = network.route(version, peer);
  return {
    version,
    iif: way === undefined || way === 'local' ? 'lo' : way,
    saddr: peer,
    daddr: own,
    protocol: 6,
    sport: peerPort,
    dport: ownPort,
    tcpFlags: state === 'new' ? ['syn'] : ['ack'],
    connection: { state },
  };
}

/** By which connections somebody works here: that of whoever calls, also behind sudo(8); when it cannot be known, those of all sessions of sshd. */
export function adminConnections(): readonly AdminConnection[] {
  const named = callersConnection();
  return named === undefined ? connectionsOfSshd() : [named];
}

/** The connection by which whoever calls us works here, also behind sudo(8); undefined when nobody has named one. */
export function callersConnection(): AdminConnection | undefined {
  return readSsh(process.env.SSH_CONNECTION ?? connectionOfAncestors());
}

/** `SSH_CONNECTION` (ssh(1), ENVIRONMENT): addresses and ports of client and server. */
function readSsh(text: string | undefined): AdminConnection | undefined {
  const [peer, peerPort, own, ownPort] = text?.split(' ') ?? [];
  return connectionBetween(peer, peerPort, own, ownPort);
}

function connectionBetween(peerText = '', peerPort = '', ownText = '', ownPort = ''): AdminConnection | undefined {
  const peer = parseAddress(plain(peerText));
  const own = parseAddress(plain(ownText));
  if (peer === undefined || own?.version !== peer.version) return undefined;
  return {
    version: peer.version,
    peer: peer.value,
    peerPort: Number(peerPort),
    own: own.value,
    ownPort: Number(ownPort),
  };
}

/** Without brackets and interface, and IPv4 as IPv4 (RFC 4291 section 2.5.5.2). */
function plain(text: string): string {
  return text
    .replace(/^\[|\]$/g, '')
    .replace(/%.*/, '')
    .replace(/^::ffff:(?=\d+\.)/, '');
}

/** sudo(8) takes the variable away, but the shell before it has it still. */
function connectionOfAncestors(): string | undefined {
  try {
    for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) {
      const found = readFileSync(`/proc/${pid}/environ`, 'latin1')
        .split('\0')
        .find((each) => each.startsWith('SSH_CONNECTION='));
      if (found !== undefined) return found.slice('SSH_CONNECTION='.length);
    }
  } catch {
    // An ancestor has ended, or may not be looked at.
  }
  return undefined;
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function connectionsOfSshd(): readonly AdminConnection[] {
  const { status, stdout } = childProcess().spawnSync('ss', ['-Htnp', 'state', 'established'], { encoding: 'utf8' });
  if (status !== 0) return [];
  const lines = stdout.split('\n').filter((line) => line.includes('"sshd'));
  return lines.flatMap((line) => {
    const [, , own = '', peer = ''] = line.trim().split(/\s+/);
    const found = connectionBetween(...halves(peer), ...halves(own));
    return found === undefined ? [] : [found];
  });
}

function halves(text: string): [string, string] {
  const colon = text.lastIndexOf(':');
  return [text.slice(0, colon), text.slice(colon + 1)];
}
