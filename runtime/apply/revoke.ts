/** `--revoke`: ends exactly the tracked connections that the new rules no longer admit. */

import type { Network, Packet } from '../../compiler/ir/packet.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { childProcess } from '../environment/child-process.ts';
import { readNetwork } from '../environment/network-facts.ts';
import { say } from '../output/output.ts';
import { judge } from './judge.ts';

/** A tracked connection, as its first packet had it. */
interface Tracked {
  readonly packet: Packet;
  readonly mark: number;
  readonly helper?: string;
  /** The words by which conntrack(8) finds it. */
  readonly words: readonly string[];
}

export async function revokeConnections(tables: readonly Ruleset[]): Promise<void> {
  const network = readNetwork();
  const listed = conntrack(['-L', '-o', 'extended']);
  if (listed === undefined || network === undefined) {
    say('connections could not be revoked: conntrack (package conntrack) and ip (package iproute2) are needed');
    return;
  }
  const all = listed.split('\n').flatMap((line) => readEntry(line, network));
  const refused = refusedOf(all, tables, network);
  const ended = refused.filter(({ words }) => conntrack(['-D', ...words]) !== undefined);
  say(`${ended.length} of ${all.length} connections were revoked`);
}

/** A connection that a helper expected is admitted with its master, which is one between the same hosts. */
function refusedOf(all: readonly Tracked[], tables: readonly Ruleset[], network: Network): readonly Tracked[] {
  const judged = all.map((each) => ({ each, as: judge(tables, each.packet, network) }));
  const masters = judged.filter(({ each, as }) => as.admitted && each.helper !== undefined);
  return judged
    .filter(({ each, as }) => {
      // Only what is surely refused is ended.
      if (as.admitted || as.unsure) return false;
      const master = masters.find(
        ({ each: other }) => other.mark === each.mark && sameHosts(other.packet, each.packet),
      );
      if (master?.each.helper === undefined) return true;
      const connection = { state: 'related', mark: master.as.mark, masterHelper: master.each.helper } as const;
      return !judge(tables, { ...each.packet, connection }, network).admitted;
    })
    .map(({ each }) => each);
}

function sameHosts(a: Packet, b: Packet): boolean {
  const same = a.saddr === b.saddr || a.saddr === b.daddr;
  return same && (a.daddr === b.daddr || a.daddr === b.saddr);
}

/** One line of `conntrack -L -o extended`: the original direction comes first (conntrack(8)). */
function readEntry(line: string, network: Network): readonly Tracked[] {
  const words = line.trim().split(/\s+/);
  const protocol = Number(words[3]);
  const value = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const number = (name: string) => (value(name) === undefined ? undefined : Number(value(name)));
  const source = parseAddress(value('src') ?? '');
  const dest = parseAddress(value('dst') ?? '');
  if (source === undefined || dest === undefined || !Number.isInteger(protocol)) return [];
  const { version } = source;
  const way = network.route(version, source.value);
  if (way === undefined) return []; // where it came from is not known any more
  const sport = number('sport');
  const dport = number('dport');
  const type = number('type');
  const helper = value('helper');
  return [
    {
      packet: {
        version,
        ...(way !== 'local' && { iif: way }),
        saddr: source.value,
        daddr: dest.value,
        protocol,
        ...(sport !== undefined && { sport }),
        ...(dport !== undefined && { dport }),
        ...(type !== undefined && { icmp: { type, code: number('code') ?? 0 } }),
        ...(protocol === 6 && { tcpFlags: ['syn'] as const }),
        connection: { state: 'new' },
      },
      mark: number('mark') ?? 0,
      ...(helper !== undefined && { helper }),
      words: [
        ...['-f', version === 4 ? 'ipv4' : 'ipv6', '-p', String(protocol)],
        ...['--orig-src', value('src') ?? '', '--orig-dst', value('dst') ?? ''],
        ...(sport === undefined ? [] : ['--orig-port-src', String(sport)]),
        ...(dport === undefined ? [] : ['--orig-port-dst', String(dport)]),
      ],
    },
  ];
}

function conntrack(words: readonly string[]): string | undefined {
  const ended = childProcess().spawnSync('conntrack', words, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return ended.status === 0 ? ended.stdout : undefined;
}
