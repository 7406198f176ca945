/** The connections that the kernel tracks, each as its first packet was. */
import type { Network, Packet } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { childProcess } from '../environment/child-process.ts';

/** A tracked connection, as its first packet had it. */
export interface Tracked {
  readonly packet: Packet;
  readonly mark: number;
  readonly helper?: string;
  /** The words by which conntrack(8) finds it. */
  readonly words: readonly string[];
}

/** All of them whose sender's interface can be told; undefined when conntrack(8) cannot be run. */
export function trackedConnections(network: Network): readonly Tracked[] | undefined {
  const listed = conntrack(['-L', '-o', 'extended']);
  return listed?.split('\n').flatMap((line) => readEntry(line, network));
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

/** Runs conntrack(8); undefined when it fails. */
export function conntrack(words: readonly string[]): string | undefined {
  const ended = childProcess().spawnSync('conntrack', words, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return ended.status === 0 ? ended.stdout : undefined;
}
