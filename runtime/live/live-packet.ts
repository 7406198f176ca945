/** A packet as the kernel tells of it, in a line of its log or of `nft monitor trace`. */
import type { Packet } from '../../compiler/ir/packet.ts';
import { protocolNumbers } from '../../compiler/language/names.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import type { TcpFlag } from '../../compiler/net/packet-kinds.ts';

/** What is told of it; `in` and `out` are empty where there is none. */
export interface LivePacket {
  readonly in: string;
  readonly out: string;
  readonly source: string;
  readonly destination: string;
  /** By name where it has one: `tcp`. */
  readonly protocol: string;
  readonly sourcePort?: number;
  readonly port?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly tcpFlags: readonly TcpFlag[];
}

const flagNames: readonly TcpFlag[] = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'];

function numbered(key: 'sourcePort' | 'port' | 'icmpType' | 'icmpCode', text: string | undefined) {
  return text === undefined || !/^\d+$/.test(text) ? {} : { [key]: Number(text) };
}

/** The packet of a line of the log (kernel: net/netfilter/nf_log_syslog.c); undefined for a line about anything else. */
export function packetOfLog(line: string): LivePacket | undefined {
  const fields = new Map([...line.matchAll(/\b([A-Z]+)=(\S*)/g)].map(([, name = '', value = '']) => [name, value]));
  const [source, destination] = [fields.get('SRC'), fields.get('DST')];
  if (!fields.has('IN') || !source || !destination) return undefined;
  const words = line.slice(line.lastIndexOf('PROTO=')).toLowerCase().split(' ');
  return {
    in: fields.get('IN') ?? '',
    out: fields.get('OUT') ?? '',
    source,
    destination,
    protocol: (fields.get('PROTO') ?? '').toLowerCase(),
    ...numbered('sourcePort', fields.get('SPT')),
    ...numbered('port', fields.get('DPT')),
    ...numbered('icmpType', fields.get('TYPE')),
    ...numbered('icmpCode', fields.get('CODE')),
    tcpFlags: flagNames.filter((flag) => words.includes(flag)),
  };
}

/** The packet of a header in a trace: `iif "eth0" oif "eth1" ip saddr … tcp dport 22 tcp flags == syn`. */
export function packetOfTrace(text: string): LivePacket | undefined {
  const word = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  const [source, destination] = [word(/\bip6? saddr (\S+)/), word(/\bip6? daddr (\S+)/)];
  if (!source || !destination) return undefined;
  const protocol = word(/\bip protocol (\S+)/) ?? word(/\bip6 nexthdr (\S+)/) ?? word(/\bmeta l4proto (\S+)/) ?? '';
  const flags = word(/\btcp flags (?:== )?([^\d].*?)(?: tcp |$)/) ?? '';
  return {
    in: word(/\biif "([^"]*)"/) ?? '',
    out: word(/\boif "([^"]*)"/) ?? '',
    source,
    destination,
    protocol: protocol === 'ipv6-icmp' ? 'icmpv6' : protocol,
    ...numbered('sourcePort', word(/\b(?:tcp|udp|sctp|dccp|udplite|th) sport (\d+)/)),
    ...numbered('port', word(/\b(?:tcp|udp|sctp|dccp|udplite|th) dport (\d+)/)),
    ...numbered('icmpType', icmpType(word(/\bicmp(?:v6)? type (\S+)/))),
    ...numbered('icmpCode', icmpCode(word(/\bicmp(?:v6)? code (\S+)/))),
    tcpFlags: flagNames.filter((flag) => new RegExp(`\\b${flag}\\b`).test(flags)),
  };
}

/** Types that traces name, of both IP versions alike where the names are. */
function icmpType(name: string | undefined): string | undefined {
  const types: Readonly<Record<string, string>> = {
    'echo-reply': '0',
    'destination-unreachable': '3',
    'echo-request': '8',
    'time-exceeded': '11',
    'parameter-problem': '12',
  };
  return name === undefined ? undefined : (types[name] ?? name);
}

function icmpCode(name: string | undefined): string | undefined {
  return name !== undefined && /^\d+$/.test(name) ? name : name === undefined ? undefined : '0';
}

/** The packet for `evaluate`, as the first of its connection; undefined where an address or the protocol is not known. */
export function asFirstPacket(live: LivePacket): Packet | undefined {
  const [source, destination] = [parseAddress(live.source), parseAddress(live.destination)];
  const numbers: Readonly<Record<string, number>> = protocolNumbers;
  const protocol = /^\d+$/.test(live.protocol) ? Number(live.protocol) : numbers[live.protocol];
  if (!source || !destination || protocol === undefined) return undefined;
  const isIcmp = protocol === 1 || protocol === 58;
  return {
    version: source.version,
    saddr: source.value,
    daddr: destination.value,
    protocol,
    ...(live.in !== '' && { iif: live.in }),
    ...(live.sourcePort !== undefined && { sport: live.sourcePort }),
    ...(live.port !== undefined && { dport: live.port }),
    ...(isIcmp && { icmp: { type: live.icmpType ?? 8, code: live.icmpCode ?? 0 } }),
    ...(protocol === 6 && { tcpFlags: live.tcpFlags.length > 0 ? live.tcpFlags : (['syn'] as const) }),
    connection: { state: 'new' },
  };
}

/** `tcp 198.51.100.7:40000 → 10.0.2.10:21`. */
export function packetWords({ protocol, source, destination, sourcePort, port, icmpType: type }: LivePacket): string {
  const end = (address: string, number: number | undefined) =>
    number === undefined ? address : address.includes(':') ? `[${address}]:${number}` : `${address}:${number}`;
  const detail = type === undefined ? '' : ` type ${type}`;
  return `${protocol}${detail} ${end(source, sourcePort)} → ${end(destination, port)}`;
}
